#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "freshet/data/process_forcing.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet {

/// A parameter with a value for each step.
struct DynamicValues {
  std::size_t parameter = 0;
  std::vector<std::vector<double>> values;  ///< [basin][step]
};

/// Parameters that vary from day to day, from a CSV or NetCDF file as forcing is read from: its columns are parameters of the
/// model. A file without ids of basins is meant for all.
class DynamicParameterFile {
 public:
  /// @throws InputError for a column that is no parameter, and for a parameter that must be the same on all days
  DynamicParameterFile(const std::filesystem::path& path, const kernels::Model& model);

  const std::vector<std::string>& names() const { return names_; }

  /// The values on the forcing's axis. Basins that have none are taken out of the forcing and added to what it refused.
  /// @throws InputError for values that are missing or out of range, and steps that are not the forcing's
  std::vector<DynamicValues> read(ProcessForcing& forcing, bool allow_out_of_range, Observer& observer) const;

 private:
  std::vector<Problem> out_of_range(const BasinForcing& basin, const TimeAxis& axis) const;

  std::filesystem::path path_;
  const kernels::Model& model_;
  std::vector<std::string> names_;
  bool is_for_all_ = false;
};

}  // namespace freshet
