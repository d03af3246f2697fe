#pragma once

#include <filesystem>

#include "freshet/evaluation/prediction_set.hpp"

namespace freshet {

/// Writes predictions as CF-style NetCDF: dimensions basin and time; per target `<name>_sim` and `<name>_obs` over (basin, time),
/// precipitation, per state `state_<name>_sim` and, where it is compared, `state_<name>_obs`, and id, gauge name, latitude,
/// longitude and area of each basin; the set's notes as global attributes.
void write_predictions(const std::filesystem::path& path, const PredictionSet& set);

/// Reads such a file. InputError for any other.
PredictionSet read_predictions(const std::filesystem::path& path);

/// metrics.csv: one row a basin, one column a metric.
void write_scores(const std::filesystem::path& path, const ScoreTable& table);
ScoreTable read_scores(const std::filesystem::path& path);

}  // namespace freshet
