#pragma once

#include <span>
#include <string>
#include <vector>

#include "freshet/data/process_forcing.hpp"
#include "freshet/data/scaler.hpp"

namespace freshet {

/// A basin as the network sees it.
struct PreparedBasin {
  std::string id;
  TimeAxis axis;
  std::vector<float> inputs;                     ///< [time, input], standardised; NaN is missing
  std::vector<float> forcing;                    ///< [time, forcing of the process model], its units; NaN is missing
  std::vector<float> targets;                    ///< [time, target], standardised; NaN is missing
  std::vector<float> statics;                    ///< [attribute], standardised
  std::vector<std::span<const float>> observed;  ///< [target] raw observations on `axis`, views into the series store
  std::vector<float> target_mean;  ///< [target] raw mean of the observations in training; NaN for basins not trained on
  std::vector<float> target_std;   ///< [target] raw standard deviation, likewise
  std::vector<Standardisation> target_scaling;  ///< [target] of `targets`
  std::int64_t set =
      -1;  ///< place of the basin among the training basins, whose parameters a model of single basins uses; -1: none
};

struct PreparedData {
  std::vector<PreparedBasin> basins;
  std::int64_t inputs = 0, targets = 0, statics = 0, forcings = 0;  ///< numbers of variables
};

/// Standardises the series. A target the data set does not have is all missing (prediction).
PreparedData prepare(const std::vector<BasinView>& basins, const std::map<std::string, std::vector<double>>& attributes,
                     const Scaler& scaler, const DataOptions& options, std::size_t threads);

/// Gives each basin the forcing of a process model, on the basin's own axis; days that `forcing` does not cover are missing.
/// InternalError for a basin that `forcing` lacks.
void add_forcing(PreparedData& data, const ProcessForcing& forcing);

}  // namespace freshet
