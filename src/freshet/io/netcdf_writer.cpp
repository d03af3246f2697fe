#include "freshet/io/netcdf_writer.hpp"

#include <netcdf.h>
#include <netcdf_mem.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/netcdf_library.hpp"

namespace freshet {
namespace {

constexpr int kDeflateLevel = 4;
constexpr std::size_t kFirstBytes = 1 << 20;      // of the memory the file is built in; it grows
constexpr std::size_t kMaxChunkValues = 1 << 18;  // 1 MiB of float

nc_type library_type(NetcdfType type) {
  switch (type) {
    case NetcdfType::kByte:
      return NC_BYTE;
    case NetcdfType::kShort:
      return NC_SHORT;
    case NetcdfType::kInt:
      return NC_INT;
    case NetcdfType::kInt64:
      return NC_INT64;
    case NetcdfType::kFloat:
      return NC_FLOAT;
    case NetcdfType::kDouble:
      return NC_DOUBLE;
    case NetcdfType::kString:
      return NC_STRING;
    default:
      throw InternalError("a NetCDF variable was given a type that is not written");
  }
}

}  // namespace

NetcdfWriter::NetcdfWriter(std::filesystem::path target) : target_(std::move(target)) {
  const NetcdfLibraryLock lock;
  check(nc_create_mem(target_.c_str(), NC_NETCDF4, kFirstBytes, &handle_), "cannot begin the file");
}

NetcdfWriter::~NetcdfWriter() {
  if (handle_ < 0) return;
  const NetcdfLibraryLock lock;
  nc_close(handle_);
}

void NetcdfWriter::finish() {
  NC_memio content{};
  {
    const NetcdfLibraryLock lock;
    check(nc_close_memio(std::exchange(handle_, -1), &content), "cannot end the file");
  }
  const std::unique_ptr<void, decltype(&std::free)> owner(content.memory, &std::free);
  write_file_atomically(target_, std::span(static_cast<const std::byte*>(content.memory), content.size));
}

void NetcdfWriter::check(int status, std::string_view what) const {
  if (status == NC_NOERR) return;
  if (status == NC_EBADNAME || status == NC_ENAMEINUSE || status == NC_EBADTYPE || status == NC_EEDGE || status == NC_EINVAL) {
    throw InternalError(fmt::format("{} {}: {}", what, target_.string(), nc_strerror(status)));
  }
  throw EnvironmentError({.what = fmt::format("{}: {}", what, nc_strerror(status)),
                          .file = target_.string(),
                          .hint = "The file is built in memory: is there enough of it?"});
}

void NetcdfWriter::define_dimension(const std::string& name, std::size_t size) {
  if (size == 0) throw InternalError(fmt::format("the NetCDF dimension {} has size 0", name));
  const NetcdfLibraryLock lock;
  int id = -1;
  check(nc_def_dim(handle_, name.c_str(), size, &id), "cannot define a dimension in");
  dimensions_.push_back({.name = name, .size = size});
}

void NetcdfWriter::define_variable(const std::string& name, NetcdfType type, const std::vector<std::string>& dimensions,
                                   const std::vector<NetcdfAttribute>& attributes) {
  Variable variable{.name = name, .type = type};
  std::vector<int> ids;
  for (const std::string& dimension : dimensions) {
    const auto found = std::ranges::find(dimensions_, dimension, &NetcdfDimension::name);
    if (found == dimensions_.end()) throw InternalError(fmt::format("NetCDF dimension {} was not defined", dimension));
    ids.push_back(static_cast<int>(found - dimensions_.begin()));  // the library numbers dimensions in order of definition
    variable.shape.push_back(found->size);
  }
  const NetcdfLibraryLock lock;
  const nc_type written = library_type(type);
  check(nc_def_var(handle_, name.c_str(), written, static_cast<int>(ids.size()), ids.data(), &variable.id),
        "cannot define a variable in");
  set_storage(variable);
  for (const NetcdfAttribute& attribute : attributes) {
    put_attribute(variable.id, attribute.name == "_FillValue" ? written : NC_DOUBLE, attribute);
  }
  variables_.push_back(std::move(variable));
}

void NetcdfWriter::set_storage(const Variable& variable) {
  if (variable.shape.empty() || variable.type == NetcdfType::kString) return;
  std::vector<std::size_t> chunk(variable.shape.size(), 1);
  chunk.back() = std::min(variable.shape.back(), kMaxChunkValues);
  check(nc_def_var_chunking(handle_, variable.id, NC_CHUNKED, chunk.data()), "cannot define a variable in");
  check(nc_def_var_deflate(handle_, variable.id, NC_SHUFFLE, 1, kDeflateLevel), "cannot define a variable in");
}

void NetcdfWriter::define_time(const std::string& name, const TimeAxis& axis) {
  const bool daily = axis.step_minutes % kMinutesPerDay == 0;
  // The reference carries a clock, so that daily steps that start at noon are whole days too.
  const CalendarDay day = calendar_day(axis.first);
  const std::int64_t clock = axis.first.minutes - make_day(day.year, day.month, day.day).minutes;
  const std::string units = fmt::format("{} since {:04}-{:02}-{:02} {:02}:{:02}:00", daily ? "days" : "minutes", day.year,
                                        day.month, day.day, clock / 60, clock % 60);
  define_dimension(name, static_cast<std::size_t>(axis.size));
  define_variable(name, NetcdfType::kInt64, {name},
                  {{"standard_name", "time"}, {"axis", "T"}, {"units", units}, {"calendar", "proleptic_gregorian"}});
  std::vector<std::int64_t> values;
  const std::int64_t step = daily ? axis.step_minutes / kMinutesPerDay : axis.step_minutes;
  for (std::int64_t i = 0; i < axis.size; ++i) values.push_back(i * step);
  put(name, std::span<const std::int64_t>(values));
}

void NetcdfWriter::set_attribute(const NetcdfAttribute& attribute) {
  const NetcdfLibraryLock lock;
  put_attribute(NC_GLOBAL, NC_DOUBLE, attribute);
}

void NetcdfWriter::put_attribute(int variable, int type, const NetcdfAttribute& attribute) {
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    check(nc_put_att_text(handle_, variable, attribute.name.c_str(), text->size(), text->data()), "cannot write an attribute to");
    return;
  }
  const auto& numbers = std::get<std::vector<double>>(attribute.value);
  check(nc_put_att_double(handle_, variable, attribute.name.c_str(), type, numbers.size(), numbers.data()),
        "cannot write an attribute to");
}

