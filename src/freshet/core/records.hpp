#pragma once

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "freshet/core/time.hpp"

namespace freshet {

/// Results in the form reports read them. NaN means missing throughout.

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

/// One basin of an evaluated run. All series have axis.size values.
struct BasinResult {
  std::string id;
  std::string name;                                             ///< gauge name, may be empty
  double latitude = std::numeric_limits<double>::quiet_NaN();   ///< degrees north
  double longitude = std::numeric_limits<double>::quiet_NaN();  ///< degrees east
  double area_km2 = std::numeric_limits<double>::quiet_NaN();
  std::map<std::string, double> scores;  ///< metric name -> value
  TimeAxis axis;
  std::vector<float> observed;       ///< mm/day
  std::vector<float> simulated;      ///< mm/day
  std::vector<float> precipitation;  ///< mm/day; empty if the run had none
};

struct EpochResult {
  int epoch = 0;
  double loss = 0;
  double validation = std::numeric_limits<double>::quiet_NaN();
  double learning_rate = 0;
  double seconds = 0;
};

/// Another model's (or a baseline's) scores on the same basins, for the score distribution.
struct ComparisonResult {
  std::string name;
  std::map<std::string, std::map<std::string, double>> scores;  ///< metric -> basin -> value
};

/// A parameter of a process model, and the range that it was looked for in.
struct ParameterRecord {
  std::string name;
  std::string unit;
  std::string meaning;
  double lower = 0;
  double upper = 0;
  bool logarithmic = false;  ///< spread over its range by its logarithm
};

/// The values that a calibration or a training found for a parameter, by basin.
struct ParameterResult {
  ParameterRecord parameter;
  std::map<std::string, double> values;
};

/// One search of one basin.
struct SearchResult {
  std::int64_t seed = 0;
  double objective = 0;  ///< lowest value found
  std::int64_t evaluations = 0;
  std::vector<double> best;                             ///< [parameter]
  std::vector<std::pair<double, double>> improvements;  ///< number of the evaluation, lowest value since
  std::vector<float> objectives;                        ///< [point] of the evaluated points kept
  std::vector<std::vector<float>> points;               ///< [parameter][point]
};

/// What a calibration searched and found.
struct CalibrationRecord {
  std::string method;
  std::string objective;
  std::vector<ParameterRecord> parameters;
  std::map<std::string, std::vector<SearchResult>> searches;  ///< by basin
};

/// A state inside the model against observations that it was not trained on.
struct StateResult {
  std::string name;
  std::string unit;
  std::vector<std::string> metrics;                   ///< columns of the table, in order
  std::map<std::string, std::vector<double>> scores;  ///< by basin, [metric]; of the basins with observations
  TimeAxis axis;
  std::vector<float> mean_observed, mean_simulated;  ///< [axis.size] over those basins, NaN where not all have both
  double mean_pearson_r = std::numeric_limits<double>::quiet_NaN();  ///< of the two
  std::int64_t mean_days = 0;                                        ///< on which both are known
};

/// Everything a run report shows.
struct RunResult {
  std::string title;
  std::string subtitle;
  bool synthetic = false;                                    ///< virtual basins: the report says so on every page
  std::vector<std::pair<std::string, std::string>> summary;  ///< label, value
  std::string main_metric = "nse";
  std::vector<std::string> metrics;  ///< columns of the table, in order
  std::vector<BasinResult> basins;
  std::vector<EpochResult> epochs;
  std::string validation_metric;
  CalibrationRecord calibration;  ///< without parameters if the run is none
  std::vector<ComparisonResult> comparisons;
  std::vector<StateResult> states{};
  std::vector<ParameterResult> parameters{};  ///< of a process model
  std::string config_yaml;
  std::vector<std::string> data_notes;
};

}  // namespace freshet
