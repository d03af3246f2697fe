#pragma once

#include "freshet/inference/predict.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet {

/// The validation score: the median over basins of a metric of the first target, from a stateful run over the validation periods.
class Validator {
 public:
  /// `data` with targets; `request` says periods, warm-up and scaling.
  Validator(PreparedData data, PredictionRequest request, const std::string& metric);

  /// The median over basins of `scores`.
  double score(Model& model) const;
  /// [basin of data()]
  std::vector<double> scores(Model& model) const;
  const PreparedData& data() const { return data_; }
  std::string metric() const { return std::string(metric_.name); }
  /// True if `candidate` is nearer to the metric's perfect value; any number is better than NaN.
  bool is_better(double candidate, double incumbent) const { return freshet::is_better(metric_, candidate, incumbent); }
  std::int64_t basins() const { return static_cast<std::int64_t>(data_.basins.size()); }

 private:
  PreparedData data_;
  PredictionRequest request_;
  const Metric& metric_;
};

}  // namespace freshet
