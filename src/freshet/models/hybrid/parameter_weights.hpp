#pragma once

#include <string>
#include <vector>

#include "freshet/kernels/model.hpp"
#include "freshet/models/hybrid/weight_spec.hpp"

namespace freshet {

/// How weights that are trained freely become parameters: by name as in ProcessModelOptions::parameter_transform.
///   sigmoid          position in the range = sigmoid(weight), from the middle
///   weight_norm      value = weight x the bound of the greater magnitude (on ranges with zero inside: position = weight), the
///                    magnitude of the weight held within the range after each step by constrain(), from 0.5
///                    (Jiang et al. 2020, section 2.2; a weight that leaves the range is drawn back by nine tenths a step)
class ParameterWeights {
 public:
  ParameterWeights(std::string kind, std::vector<physics::ParameterInfo> parameters);

  WeightSpec spec() const;
  /// [group, parameter] in their units.
  torch::Tensor values(const torch::Tensor& weights) const;
  /// In place, after an optimiser's step.
  void constrain(torch::Tensor weights) const;

 private:
  bool bounded_by_norm_;
  std::vector<physics::ParameterInfo> parameters_;
  std::vector<double> factor_, offset_, lowest_, highest_;  ///< of weight_norm
};

}  // namespace freshet
