#include "freshet/workflow/simulate_output.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/netcdf_writer.hpp"

namespace freshet {
namespace {

/// A cell that no reader takes apart.
std::string quoted(const std::string& text) {
  if (text.find_first_of(",;\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result.append(c == '"' ? 2 : 1, c);
  return result + '"';
}

class CsvSink final : public OutputSink {
 public:
  CsvSink(const std::filesystem::path& file, const std::filesystem::path& target, const OutputLayout& layout)
      : layout_(layout), target_(target), file_(file, std::ios::binary) {
    text_ = layout.basin_column ? "basin,date" : "date";
    for (const OutputColumn& column : layout.columns) text_ += "," + quoted(column.name);
    text_ += '\n';
    for (std::int64_t t = 0; t < layout.axis.size; ++t) dates_.push_back(to_string(layout.axis.at(t)));
    flush();
  }

  void add(std::size_t basin, const std::vector<std::vector<double>>& values) override {
    const std::string id = layout_.basin_column ? quoted(layout_.basins[basin]) + "," : "";
    for (std::size_t t = 0; t < dates_.size(); ++t) {
      text_ += id;
      text_ += dates_[t];
      for (const std::vector<double>& column : values) {
        if (layout_.single_precision) {
          fmt::format_to(std::back_inserter(text_), ",{}", static_cast<float>(column[t]));
        } else {
          fmt::format_to(std::back_inserter(text_), ",{}", column[t]);
        }
      }
      text_ += '\n';
      if (text_.size() > kBuffer) flush();
    }
    flush();
  }

 private:
  static constexpr std::size_t kBuffer = std::size_t{1} << 22;

  void flush() {
    errno = 0;
    file_.write(text_.data(), static_cast<std::streamsize>(text_.size()));
    file_.flush();
    if (!file_) {
      throw EnvironmentError(
          {.what = fmt::format("cannot write the file: {}", errno != 0 ? std::strerror(errno) : "unknown reason"),
           .file = target_.string()});
    }
    text_.clear();
  }

  const OutputLayout& layout_;
  std::filesystem::path target_;
  std::ofstream file_;
  std::string text_;
  std::vector<std::string> dates_;
};

class NetcdfSink final : public OutputSink {
 public:
  NetcdfSink(NetcdfWriter& file, const OutputLayout& layout) : file_(file), layout_(layout) {
    file.define_dimension("basin", layout.basins.size());
    file.define_time("time", layout.axis);
    file.define_variable("basin_id", NetcdfType::kString, {"basin"}, {{"cf_role", "timeseries_id"}});
    const NetcdfType type = layout.single_precision ? NetcdfType::kFloat : NetcdfType::kDouble;
    const std::vector<double> missing = {std::numeric_limits<double>::quiet_NaN()};
    for (const OutputColumn& column : layout.columns) {
      file.define_variable(column.name, type, {"basin", "time"},
                           {{"units", column.unit}, {"long_name", column.meaning}, {"_FillValue", missing}});
    }
    for (const auto& [name, value] : layout.notes) file.set_attribute({name, value});
    file.put("basin_id", layout.basins);
  }

  void add(std::size_t basin, const std::vector<std::vector<double>>& values) override {
    for (std::size_t i = 0; i < values.size(); ++i) file_.put_row(layout_.columns[i].name, basin, values[i]);
  }

 private:
  NetcdfWriter& file_;
  const OutputLayout& layout_;
};

bool is_netcdf(const std::filesystem::path& path) {
  return path.extension() == ".nc" || path.extension() == ".nc4";
}

}  // namespace

void check_output_path(const std::filesystem::path& path) {
  if (!is_netcdf(path) && path.extension() != ".csv") {
    throw InputError(
        {.what = "the kind of the output is not known", .file = path.string(), .expected = "a name ending in .csv or .nc"});
  }
  if (!std::filesystem::is_directory(std::filesystem::absolute(path).parent_path())) {
    throw EnvironmentError({.what = "the folder of the output does not exist", .file = path.string(), .hint = "Make it first."});
  }
  check_writable(path);
}

void write_output(const std::filesystem::path& path, const OutputLayout& layout,
                  const std::function<void(OutputSink&)>& produce) {
  if (is_netcdf(path)) {
    write_netcdf_file(path, [&](NetcdfWriter& file) {
      NetcdfSink sink(file, layout);
      produce(sink);
    });
    return;
  }
  write_file_atomically(path, [&](const std::filesystem::path& temporary) {
    CsvSink sink(temporary, path, layout);
    produce(sink);
  });
}

}  // namespace freshet
