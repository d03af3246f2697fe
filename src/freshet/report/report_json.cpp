#include "freshet/report/report_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "freshet/report/script_json.hpp"
#include "freshet/report/series_codec.hpp"

namespace freshet {
namespace {

using nlohmann::json;

constexpr std::int64_t kMillisecondsPerMinute = 60'000;

json score(const std::map<std::string, double>& scores, const std::string& key) {
  const auto found = scores.find(key);
  return found == scores.end() ? json(nullptr) : json_number(found->second);
}

/// The table's columns: the result's metrics, with the main metric among them.
std::vector<std::string> columns(const RunResult& result) {
  std::vector<std::string> names = result.metrics;
  if (std::find(names.begin(), names.end(), result.main_metric) == names.end()) names.insert(names.begin(), result.main_metric);
  return names;
}

json basin_json(const BasinResult& basin, const std::vector<std::string>& metrics) {
  json scores = json::array();
  for (const std::string& metric : metrics) scores.push_back(score(basin.scores, metric));
  return {{"id", basin.id},
          {"name", basin.name},
          {"latitude", json_number(basin.latitude)},
          {"longitude", json_number(basin.longitude)},
          {"area", json_number(basin.area_km2)},
          {"scores", std::move(scores)}};
}

/// Scores per metric, in the order of the result's basins.
json comparison_json(const ComparisonResult& comparison, const RunResult& result, const std::vector<std::string>& metrics) {
  json scores = json::object();
  for (const std::string& metric : metrics) {
    const auto found = comparison.scores.find(metric);
    if (found == comparison.scores.end()) continue;
    json values = json::array();
    for (const BasinResult& basin : result.basins) values.push_back(score(found->second, basin.id));
    scores[metric] = std::move(values);
  }
  return {{"name", comparison.name}, {"scores", std::move(scores)}};
}

json epochs_json(const std::vector<EpochResult>& epochs) {
  json columns = {{"epoch", json::array()},
                  {"loss", json::array()},
                  {"validation", json::array()},
                  {"learningRate", json::array()},
                  {"seconds", json::array()}};
  for (const EpochResult& epoch : epochs) {
    columns["epoch"].push_back(epoch.epoch);
    columns["loss"].push_back(json_number(epoch.loss));
    columns["validation"].push_back(json_number(epoch.validation));
    columns["learningRate"].push_back(json_number(epoch.learning_rate));
    columns["seconds"].push_back(json_number(epoch.seconds));
  }
  return columns;
}

json parameter_json(const ParameterRecord& parameter) {
  return {{"name", parameter.name},
          {"unit", parameter.unit},
          {"meaning", parameter.meaning},
          {"lower", json_number(parameter.lower)},
          {"upper", json_number(parameter.upper)},
          {"logarithmic", parameter.logarithmic}};
}

/// Where in its range a value lies, in thousandths; null if missing. Enough for a dot of a plot.
json in_range(const ParameterRecord& parameter, double value) {
  if (!std::isfinite(value)) return nullptr;
  const double u = parameter.logarithmic ? std::log(value / parameter.lower) / std::log(parameter.upper / parameter.lower)
                                         : (value - parameter.lower) / (parameter.upper - parameter.lower);
  return std::lround(1000 * std::clamp(u, 0.0, 1.0));
}

json search_json(const SearchResult& search, const std::vector<ParameterRecord>& parameters) {
  json result = {{"seed", search.seed}, {"objective", json_number(search.objective)}, {"evaluations", search.evaluations}};
  for (const double value : search.best) result["best"].push_back(json_number(value));
  for (const auto& [evaluation, value] : search.improvements) {
    result["trace"].push_back(json::array({evaluation, json_number(value)}));
  }
  for (const float value : search.objectives) {
    result["values"].push_back(json_number(static_cast<double>(static_cast<float>(std::round(value * 1e4F)) / 1e4F)));
  }
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    json column = json::array();
    for (const float value : search.points[p]) column.push_back(in_range(parameters[p], static_cast<double>(value)));
    result["points"].push_back(std::move(column));
  }
  return result;
}

/// The searches in the order of the result's basins; null for a run that is no calibration.
json calibration_json(const RunResult& result) {
  const CalibrationRecord& calibration = result.calibration;
  if (calibration.parameters.empty()) return nullptr;
  json parameters = json::array(), searches = json::array();
  for (const ParameterRecord& parameter : calibration.parameters) parameters.push_back(parameter_json(parameter));
  for (const BasinResult& basin : result.basins) {
    json of_basin = json::array();
    const auto found = calibration.searches.find(basin.id);
    if (found != calibration.searches.end()) {
      for (const SearchResult& search : found->second) of_basin.push_back(search_json(search, calibration.parameters));
    }
    searches.push_back(std::move(of_basin));
  }
  return {{"method", calibration.method},
          {"objective", calibration.objective},
          {"parameters", std::move(parameters)},
          {"searches", std::move(searches)}};
}

/// Values in the order of the result's basins, null where there is none.
json parameters_json(const RunResult& result) {
  json parameters = json::array();
  for (const ParameterResult& found : result.parameters) {
    json values = json::array();
    for (const BasinResult& basin : result.basins) values.push_back(score(found.values, basin.id));
    parameters.push_back(parameter_json(found.parameter));
    parameters.back()["values"] = std::move(values);
  }
  return parameters;
}

/// First and last time step over all basins, null without any.
json period_json(const std::vector<BasinResult>& basins) {
  std::optional<Period> period;
  for (const BasinResult& basin : basins) {
    if (basin.axis.size <= 0) continue;
    const Period own{basin.axis.first, basin.axis.last()};
    period = period ? Period{std::min(period->first, own.first), std::max(period->last, own.last)} : own;
  }
  return period ? json{to_string(period->first), to_string(period->last)} : json(nullptr);
}

json encoded_json(const std::vector<float>& values) {
  EncodedSeries series = encode_series(values);
  return {{"size", series.size},
          {"base", series.base},
          {"step", series.step},
          {"delta", series.delta},
          {"data", std::move(series.data)}};
}

/// Scores in the order of the result's basins, null of those without observations.
json states_json(const RunResult& result) {
  json states = json::array();
  for (const StateResult& state : result.states) {
    json scores = json::array();
    for (const BasinResult& basin : result.basins) {
      const auto found = state.scores.find(basin.id);
      json own = found == state.scores.end() ? json(nullptr) : json::array();
      if (found != state.scores.end()) {
        for (const double value : found->second) own.push_back(json_number(value));
      }
      scores.push_back(std::move(own));
    }
    states.push_back({{"name", state.name},
                      {"unit", state.unit},
                      {"metrics", state.metrics},
                      {"scores", std::move(scores)},
                      {"meanR", json_number(state.mean_pearson_r)},
                      {"meanDays", state.mean_days},
                      {"first", state.axis.first.minutes * kMillisecondsPerMinute},
                      {"step", state.axis.step_minutes * kMillisecondsPerMinute},
                      {"observed", encoded_json(state.mean_observed)},
                      {"simulated", encoded_json(state.mean_simulated)}});
  }
  return states;
}

}  // namespace

