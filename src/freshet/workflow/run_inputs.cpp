#include "freshet/workflow/run_inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

#include <fmt/ranges.h>

#include "freshet/data/derived_columns.hpp"

namespace freshet {
namespace {

std::filesystem::path default_cache_dir() {
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0')
    return std::filesystem::path(xdg) / "freshet";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    return std::filesystem::path(home) / ".cache" / "freshet";
  return {};
}

/// The data set's attributes, under the names asked for where it knows them by another.
AttributeTable attributes_as_named(const Dataset& dataset, const std::vector<std::string>& wanted) {
  if (wanted.empty()) return {};
  AttributeTable table = dataset.attributes();
  for (const std::string& name : wanted) {
    const auto other = std::ranges::find(table.names, dataset.alias(name));
    if (std::ranges::find(table.names, name) == table.names.end() && other != table.names.end()) *other = name;
  }
  return table;
}

/// One model and one table of results: all basins on the same time step, at the same minutes of it.
void check_same_steps(const std::vector<BasinView>& basins) {
  const TimeAxis& first = basins.front().axis;
  for (const BasinView& basin : basins) {
    if (basin.axis.step_minutes != first.step_minutes) {
      throw InputError({.what = "the basins' time steps differ",
                        .basin = basin.basin,
                        .expected = fmt::format("{} minutes, as in {}", first.step_minutes, basins.front().basin),
                        .got = fmt::format("{} minutes", basin.axis.step_minutes)});
    }
    if ((basin.axis.first.minutes - first.first.minutes) % first.step_minutes != 0) {
      throw InputError({.what = "the basins' time steps do not begin at the same time of day",
                        .basin = basin.basin,
                        .expected = fmt::format("{}, as in {}", to_string(first.first), basins.front().basin),
                        .got = to_string(basin.axis.first)});
    }
  }
}

RunInputs open_union(const RunConfig& config, std::unique_ptr<Dataset> dataset, std::map<Split, std::vector<std::string>> basins,
                     bool verify_cache, Observer& observer) {
  std::set<std::string> all;
  for (const auto& [split, ids] : basins) all.insert(ids.begin(), ids.end());
  const std::vector<std::string> ids(all.begin(), all.end());
  RunInputs inputs{.dataset = std::move(dataset), .store = nullptr, .attributes = {}, .basins = std::move(basins), .derived = {}};
  inputs.attributes =
      numeric_attributes(attributes_as_named(*inputs.dataset, config.data.static_attributes), ids, config.data.static_attributes);
  inputs.store = SeriesStore::open(*inputs.dataset, ids, store_options(config, verify_cache), observer);
  check_same_steps(inputs.store->basins());
  for (const BasinView& basin : inputs.store->basins()) {
    for (const std::string& name : config.data.dynamic_inputs) {
      if (basin.find(name) != nullptr) continue;
      if (auto column = derive_column(basin, name)) inputs.derived[basin.basin].push_back(std::move(*column));
    }
  }
  inputs.dataset->gauge(ids.front());  // tables of gauges are read now, not when results are written
  return inputs;
}

}  // namespace

std::vector<BasinView> RunInputs::views(const std::vector<std::string>& wanted) const {
  std::vector<BasinView> views;
  for (const std::string& id : wanted) {
    const auto at = std::ranges::find(store->basins(), id, &BasinView::basin);
    if (at == store->basins().end()) throw InternalError("basin `" + id + "` was not opened");
    views.push_back(*at);
    if (const auto own = derived.find(id); own != derived.end()) {
      for (const Column& column : own->second) views.back().columns.push_back({column.name, column.unit, column.values});
    }
  }
  return views;
}

std::vector<BasinView> RunInputs::views(Split split) const {
  return views(basins.at(split));
}

std::string seen_days_warning(const Period& test, const Period& training, const std::string& basins) {
  return fmt::format("the test period {} overlaps the training period {} in {} basins: its scores will be no test",
                     to_string(test), to_string(training), basins);
}

void check_in_record(const std::vector<BasinView>& basins, const std::vector<Period>& periods, const std::string& which) {
  Period record{basins.front().axis.first, basins.front().axis.last()};
  for (const BasinView& basin : basins) {
    for (const Period& period : periods) {
      if (period.first <= basin.axis.last() && basin.axis.first <= period.last) return;
    }
    record = {std::min(record.first, basin.axis.first), std::max(record.last, basin.axis.last())};
  }
  std::vector<std::string> asked;
  for (const Period& period : periods) asked.push_back(to_string(period));
  throw InputError({.what = fmt::format("no basin has a record in the {}", which),
                    .expected = "days within " + to_string(record),
                    .got = fmt::format("{}", fmt::join(asked, ", "))});
}

std::unique_ptr<Dataset> open_run_dataset(const DataOptions& data) {
  return open_dataset(
      {.name = data.dataset, .data_dir = data.data_dir, .forcings = data.forcings, .area_source = data.area_source});
}

std::vector<std::string> listed_basins(const std::filesystem::path& file, const DataOptions& data, const Dataset& dataset) {
  const std::vector<std::string> on_disk = dataset.basins();
  std::vector<Problem> problems;
  std::vector<std::string> wanted;
  for (const ListedBasin& basin : read_basin_list(file)) {
    wanted.push_back(basin.id);
    if (std::ranges::binary_search(on_disk, basin.id)) continue;
    const auto near = nearest(basin.id, on_disk);
    problems.push_back({.what = fmt::format("the basin is listed but has no series in {}", data.data_dir.string()),
                        .file = file.string(),
                        .line = basin.line,
                        .basin = basin.id,
                        .hint = near ? fmt::format("Did you mean {}?", *near) : ""});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  std::ranges::sort(wanted);
  return wanted;
}

std::vector<std::string> split_basins(const DataOptions& data, Split split, const Dataset& dataset) {
  if (const auto file = basin_file(data, split)) return listed_basins(*file, data, dataset);
  std::vector<std::string> all = dataset.basins();
  if (all.empty()) throw InputError({.what = "the data set has no basin with series", .file = data.data_dir.string()});
  return all;
}

std::filesystem::path cache_folder(const std::optional<std::filesystem::path>& cache_dir) {
  if (!cache_dir) return default_cache_dir();
  return *cache_dir == "off" ? std::filesystem::path() : *cache_dir;
}

StoreOptions store_options(const RunConfig& config, bool verify_cache) {
  return {.cache_dir = cache_folder(config.data.cache_dir), .threads = config.threads(), .verify_hashes = verify_cache};
}

RunInputs open_inputs(const RunConfig& config, const std::vector<Split>& splits, bool verify_cache, Observer& observer) {
  auto dataset = open_run_dataset(config.data);
  std::map<Split, std::vector<std::string>> basins;
  for (const Split split : splits) basins[split] = split_basins(config.data, split, *dataset);
  return open_union(config, std::move(dataset), std::move(basins), verify_cache, observer);
}

RunInputs open_inputs_for(const RunConfig& config, Split split, std::vector<std::string> basins, Observer& observer) {
  return open_union(config, open_run_dataset(config.data), {{split, std::move(basins)}}, false, observer);
}

}  // namespace freshet
