#pragma once

#include <filesystem>
#include <vector>

#include "freshet/calibration/parameter_space.hpp"
#include "freshet/core/records.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// Those parameters of a model and its routing that are not held at a value.
std::vector<ParameterRecord> parameter_records(const calibration::ParameterSpace& space);

/// Adds the values that a parameters.csv holds to what a report shows; nothing if there is no such file. Basins without a row or
/// with an empty cell have no value.
/// @throws InputError naming the file if a parameter has no column, a cell is no number, or a basin has two rows
void add_parameters(const std::filesystem::path& file, const std::vector<ParameterRecord>& parameters, RunResult& result);

/// The same for a trained run: parameters of the process model inside, if it has one. Where that model is not to be had, a
/// plug-in that was moved for instance, a note says so instead.
void add_learned_parameters(const std::filesystem::path& file, const ModelOptions& model, RunResult& result);

}  // namespace freshet
