#include "freshet/io/netcdf.hpp"

#include <netcdf.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/cf_time.hpp"
#include "freshet/io/netcdf_classic.hpp"
#include "freshet/io/netcdf_library.hpp"

namespace freshet {
namespace {

/// Largest number of values of one variable (2 GiB as double): what a damaged header claims must not exhaust the memory.
constexpr double kMaxValues = 268435456;

/// The value the library leaves where nothing was written. Bytes have none: all their values are in use.
std::optional<double> default_fill(nc_type type) {
  switch (type) {
    case NC_SHORT:
      return NC_FILL_SHORT;
    case NC_USHORT:
      return NC_FILL_USHORT;
    case NC_INT:
      return NC_FILL_INT;
    case NC_UINT:
      return NC_FILL_UINT;
    case NC_INT64:
      return static_cast<double>(NC_FILL_INT64);
    case NC_UINT64:
      return static_cast<double>(NC_FILL_UINT64);
    case NC_FLOAT:
      return static_cast<double>(NC_FILL_FLOAT);
    case NC_DOUBLE:
      return NC_FILL_DOUBLE;
    default:
      return std::nullopt;
  }
}

const NetcdfAttribute* find(const std::vector<NetcdfAttribute>& attributes, std::string_view name) {
  const auto found = std::ranges::find(attributes, name, &NetcdfAttribute::name);
  return found == attributes.end() ? nullptr : &*found;
}

float to_float(double value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  if (std::abs(value) > kLargest)
    return std::copysign(std::numeric_limits<float>::infinity(), static_cast<float>(std::copysign(1, value)));
  return static_cast<float>(value);
}

}  // namespace

std::optional<std::string> text_attribute(const std::vector<NetcdfAttribute>& attributes, std::string_view name) {
  const NetcdfAttribute* attribute = find(attributes, name);
  if (attribute == nullptr || !std::holds_alternative<std::string>(attribute->value)) return std::nullopt;
  return std::get<std::string>(attribute->value);
}

std::optional<double> number_attribute(const std::vector<NetcdfAttribute>& attributes, std::string_view name) {
  const NetcdfAttribute* attribute = find(attributes, name);
  if (attribute == nullptr || !std::holds_alternative<std::vector<double>>(attribute->value)) return std::nullopt;
  const auto& values = std::get<std::vector<double>>(attribute->value);
  return values.empty() ? std::nullopt : std::optional(values.front());
}

struct NetcdfFile::Packing {
  bool is_float = false;
  std::vector<double> missing;
  double scale = 1;
  double offset = 0;
  double unsigned_shift = 0;  ///< added to negative values

