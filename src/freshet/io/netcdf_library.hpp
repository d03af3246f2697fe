#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/io/netcdf.hpp"

namespace freshet {

/// Calls into the NetCDF and HDF5 libraries, which are not thread-safe, take turns: hold this lock around each.
class NetcdfLibraryLock {
 public:
  NetcdfLibraryLock();

 private:
  std::lock_guard<std::mutex> guard_;
};

/// Throws unless a reading call's status is NC_NOERR: EnvironmentError for lack of memory or file handles, else InputError
/// "<what>: <the library's message>".
void check_netcdf_read(int status, const std::filesystem::path& file, const std::string& variable, std::string_view what);

/// A text of fixed length without the NULs and blanks at its end.
std::string without_netcdf_padding(std::string text);

/// Reads what the root group of an open file declares; the caller holds the lock.
class NetcdfHeaderReader {
 public:
  /// `file` is the name for errors and outlives the reader.
  NetcdfHeaderReader(int handle, const std::filesystem::path& file) : handle_(handle), file_(file) {}

  std::vector<NetcdfDimension> dimensions() const;
  std::vector<NetcdfVariable> variables() const;
  /// Of a variable by its number, or NC_GLOBAL. Attributes of user-defined types are left out.
  std::vector<NetcdfAttribute> attributes(int variable) const;

 private:
  NetcdfDimension dimension_of(int id) const;
  NetcdfVariable variable(int id) const;
  std::string text(int variable, const char* name, int type, std::size_t length) const;
  std::vector<double> numbers(int variable, const char* name, std::size_t length) const;

  int handle_;
  const std::filesystem::path& file_;
};

}  // namespace freshet
