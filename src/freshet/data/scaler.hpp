#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "freshet/data/options.hpp"
#include "freshet/data/series_store.hpp"

namespace freshet {

/// value' = (value - center) / scale
struct Standardisation {
  double center = 0;
  double scale = 1;
  bool operator==(const Standardisation&) const = default;
};

/// Input and target scaling of one basin.
struct BasinScaling {
  std::map<std::string, Standardisation> inputs, targets;
  bool operator==(const BasinScaling&) const = default;
};

/// How a model wants its data scaled.
struct ScalingRules {
  bool by_basin = false;  ///< each basin's inputs and targets by its own mean and standard deviation, not by those of all basins
  bool raw_targets = false;  ///< targets in their own units: process models make mm/day
  /// With by_basin: by the first seq_length days of the training samples, where these have a mean and a deviation; training
  /// samples are then scaled again, each by itself (WindowOptions::scaling).
  bool by_first_sample = false;
};

/// Everything that was learned from the training data before training: means and standard deviations, from training dates and
/// training basins only. It is part of the model and is stored in the run folder (scaler.json).
struct Scaler {
  std::map<std::string, Standardisation> inputs;      ///< over all training basins and dates (population standard deviation)
  std::map<std::string, Standardisation> targets;     ///< likewise, of the observed values
  std::map<std::string, Standardisation> attributes;  ///< over the training basins (sample standard deviation)
  /// Per basin and target: mean and standard deviation of the raw observations in training, for basin-weighted losses.
  std::map<std::string, std::map<std::string, Standardisation>> basin_targets;

  std::map<std::string, BasinScaling> basin_scaling;  ///< of basins that have one of their own

  bool operator==(const Scaler&) const = default;
  /// A basin's own scaling, else that of all.
  const Standardisation& input(const std::string& basin, const std::string& name) const;
  const Standardisation& target(const std::string& basin, const std::string& name) const;
  std::string to_json() const;
  /// InputError for a damaged file, named `source` in the message.
  static Scaler from_json(const std::string& text, const std::string& source);
};

/// Static attributes as numbers, [basin][attribute] in the order asked for. InputError listing every missing attribute
/// column (nearest name) and every basin with a missing or non-numeric cell.
std::map<std::string, std::vector<double>> numeric_attributes(const AttributeTable& table, const std::vector<std::string>& basins,
                                                              const std::vector<std::string>& names);

/// Mean and standard deviation of each basin's observations in the training periods. Problems: a basin without observations or
/// with a constant target.
std::map<std::string, std::map<std::string, Standardisation>> basin_target_statistics(const std::vector<BasinView>& basins,
                                                                                      const DataOptions& options,
                                                                                      std::vector<Problem>& problems);

/// Computes the scaler. Sums run over basins in the order of their ids, so the result does not depend on the order of lists.
/// InputError, listing all: an input that a basin lacks, a target that no basin has, an input or attribute that is constant or
/// wholly missing, a training basin without observations or with a constant target.
Scaler fit_scaler(const std::vector<BasinView>& basins, const std::map<std::string, std::vector<double>>& attributes,
                  const DataOptions& options, const ScalingRules& rules = {});

}  // namespace freshet