  bool is_plain_float() const { return is_float && scale == 1 && offset == 0; }
  template <class T>
  bool is_missing(T value) const {
    return std::ranges::any_of(missing, [&](double fill) { return static_cast<double>(value) == fill; });
  }
};

NetcdfFile::NetcdfFile(const std::filesystem::path& file) : path_(file) {
  const NetcdfLibraryLock lock;
  check_netcdf_read(nc_open(path_.c_str(), NC_NOWRITE, &handle_), path_, "", "cannot open the file");
  try {
    const NetcdfHeaderReader reader(handle_, path_);
    dimensions_ = reader.dimensions();
    attributes_ = reader.attributes(NC_GLOBAL);
    variables_ = reader.variables();
    check_not_cut_off();
  } catch (...) {
    nc_close(handle_);
    throw;
  }
}

NetcdfFile::~NetcdfFile() {
  if (handle_ < 0) return;
  const NetcdfLibraryLock lock;
  nc_close(handle_);
}

NetcdfFile::NetcdfFile(NetcdfFile&& other) noexcept
    : path_(std::move(other.path_)),
      handle_(std::exchange(other.handle_, -1)),
      dimensions_(std::move(other.dimensions_)),
      attributes_(std::move(other.attributes_)),
      variables_(std::move(other.variables_)) {}

void NetcdfFile::check_not_cut_off() const {
  const auto required = classic_netcdf_size(path_);
  const std::uintmax_t size = std::filesystem::file_size(path_);
  if (!required || size >= *required) return;
  throw InputError({.what = "the file is cut off",
                    .file = path_.string(),
                    .expected = fmt::format("{} bytes by its header", *required),
                    .got = fmt::format("{}", size)});
}

bool NetcdfFile::has_variable(std::string_view name) const {
  return std::ranges::find(variables_, name, &NetcdfVariable::name) != variables_.end();
}

const NetcdfVariable& NetcdfFile::variable(std::string_view name) const {
  const auto found = std::ranges::find(variables_, name, &NetcdfVariable::name);
  if (found != variables_.end()) return *found;
  std::vector<std::string> names;
  for (const NetcdfVariable& variable : variables_) names.push_back(variable.name);
  const auto near = nearest(name, names);
  throw InputError({.what = "the file has no such variable",
                    .file = path_.string(),
                    .variable = std::string(name),
                    .got = fmt::format("{}", fmt::join(names, ", ")),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
}

int NetcdfFile::id_of(const NetcdfVariable& variable) const {
  return static_cast<int>(&variable - variables_.data());
}

const NetcdfVariable& NetcdfFile::numeric_variable(std::string_view name) const {
  const NetcdfVariable& declared = variable(name);
  if (!declared.is_numeric()) {
    throw InputError({.what = "the variable does not hold numbers", .file = path_.string(), .variable = declared.name});
  }
  check_size(declared);
  return declared;
}

void NetcdfFile::check_size(const NetcdfVariable& declared) const {
  double size = 1;
  for (const std::size_t extent : declared.shape) size *= static_cast<double>(extent);
  if (size <= kMaxValues) return;
  throw InputError({.what = "the variable is too large to be read at once",
                    .file = path_.string(),
                    .variable = declared.name,
                    .expected = fmt::format("at most {:.0f} values", kMaxValues),
                    .got = fmt::format("{:.0f}", size)});
}

NetcdfFile::Packing NetcdfFile::packing_of(const NetcdfVariable& variable) const {
  Packing packing;
  nc_type type = NC_NAT;
  {
    const NetcdfLibraryLock lock;
    check_netcdf_read(nc_inq_vartype(handle_, id_of(variable), &type), path_, variable.name, "cannot read the variable");
  }
  packing.is_float = type == NC_FLOAT;
  packing.scale = number_attribute(variable.attributes, "scale_factor").value_or(1);
  packing.offset = number_attribute(variable.attributes, "add_offset").value_or(0);
  for (const char* name : {"_FillValue", "missing_value"}) {
    const NetcdfAttribute* attribute = find(variable.attributes, name);
    if (attribute == nullptr || !std::holds_alternative<std::vector<double>>(attribute->value)) continue;
    const auto& values = std::get<std::vector<double>>(attribute->value);
    packing.missing.insert(packing.missing.end(), values.begin(), values.end());
  }
  const auto fill = default_fill(type);
  if (fill && find(variable.attributes, "_FillValue") == nullptr) packing.missing.push_back(*fill);
  const bool is_small = type == NC_BYTE || type == NC_SHORT || type == NC_INT;
  if (is_small && text_attribute(variable.attributes, "_Unsigned") == "true") {
    packing.unsigned_shift = type == NC_BYTE ? 256 : type == NC_SHORT ? 65536 : 4294967296;
  }
  // missing_value may be written in another precision than the data it stands in.
  if (packing.is_float) {
    for (double& value : packing.missing) value = to_float(value);
  }
  return packing;
}

std::vector<double> NetcdfFile::read_doubles(std::string_view name) const {
  const NetcdfVariable& declared = numeric_variable(name);
  const Packing packing = packing_of(declared);
  std::vector<double> values(declared.size());
  {
    const NetcdfLibraryLock lock;
    check_netcdf_read(nc_get_var_double(handle_, id_of(declared), values.data()), path_, declared.name, "cannot read the values");
  }
  for (double& value : values) {
    if (packing.is_missing(value)) {
      value = std::numeric_limits<double>::quiet_NaN();
      continue;
    }
    if (value < 0) value += packing.unsigned_shift;
    value = value * packing.scale + packing.offset;
  }
  return values;
}

std::vector<float> NetcdfFile::read_floats(std::string_view name) const {
  const NetcdfVariable& declared = numeric_variable(name);
  const Packing packing = packing_of(declared);
  std::vector<float> values(declared.size());
  if (!packing.is_plain_float()) {
    std::ranges::transform(read_doubles(name), values.begin(), to_float);
    return values;
  }
  {
    const NetcdfLibraryLock lock;
    check_netcdf_read(nc_get_var_float(handle_, id_of(declared), values.data()), path_, declared.name, "cannot read the values");
  }
  for (float& value : values) {
    if (packing.is_missing(value)) value = std::numeric_limits<float>::quiet_NaN();
  }
  return values;
}

std::vector<std::string> NetcdfFile::read_char_rows(const NetcdfVariable& declared) const {
  const std::size_t width = declared.shape.empty() ? 1 : declared.shape.back();
  std::string text(declared.size(), '\0');
  {
    const NetcdfLibraryLock lock;
    check_netcdf_read(nc_get_var_text(handle_, id_of(declared), text.data()), path_, declared.name, "cannot read the texts");
  }
  std::vector<std::string> rows;
  for (std::size_t begin = 0; begin < text.size(); begin += width)
    rows.push_back(without_netcdf_padding(text.substr(begin, width)));
  return rows;
}

std::vector<std::string> NetcdfFile::read_strings(std::string_view name) const {
  const NetcdfVariable& declared = variable(name);
  check_size(declared);
  if (declared.type == NetcdfType::kChar) return read_char_rows(declared);
  if (declared.type != NetcdfType::kString) {
    throw InputError({.what = "the variable does not hold texts", .file = path_.string(), .variable = declared.name});
  }
  std::vector<char*> pointers(declared.size(), nullptr);
  const NetcdfLibraryLock lock;
  check_netcdf_read(nc_get_var_string(handle_, id_of(declared), pointers.data()), path_, declared.name, "cannot read the texts");
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.push_back(without_netcdf_padding(text ? text : ""));
  nc_free_string(pointers.size(), pointers.data());
  return texts;
}

std::vector<Time> NetcdfFile::read_times(std::string_view name) const {
  const NetcdfVariable& declared = variable(name);
  Problem problem{.file = path_.string(), .variable = declared.name};
  if (declared.shape.size() != 1 || !declared.is_numeric()) {
    problem.what = "the variable is not a one-dimensional time coordinate";
    throw InputError(problem);
  }
  CfTimeUnits units;
  try {
    units = parse_cf_time_units(text_attribute(declared.attributes, "units").value_or(""),
                                text_attribute(declared.attributes, "calendar").value_or(""));
  } catch (const InputError& error) {
    problem = error.problems().front();
    problem.file = path_.string();
    problem.variable = declared.name;
    throw InputError(problem);
  }
  std::vector<Time> times;
  for (const double value : read_doubles(name)) {
    const auto time = units.decode(value);
    if (!time) {
      problem.what = fmt::format("value {} of the time coordinate is not a time", times.size() + 1);
      problem.expected = "a whole minute in the years 1 to 9999";
      problem.got = fmt::format("{}", value);
      throw InputError(problem);
    }
    times.push_back(*time);
  }
  return times;
}

TimeAxis NetcdfFile::read_time_axis(std::string_view name) const {
  const std::vector<Time> times = read_times(name);
  if (times.empty()) {
    throw InputError({.what = "the time coordinate has no values", .file = path_.string(), .variable = std::string(name)});
  }
  if (const auto fault = find_step_fault(times)) {
    throw InputError({.what = fault->what,
                      .file = path_.string(),
                      .date = to_string(times[fault->index]),
                      .variable = std::string(name),
                      .expected = fault->expected});
  }
  const std::int64_t step = times.size() > 1 ? times[1].minutes - times[0].minutes : kMinutesPerDay;
  return {times.front(), step, static_cast<std::int64_t>(times.size())};
}

}  // namespace freshet
