#pragma once

#include "freshet/inference/predict.hpp"

namespace freshet {

/// The validation score: the median over basins of a metric of the first target, from a stateful run over the validation periods.
class Validator {
 public:
  /// `data` with targets; `request` says periods, warm-up and scaling.
  Validator(PreparedData data, PredictionRequest request, std::string metric);

  double score(Model& model) const;
  const std::string& metric() const { return metric_; }
  bool higher_is_better() const { return higher_is_better_; }
  std::int64_t basins() const { return static_cast<std::int64_t>(data_.basins.size()); }

 private:
  PreparedData data_;
  PredictionRequest request_;
  std::string metric_;
  bool higher_is_better_;
};

}  // namespace freshet
