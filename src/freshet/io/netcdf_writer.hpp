#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/io/netcdf.hpp"

namespace freshet {

/// Builds one NetCDF-4 file. Variables are chunked along their last dimension and compressed (shuffle and deflate),
/// texts are NC_STRING. Made by write_netcdf_file() alone, so that a file is whole or not there. It is built in memory: HDF5
/// cannot cope with a disk that fills up under it.
///
/// Errors: EnvironmentError with the file and the library's message (disk full, no permission); InternalError for a call that
/// makes no sense (unknown dimension or variable, wrong number of values, a name NetCDF does not allow).
class NetcdfWriter {
 public:
  ~NetcdfWriter();
  NetcdfWriter(const NetcdfWriter&) = delete;
  NetcdfWriter& operator=(const NetcdfWriter&) = delete;

  /// `size` is at least 1.
  void define_dimension(const std::string& name, std::size_t size);
  /// A variable over defined dimensions, slowest first; none of them for a scalar. `type` is any but kChar and kOther. The
  /// attribute _FillValue takes the variable's type.
  void define_variable(const std::string& name, NetcdfType type, const std::vector<std::string>& dimensions,
                       const std::vector<NetcdfAttribute>& attributes = {});
  /// A dimension and CF time coordinate of that name, filled: whole days since the first date if steps are, else minutes.
  void define_time(const std::string& name, const TimeAxis& axis);
  /// An attribute of the whole file.
  void set_attribute(const NetcdfAttribute& attribute);

  /// All values of a variable, row-major. Numbers are converted to its type.
  void put(std::string_view name, std::span<const float> values);
  void put(std::string_view name, std::span<const double> values);
  void put(std::string_view name, std::span<const std::int64_t> values);
  void put(std::string_view name, std::span<const std::string> values);
  /// The values of one index of the first dimension, e.g. one basin's series of a variable over (basin, time).
  void put_row(std::string_view name, std::size_t index, std::span<const float> values);
  void put_row(std::string_view name, std::size_t index, std::span<const double> values);

 private:
  friend void write_netcdf_file(const std::filesystem::path& path, const std::function<void(NetcdfWriter&)>& write);
  struct Variable {
    std::string name;
    int id = -1;
    NetcdfType type = NetcdfType::kFloat;
    std::vector<std::size_t> shape;
  };

  explicit NetcdfWriter(std::filesystem::path target);
  /// Writes the file.
  void finish();
  void check(int status, std::string_view what) const;
  void put_attribute(int variable, int type, const NetcdfAttribute& attribute);
  void set_storage(const Variable& variable);
  const Variable& variable(std::string_view name, std::size_t values) const;
  /// One index of a variable's first dimension: where it starts and how many values it has along each.
  struct Row {
    int id;
    std::vector<std::size_t> start, count;
  };
  Row row(std::string_view name, std::size_t index, std::size_t values) const;

  std::filesystem::path target_;
  int handle_ = -1;
  std::vector<NetcdfDimension> dimensions_;
  std::vector<Variable> variables_;
};

/// Writes a NetCDF-4 file atomically (io/atomic_file.hpp): `write` defines and fills it, the attribute Conventions = "CF-1.8"
/// is there already. On any error, also one thrown by `write`, an old file of that name is untouched.
void write_netcdf_file(const std::filesystem::path& path, const std::function<void(NetcdfWriter&)>& write);

/// A name NetCDF and most readers accept: letters and digits stay, every run of other characters becomes one "_", none at
/// the start or end: "QObs(mm/d)" becomes "QObs_mm_d". Empty only if `name` has neither letters nor digits.
std::string netcdf_name(std::string_view name);

}  // namespace freshet
