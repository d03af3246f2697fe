#include "freshet/workflow/compare_source.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <nlohmann/json.hpp>

#include "freshet/config/fields.hpp"
#include "freshet/core/error.hpp"
#include "freshet/data/basin_id.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/metrics/registry.hpp"
#include "freshet/workflow/evaluated_run.hpp"
#include "freshet/workflow/prediction_file.hpp"

namespace freshet {
namespace {

using Names = std::initializer_list<std::string_view>;

/// The first column of one of these names, in any capitals.
std::optional<std::size_t> column_named(const CsvTable& table, Names names) {
  for (const std::string_view name : names) {
    const auto same = [name](const std::string& column) {
      return std::ranges::equal(column, name, {}, [](unsigned char c) { return std::tolower(c); });
    };
    const auto found = std::ranges::find_if(table.names, same);
    if (found != table.names.end()) return static_cast<std::size_t>(found - table.names.begin());
  }
  return std::nullopt;
}

/// The column of ids: by its name, else the first one if it has none, as data frames write their index.
std::size_t id_column(const CsvTable& table) {
  if (const auto found =
          column_named(table, {"basin", "basin_id", "gauge_id", "gage_id", "gauge", "gage", "hru_id", "site_no", "id"}))
    return *found;
  if (table.names.front().empty()) return 0;
  throw InputError({.what = "there is no column of basin ids",
                    .file = table.file,
                    .line = 1,
                    .expected = "a column `basin` (or `gauge_id`, `basin_id`, `id`), or a first one without a name",
                    .got = "`" + table.names.front() + "` first"});
}

BasinRows basin_rows(const CsvTable& table) {
  const std::size_t column = id_column(table);
  BasinRows rows;
  for (std::size_t r = 0; r < table.rows(); ++r) {
    const std::string& id = table.cells[column][r];
    if (auto problem = check_basin_id(id, {.file = table.file, .line = table.lines[r]})) throw InputError(std::move(*problem));
    const auto [row, added] = rows.try_emplace(basin_key(id), BasinRow{.id = id, .row = r});
    if (added) continue;
    throw InputError({.what = "the basin is listed twice",
                      .file = table.file,
                      .line = table.lines[r],
                      .basin = id,
                      .got = row->second.id == id ? "" : fmt::format("`{}` before", row->second.id),
                      .hint = row->second.id == id ? "" : "Ids that differ in leading zeros alone are taken for one."});
  }
  return rows;
}

std::map<std::string, Gauge> gauges_of(const CsvTable& table, const BasinRows& rows) {
  const auto latitude = column_named(table, {"latitude", "lat", "gauge_lat"});
  const auto longitude = column_named(table, {"longitude", "lon", "gauge_lon"});
  std::map<std::string, Gauge> gauges;
  if (!latitude || !longitude) return gauges;
  const auto y = table.numbers(table.names[*latitude]), x = table.numbers(table.names[*longitude]);
  for (const auto& [key, row] : rows) gauges[key] = {.name = "", .latitude = y[row.row], .longitude = x[row.row]};
  return gauges;
}

/// What config.yml of any kind of run has to say here.
struct StoredOptions {
  std::string experiment_name;
  std::string dataset;
  std::vector<std::string> forcings;
};

StoredOptions stored_options(const std::filesystem::path& config) {
  static const FieldTable<StoredOptions> table = {
      field("", "experiment_name", &StoredOptions::experiment_name, {}),
      field("", "dataset", &StoredOptions::dataset, {}),
      field("", "forcings", &StoredOptions::forcings, {}),
  };
  StoredOptions options;
  std::vector<Problem> problems;
  ConfigSource::from_file(config.string()).read(table, options, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  return options;
}

/// Period and mode from evaluation.json, which runs of before it may lack.
void read_evaluation(const std::filesystem::path& path, RunProtocol& protocol) {
  if (!std::filesystem::exists(path)) return;
  try {
    const auto json = nlohmann::json::parse(read_file(path));
    protocol.period = json.at("period").get<std::string>();
    protocol.mode = json.at("evaluation_mode").get<std::string>();
  } catch (const nlohmann::json::exception&) {
    throw InputError({.what = "the file is damaged", .file = path.string(), .hint = "Evaluate the run again."});
  }
}

/// The name of a file or folder, with or without a slash behind it.
std::string last_part(const std::filesystem::path& path) {
  const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).filename().string();
}

void read_run(const RunFolder& folder, const std::string& tag, CompareSource& source) {
  const StoredOptions options = stored_options(folder.config());
  if (!source.named) source.name = options.experiment_name.empty() ? last_part(folder.dir()) : options.experiment_name;
  source.protocol.dataset = options.dataset;
  source.protocol.forcings = fmt::format("{}", fmt::join(options.forcings, ", "));
  read_evaluation(folder.evaluation(tag), source.protocol);
  if (std::filesystem::exists(folder.water_balance(tag))) source.ratios = read_runoff_ratios(folder.water_balance(tag));
  if (!std::filesystem::exists(folder.predictions(tag))) return;
  const PredictionSet set = read_predictions(folder.predictions(tag));
  for (const BasinSeriesPair& basin : set.basins) source.gauges[basin_key(basin.basin)] = basin.gauge;
  if (!set.targets.empty()) source.days = scored_days(set);
}

/// The results of a run folder that a file of scores in it belongs to: "" for metrics.csv, "_train" for metrics_train.csv.
std::optional<std::string> results_of(const std::filesystem::path& file) {
  const std::string stem = file.stem().string();
  const std::string_view metrics = "metrics";
  if (!stem.starts_with(metrics) || !std::filesystem::is_regular_file(file.parent_path() / "config.yml")) return std::nullopt;
  return stem.substr(metrics.size());
}

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

/// Splits [NAME=]PATH[:COLUMN]; what exists as it stands is a path.
CompareSource parse_argument(const std::string& argument, bool paired) {
  CompareSource source{.name = "", .path = argument, .paired = paired};
  if (!exists(source.path)) {
    const std::size_t equals = argument.find('=');
    if (equals != std::string::npos) {
      source.name = argument.substr(0, equals);
      source.path = argument.substr(equals + 1);
      source.named = true;
      if (source.name.empty()) throw InputError({.what = "the name before `=` is empty", .got = argument});
    }
  }
  if (!exists(source.path)) {
    const std::size_t colon = source.path.rfind(':');
    if (colon != std::string::npos && exists(source.path.substr(0, colon))) {
      source.column = source.path.substr(colon + 1);
      source.path.resize(colon);
    }
  }
  if (exists(source.path)) return source;
  throw InputError({.what = "there is no such run folder or file",
                    .file = source.path,
                    .expected = "[NAME=]RUN_FOLDER or [NAME=]FILE.csv[:COLUMN]"});
}

}  // namespace

std::optional<std::size_t> CompareSource::column_of(std::string_view metric, bool main) const {
  if (column) return main ? std::optional(table.column(*column)) : std::nullopt;
  const auto exact = std::ranges::find(table.names, metric);
  const auto means = [metric](const std::string& word) {
    const Metric* known = known_metric(word);
    return known != nullptr && known->name == metric;
  };
  const auto found = exact != table.names.end() ? exact : std::ranges::find_if(table.names, means);
  return found == table.names.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - table.names.begin()));
}

