#include "freshet/workflow/run_inputs.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>

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

RunInputs open_union(const RunConfig& config, std::unique_ptr<Dataset> dataset, std::map<Split, std::vector<std::string>> basins,
                     bool verify_cache, Observer& observer) {
  std::set<std::string> all;
  for (const auto& [split, ids] : basins) all.insert(ids.begin(), ids.end());
  const std::vector<std::string> ids(all.begin(), all.end());
  RunInputs inputs{.dataset = std::move(dataset), .store = nullptr, .attributes = {}, .basins = std::move(basins)};
  inputs.attributes =
      numeric_attributes(attributes_as_named(*inputs.dataset, config.data.static_attributes), ids, config.data.static_attributes);
  inputs.store = SeriesStore::open(*inputs.dataset, ids, store_options(config, verify_cache), observer);
  return inputs;
}

}  // namespace

std::vector<BasinView> RunInputs::views(const std::vector<std::string>& wanted) const {
  std::vector<BasinView> views;
  for (const std::string& id : wanted) {
    const auto at = std::ranges::find(store->basins(), id, &BasinView::basin);
    if (at == store->basins().end()) throw InternalError("basin `" + id + "` was not opened");
    views.push_back(*at);
  }
  return views;
}

std::vector<BasinView> RunInputs::views(Split split) const {
  return views(basins.at(split));
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

StoreOptions store_options(const RunConfig& config, bool verify_cache) {
  const auto& dir = config.data.cache_dir;
  return {.cache_dir = dir ? (*dir == "off" ? std::filesystem::path() : *dir) : default_cache_dir(),
          .threads = config.threads(),
          .verify_hashes = verify_cache};
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
