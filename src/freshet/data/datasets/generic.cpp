#include "freshet/data/datasets/generic.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <limits>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/attribute_tables.hpp"
#include "freshet/data/datasets/data_root.hpp"
#include "freshet/data/datasets/series_files.hpp"
#include "freshet/data/forcing_names.hpp"
#include "freshet/io/folder.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

using std::filesystem::path;

std::string lower_case(std::string_view name) {
  std::string text(name);
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool starts_with_any(const std::string& text, std::initializer_list<std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view prefix) { return text.starts_with(prefix); });
}

bool is_precipitation(std::string_view name) {
  const std::string lower = lower_case(name);
  return starts_with_any(lower, {"prcp", "precip", "total_precipitation", "rainfall"}) || lower == "tp" || lower == "pr";
}

std::vector<path> sorted_files(const path& folder, std::initializer_list<std::string_view> extensions) {
  std::vector<path> result;
  for (const path& entry : read_folder(folder)) {
    const std::string extension = entry.extension().string();
    const bool hidden = entry.filename().string().starts_with('.');
    if (!hidden && std::ranges::find(extensions, extension) != extensions.end()) result.push_back(entry);
  }
  return result;
}

bool is_csv(const path& file) {
  return file.extension() == ".csv";
}

class Generic final : public Dataset {
 public:
  explicit Generic(const path& data_dir) : root_(find_data_root(data_dir, {"time_series"}, "generic")) {
    for (const path& file : sorted_files(root_ / "time_series", {".nc", ".nc4", ".csv"}))
      files_[file.stem().string()].push_back(file);
    if (files_.empty()) {
      throw InputError({.what = "the `generic` data set has no series",
                        .file = (root_ / "time_series").string(),
                        .expected = "files <basin>.nc, <basin>.nc4 or <basin>.csv"});
    }
  }

  std::vector<std::string> basins() const override {
    std::vector<std::string> ids;
    for (const auto& [basin, files] : files_) ids.push_back(basin);
    return ids;
  }

  std::vector<path> sources(const std::string& basin) const override { return {file_of(basin)}; }

  BasinSeries read(const std::string& basin) const override {
    return naming_basin(basin, [&] {
      const path& file = file_of(basin);
      return on_regular_axis(basin, is_csv(file) ? read_csv_series(file) : read_netcdf_series(file), file);
    });
  }

  AttributeTable attributes() const override {
    std::vector<SourcedAttributes> tables;
    for (const path& file : sorted_files(root_ / "attributes", {".csv"})) tables.push_back(read_attribute_table(file));
    return join_related_attribute_tables(tables);
  }

  Gauge gauge(const std::string& basin) const override {
    const AttributeTable& table = cached_attributes();
    const auto row = std::ranges::lower_bound(table.basins, basin);
    if (row == table.basins.end() || *row != basin) return {};
    const auto index = static_cast<std::size_t>(row - table.basins.begin());
    return {.name = text(table, index, "gauge_name"),
            .latitude = number(table, index, {"gauge_lat", "latitude", "lat"}),
            .longitude = number(table, index, {"gauge_lon", "longitude", "lon"}),
            .area_km2 = number(table, index, {"area_km2", "area"})};
  }

  std::string reader_key() const override { return "generic 1; folder " + root_.string(); }
  /// As the first basin's file has them.
  std::vector<std::string> target_names() const override { return names_like(is_discharge_name); }
  std::vector<std::string> precipitation_names() const override { return names_like(is_precipitation); }

 private:
  const path& file_of(const std::string& basin) const {
    const auto found = files_.find(basin);
    if (found == files_.end()) {
      const auto near = nearest(basin, basins());
      throw InputError({.what = "the basin has no series",
                        .file = (root_ / "time_series").string(),
                        .basin = basin,
                        .expected = fmt::format("{0}.nc, {0}.nc4 or {0}.csv", basin),
                        .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
    }
    if (found->second.size() > 1) {
      throw InputError({.what = "the basin has two files of series",
                        .file = found->second.front().string(),
                        .basin = basin,
                        .expected = "exactly one",
                        .got = fmt::format("{} too", found->second.back().filename().string())});
    }
    return found->second.front();
  }

  std::vector<std::string> names_like(bool (*is_like)(std::string_view)) const {
    std::vector<std::string> names = cached_series_names();
    std::erase_if(names, [&](const std::string& name) { return !is_like(name); });
    return names;
  }

  const std::vector<std::string>& cached_series_names() const {
    const std::lock_guard lock(mutex_);
    if (!series_names_) {
      const path& file = file_of(files_.begin()->first);
      series_names_ = is_csv(file) ? csv_series_names(file) : series_names(NetcdfFile(file));
    }
    return *series_names_;
  }

  const AttributeTable& cached_attributes() const {
    const std::lock_guard lock(mutex_);
    if (!attributes_) attributes_ = attributes();
    return *attributes_;
  }

  static std::string text(const AttributeTable& table, std::size_t basin, std::string_view name) {
    const auto column = std::ranges::find(table.names, name);
    if (column == table.names.end()) return "";
    return table.cell(basin, static_cast<std::size_t>(column - table.names.begin()));
  }

  /// The first of the names that has a number: these tables have no standard, so another text is no error here.
  static double number(const AttributeTable& table, std::size_t basin, std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      const auto value = parse_number(text(table, basin, name));
      if (value) return *value;
    }
    return std::numeric_limits<double>::quiet_NaN();
  }

  path root_;
  std::map<std::string, std::vector<path>> files_;
  mutable std::mutex mutex_;
  mutable std::optional<AttributeTable> attributes_;              ///< guarded by mutex_
  mutable std::optional<std::vector<std::string>> series_names_;  ///< likewise
};

}  // namespace

std::unique_ptr<Dataset> open_generic(const DatasetOptions& options) {
  return std::make_unique<Generic>(options.data_dir);
}

}  // namespace freshet