const NetcdfWriter::Variable& NetcdfWriter::variable(std::string_view name, std::size_t values) const {
  const auto found = std::ranges::find(variables_, name, &Variable::name);
  if (found == variables_.end()) throw InternalError(fmt::format("NetCDF variable {} was not defined", name));
  std::size_t size = 1;
  for (const std::size_t extent : found->shape) size *= extent;
  if (values != size) throw InternalError(fmt::format("NetCDF variable {} has {} values, {} were given", name, size, values));
  return *found;
}

void NetcdfWriter::put(std::string_view name, std::span<const float> values) {
  const Variable& target = variable(name, values.size());
  const NetcdfLibraryLock lock;
  check(nc_put_var_float(handle_, target.id, values.data()), "cannot write the file");
}

void NetcdfWriter::put(std::string_view name, std::span<const double> values) {
  const Variable& target = variable(name, values.size());
  const NetcdfLibraryLock lock;
  check(nc_put_var_double(handle_, target.id, values.data()), "cannot write the file");
}

void NetcdfWriter::put(std::string_view name, std::span<const std::int64_t> values) {
  const Variable& target = variable(name, values.size());
  const std::vector<long long> copy(values.begin(), values.end());
  const NetcdfLibraryLock lock;
  check(nc_put_var_longlong(handle_, target.id, copy.data()), "cannot write the file");
}

void NetcdfWriter::put(std::string_view name, std::span<const std::string> values) {
  const Variable& target = variable(name, values.size());
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  const NetcdfLibraryLock lock;
  check(nc_put_var_string(handle_, target.id, pointers.data()), "cannot write the file");
}

NetcdfWriter::Row NetcdfWriter::row(std::string_view name, std::size_t index, std::size_t values) const {
  const auto found = std::ranges::find(variables_, name, &Variable::name);
  if (found == variables_.end() || found->shape.empty() || index >= found->shape.front()) {
    throw InternalError(fmt::format("NetCDF variable {} has no row {}", name, index));
  }
  variable(name, values * found->shape.front());
  Row row{found->id, std::vector<std::size_t>(found->shape.size(), 0), found->shape};
  row.start.front() = index;
  row.count.front() = 1;
  return row;
}

void NetcdfWriter::put_row(std::string_view name, std::size_t index, std::span<const float> values) {
  const Row at = row(name, index, values.size());
  const NetcdfLibraryLock lock;
  check(nc_put_vara_float(handle_, at.id, at.start.data(), at.count.data(), values.data()), "cannot write the file");
}

void NetcdfWriter::put_row(std::string_view name, std::size_t index, std::span<const double> values) {
  const Row at = row(name, index, values.size());
  const NetcdfLibraryLock lock;
  check(nc_put_vara_double(handle_, at.id, at.start.data(), at.count.data(), values.data()), "cannot write the file");
}

void write_netcdf_file(const std::filesystem::path& path, const std::function<void(NetcdfWriter&)>& write) {
  NetcdfWriter writer(path);
  writer.set_attribute({"Conventions", "CF-1.8"});
  write(writer);
  writer.finish();
}

std::string netcdf_name(std::string_view name) {
  std::string result;
  for (const char c : name) {
    const bool kept = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (kept) {
      result += c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_';
    }
  }
  while (result.ends_with('_')) result.pop_back();
  return result;
}

}  // namespace freshet
