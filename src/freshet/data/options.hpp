#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "freshet/config/fields.hpp"
#include "freshet/core/time.hpp"

namespace freshet {

/// What is read and which basins and dates are used for what. Names as in NeuralHydrology.
struct DataOptions {
  std::string dataset;
  std::filesystem::path data_dir;
  std::vector<std::string> forcings;
  std::string area_source = "header";
  std::optional<std::filesystem::path> cache_dir;

  std::vector<std::string> dynamic_inputs;
  std::vector<std::string> target_variables;
  std::vector<std::string> static_attributes;

  std::optional<std::filesystem::path> train_basin_file;
  std::optional<std::filesystem::path> validation_basin_file;
  std::optional<std::filesystem::path> test_basin_file;
  std::vector<Time> train_start_date, train_end_date;
  std::vector<Time> validation_start_date, validation_end_date;
  std::vector<Time> test_start_date, test_end_date;

  std::int64_t seq_length = 730;
  std::int64_t predict_last_n = 365;
  std::optional<std::int64_t> window_stride;
  std::string nan_handling_method = "drop_window";

  std::string pet_method = "auto";
  std::map<std::string, std::string> columns;
  std::optional<double> latitude, elevation;
};

const FieldTable<DataOptions>& data_fields();

enum class Split { kTrain, kValidation, kTest };
std::string to_string(Split split);

/// The split's periods, sorted; first and last days are paired in order.
std::vector<Period> split_periods(const DataOptions& options, Split split);
/// Adds to `problems`, with the place of the key in `source`: dates that do not pair, ends before starts, periods that overlap,
/// basin lists that cannot be read, names listed twice, a data folder that is not there.
void check_data_options(const DataOptions& options, const ConfigSource& source, std::vector<Problem>& problems);

/// An entry of a basin list, and where it stands.
struct ListedBasin {
  std::string id;
  std::size_t line = 0;
};

/// The entries of a basin list in the file's order: one id a line, blanks and lines starting with # ignored. InputError for a
/// list without entries, two words on a line and an id that is listed twice.
std::vector<ListedBasin> read_basin_list(const std::filesystem::path& file);
std::optional<std::filesystem::path> basin_file(const DataOptions& options, Split split);

}  // namespace freshet