std::string report_json(const RunResult& result) {
  const std::vector<std::string> metrics = columns(result);
  json basins = json::array();
  for (const BasinResult& basin : result.basins) basins.push_back(basin_json(basin, metrics));
  json comparisons = json::array();
  for (const ComparisonResult& comparison : result.comparisons) {
    comparisons.push_back(comparison_json(comparison, result, metrics));
  }
  json summary = json::array();
  for (const auto& [label, value] : result.summary) summary.push_back(json::array({label, value}));
  return script_json({{"title", result.title},
                      {"subtitle", result.subtitle},
                      {"synthetic", result.synthetic},
                      {"summary", std::move(summary)},
                      {"mainMetric", result.main_metric},
                      {"metrics", metrics},
                      {"period", period_json(result.basins)},
                      {"basins", std::move(basins)},
                      {"epochs", epochs_json(result.epochs)},
                      {"validationMetric", result.validation_metric},
                      {"calibration", calibration_json(result)},
                      {"comparisons", std::move(comparisons)},
                      {"states", states_json(result)},
                      {"parameters", parameters_json(result)},
                      {"configYaml", result.config_yaml},
                      {"dataNotes", result.data_notes},
                      {"floor", kSeriesFloor}});
}

std::string series_json(const BasinResult& basin) {
  json chunk = {{"first", basin.axis.first.minutes * kMillisecondsPerMinute},
                {"step", basin.axis.step_minutes * kMillisecondsPerMinute},
                {"observed", encoded_json(basin.observed)},
                {"simulated", encoded_json(basin.simulated)}};
  if (!basin.precipitation.empty()) chunk["precipitation"] = encoded_json(basin.precipitation);
  return script_json(chunk);
}

}  // namespace freshet
