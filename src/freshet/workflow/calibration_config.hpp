#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "freshet/calibration/objective_options.hpp"
#include "freshet/calibration/options.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// Which basins, days and columns a process model is calibrated on.
struct CalibrationDataOptions {
  std::filesystem::path data_dir;
  std::string dataset;
  std::vector<std::string> forcings;
  std::string area_source = "header";
  std::optional<std::filesystem::path> cache_dir;
  std::optional<std::filesystem::path> basin_file;
  std::string pet_method = "auto";
  std::map<std::string, std::string> columns;
  std::optional<double> latitude, elevation;
  std::optional<Time> train_start_date, train_end_date, test_start_date, test_end_date;
  std::int64_t warmup_days = 365;
};

/// The model, and how much of its searches is kept.
struct ProcessOptions {
  std::string model;
  std::optional<std::filesystem::path> plugin;
  std::string routing = "none";
  std::map<std::string, std::vector<double>> parameter_ranges;
  std::map<std::string, std::int64_t> settings;
  std::string precision = "single";
  std::int64_t searches_per_basin = 1;
  std::int64_t points_kept = 1000;
  double save_every = 30;
};

/// A whole configuration of `freshet calibrate`.
struct CalibrationConfig {
  ExperimentOptions experiment;
  CalibrationDataOptions data;
  ProcessOptions process;
  calibration::ObjectiveOptions objective;
  calibration::SearchOptions search;
  StateObservationOptions states;
  Problem ranges_place;  ///< file and line of `parameter_ranges`, for messages

  std::size_t threads() const;
  Period train_period() const;
  std::optional<Period> test_period() const;
};

/// Reads and checks a configuration, as load_run_config does.
CalibrationConfig load_calibration_config(const std::filesystem::path& file, const std::vector<std::string>& overrides);

/// Whether a configuration file is one of `freshet calibrate`, not of `freshet train`.
bool is_calibration_config(const std::filesystem::path& file);
/// @throws InputError for one, saying what to do with it: most verbs are of trained models
void refuse_calibration_config(const std::filesystem::path& file);

/// The resolved configuration; load_calibration_config reads it back.
std::string to_yaml(const CalibrationConfig& config);

/// All keys, for `config explain`.
std::vector<FieldInfo> calibration_field_infos();

}  // namespace freshet
