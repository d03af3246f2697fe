#include "freshet/training/validation.hpp"

#include "freshet/inference/paired.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {

Validator::Validator(PreparedData data, PredictionRequest request, const std::string& metric)
    : data_(std::move(data)), request_(std::move(request)), metric_(find_metric(metric)) {}

double Validator::score(Model& model) const {
  return median_valid(scores(model));
}

std::vector<double> Validator::scores(Model& model) const {
  const std::vector<BasinPrediction> predictions = predict(model, data_, request_);
  std::vector<double> scores;
  for (std::size_t b = 0; b < predictions.size(); ++b) {
    const PairedSeries pair = paired_series(data_.basins[b], predictions[b], 0, static_cast<std::size_t>(data_.targets));
    scores.push_back(metric_.compute({pair.observed, pair.simulated, predictions[b].axis.step_minutes}));
  }
  return scores;
}

}  // namespace freshet
