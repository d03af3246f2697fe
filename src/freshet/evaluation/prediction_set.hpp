#pragma once

#include <map>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/data/dataset.hpp"

namespace freshet {

/// Predictions and observations of one basin, in mm/day or the targets' own units, on the set's common axis. NaN is missing.
struct BasinSeriesPair {
  std::string basin;
  Gauge gauge;
  std::vector<std::vector<float>> observed;           ///< [target][axis.size]; an inner vector is empty where nothing is known
  std::vector<std::vector<float>> simulated;          ///< [target][axis.size]
  std::vector<float> precipitation;                   ///< [axis.size] in PredictionSet::precipitation_unit, or empty
  std::vector<std::vector<float>> states{};           ///< [state][axis.size], simulated
  std::vector<std::vector<float>> observed_states{};  ///< [state]; an inner vector is empty where nothing is known
};

/// A state or flux of the model's inside.
struct StateInfo {
  std::string name;  ///< "snowpack", or a sum: "snowpack + meltwater"
  std::string unit;
  bool compared = false;  ///< there are observations, if not of every basin
};

/// What a model predicted for a set of basins: the content of predictions.nc.
struct PredictionSet {
  TimeAxis axis;
  std::vector<std::string> targets;
  std::vector<std::string> units;  ///< [target]
  std::vector<BasinSeriesPair> basins;
  std::map<std::string, std::string> notes;   ///< global attributes: evaluation mode, clipping, source, ...
  std::vector<StateInfo> states{};            ///< none where the model has no states, or none are kept
  std::string precipitation_unit = "mm/day";  ///< another where the source declares one that Freshet does not convert
};

/// Metric values per basin, the columns in registry order.
struct ScoreTable {
  std::vector<std::string> basins;
  std::vector<std::string> metrics;
  std::vector<std::vector<double>> values;  ///< [basin][metric]

  std::vector<double> column(const std::string& metric) const;
};

/// Every registered metric of one target for every basin.
ScoreTable score(const PredictionSet& set, std::size_t target, std::size_t threads);

}  // namespace freshet
