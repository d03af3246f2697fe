#include "freshet/io/netcdf_library.hpp"

#include <hdf5.h>
#include <netcdf.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

NetcdfType type_of(nc_type type) {
  switch (type) {
    case NC_BYTE:
      return NetcdfType::kByte;
    case NC_UBYTE:
    case NC_SHORT:
      return NetcdfType::kShort;
    case NC_USHORT:
    case NC_INT:
      return NetcdfType::kInt;
    case NC_UINT:
    case NC_INT64:
    case NC_UINT64:
      return NetcdfType::kInt64;
    case NC_FLOAT:
      return NetcdfType::kFloat;
    case NC_DOUBLE:
      return NetcdfType::kDouble;
    case NC_CHAR:
      return NetcdfType::kChar;
    case NC_STRING:
      return NetcdfType::kString;
    default:
      return NetcdfType::kOther;
  }
}

}  // namespace

NetcdfLibraryLock::NetcdfLibraryLock()
    : guard_([]() -> std::mutex& {
        static std::mutex mutex;
        return mutex;
      }()) {
  // HDF5 prints its error stack unless told not to, thread by thread; the NetCDF library tells it for its first one only.
  thread_local const herr_t quiet = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  static_cast<void>(quiet);
}

void check_netcdf_read(int status, const std::filesystem::path& file, const std::string& variable, std::string_view what) {
  if (status == NC_NOERR) return;
  Problem problem{.what = fmt::format("{}: {}", what, nc_strerror(status)), .file = file.string(), .variable = variable};
  if (status == ENOMEM || status == EMFILE || status == ENFILE || status == NC_ENOMEM) throw EnvironmentError(problem);
  if (status == NC_ENOTNC || status == NC_EHDFERR || status == NC_ETRUNC)
    problem.hint = "The file may be cut off, damaged or not NetCDF.";
  throw InputError(problem);
}

std::string without_netcdf_padding(std::string text) {
  text.erase(std::find(text.begin(), text.end(), '\0'), text.end());
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

std::vector<NetcdfDimension> NetcdfHeaderReader::dimensions() const {
  int count = 0;
  check_netcdf_read(nc_inq_dimids(handle_, &count, nullptr, 0), file_, "", "cannot read the dimensions");
  std::vector<int> ids(static_cast<std::size_t>(count));
  check_netcdf_read(nc_inq_dimids(handle_, &count, ids.data(), 0), file_, "", "cannot read the dimensions");
  std::array<int, NC_MAX_DIMS> unlimited{};
  int unlimited_count = 0;
  check_netcdf_read(nc_inq_unlimdims(handle_, &unlimited_count, unlimited.data()), file_, "", "cannot read the dimensions");
  std::vector<NetcdfDimension> result;
  for (const int id : ids) {
    NetcdfDimension dimension = dimension_of(id);
    dimension.unlimited =
        std::find(unlimited.begin(), unlimited.begin() + unlimited_count, id) != unlimited.begin() + unlimited_count;
    result.push_back(std::move(dimension));
  }
  return result;
}

std::vector<NetcdfVariable> NetcdfHeaderReader::variables() const {
  int count = 0;
  check_netcdf_read(nc_inq_nvars(handle_, &count), file_, "", "cannot read the variables");
  std::vector<NetcdfVariable> result;
  for (int id = 0; id < count; ++id) result.push_back(variable(id));
  return result;
}

std::vector<NetcdfAttribute> NetcdfHeaderReader::attributes(int variable) const {
  int count = 0;
  check_netcdf_read(nc_inq_varnatts(handle_, variable, &count), file_, "", "cannot read the attributes");
  std::vector<NetcdfAttribute> result;
  for (int i = 0; i < count; ++i) {
    std::array<char, NC_MAX_NAME + 1> name{};
    check_netcdf_read(nc_inq_attname(handle_, variable, i, name.data()), file_, "", "cannot read the attributes");
    nc_type type = NC_NAT;
    std::size_t length = 0;
    check_netcdf_read(nc_inq_att(handle_, variable, name.data(), &type, &length), file_, name.data(),
                      "cannot read the attribute");
    if (type == NC_CHAR || type == NC_STRING) result.push_back({name.data(), text(variable, name.data(), type, length)});
    if (type_of(type) <= NetcdfType::kDouble) result.push_back({name.data(), numbers(variable, name.data(), length)});
  }
  return result;
}

NetcdfDimension NetcdfHeaderReader::dimension_of(int id) const {
  std::array<char, NC_MAX_NAME + 1> name{};
  std::size_t size = 0;
  check_netcdf_read(nc_inq_dim(handle_, id, name.data(), &size), file_, "", "cannot read a dimension");
  return {.name = name.data(), .size = size};
}

NetcdfVariable NetcdfHeaderReader::variable(int id) const {
  std::array<char, NC_MAX_NAME + 1> name{};
  nc_type type = NC_NAT;
  int rank = 0;
  std::array<int, NC_MAX_VAR_DIMS> dimension_ids{};
  check_netcdf_read(nc_inq_var(handle_, id, name.data(), &type, &rank, dimension_ids.data(), nullptr), file_, "",
                    "cannot read a variable");
  NetcdfVariable result{.name = name.data(), .type = type_of(type), .attributes = attributes(id)};
  for (int i = 0; i < rank; ++i) {
    const NetcdfDimension dimension = dimension_of(dimension_ids[static_cast<std::size_t>(i)]);
    result.dimensions.push_back(dimension.name);
    result.shape.push_back(dimension.size);
  }
  return result;
}

std::string NetcdfHeaderReader::text(int variable, const char* name, int type, std::size_t length) const {
  if (type == NC_CHAR) {
    std::string value(length, '\0');
    check_netcdf_read(nc_get_att_text(handle_, variable, name, value.data()), file_, name, "cannot read the attribute");
    return without_netcdf_padding(value);
  }
  std::vector<char*> texts(length, nullptr);
  check_netcdf_read(nc_get_att_string(handle_, variable, name, texts.data()), file_, name, "cannot read the attribute");
  std::string joined;
  for (const char* part : texts) joined += (joined.empty() ? "" : ", ") + std::string(part ? part : "");
  nc_free_string(length, texts.data());
  return joined;
}

std::vector<double> NetcdfHeaderReader::numbers(int variable, const char* name, std::size_t length) const {
  std::vector<double> values(length);
  check_netcdf_read(nc_get_att_double(handle_, variable, name, values.data()), file_, name, "cannot read the attribute");
  return values;
}

}  // namespace freshet