CompareSource read_source(const std::string& argument, bool paired, Split split) {
  CompareSource source = parse_argument(argument, paired);
  const std::filesystem::path path = source.path;
  std::filesystem::path scores = path;
  if (std::filesystem::is_directory(path)) {
    const RunFolder folder = open_evaluated_run(path, split, &RunFolder::metrics);
    scores = folder.metrics(results_tag(split));
    read_run(folder, results_tag(split), source);
  } else if (const auto tag = results_of(path)) {
    read_run(RunFolder::open(path.parent_path().empty() ? "." : path.parent_path()), *tag, source);
    if (!source.named) source.name += *tag;
  } else if (!source.named) {
    source.name = source.column.value_or(path.stem().string());
  }
  source.table = read_csv(scores);
  source.basins = basin_rows(source.table);
  if (source.basins.empty()) throw InputError({.what = "the table lists no basin", .file = source.table.file});
  if (source.gauges.empty()) source.gauges = gauges_of(source.table, source.basins);
  return source;
}

void name_sources(std::vector<CompareSource>& sources) {
  std::set<std::string> taken;
  for (const CompareSource& source : sources) {
    if (source.named && !taken.insert(source.name).second)
      throw InputError({.what = fmt::format("two runs are named `{}`", source.name), .file = source.path});
  }
  const auto uses = [&sources](const std::string& name) { return std::ranges::count(sources, name, &CompareSource::name); };
  std::vector<std::string> names;
  for (const CompareSource& source : sources) {
    std::string name = source.name;
    if (!source.named && uses(name) > 1) name = fmt::format("{} ({})", name, last_part(source.path));
    for (int number = 2; !source.named && !taken.insert(name).second; ++number)
      name = fmt::format("{} ({})", source.name, number);
    names.push_back(std::move(name));
  }
  for (std::size_t i = 0; i < sources.size(); ++i) sources[i].name = std::move(names[i]);
}

}  // namespace freshet
