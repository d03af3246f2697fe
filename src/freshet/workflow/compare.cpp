#include "freshet/workflow/compare.hpp"

#include <algorithm>
#include <limits>

#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/workflow/compare_checks.hpp"
#include "freshet/workflow/compare_data.hpp"
#include "freshet/workflow/compare_output.hpp"
#include "freshet/workflow/compare_tables.hpp"

namespace freshet {
namespace {

/// Shown beside NSE, where all runs have them.
constexpr std::string_view kUsualMetrics[] = {"kge_2009", "mnse", "fhv", "pfab"};

std::vector<CompareSource> read_sources(const CompareRequest& request) {
  if (request.runs.empty()) throw InputError({.what = "there is no run to compare"});
  std::vector<CompareSource> sources;
  const auto read = [&](const std::vector<std::string>& arguments, bool paired) {
    for (const std::string& argument : arguments) {
      sources.push_back(read_source(argument, paired, request.split));
      const auto same = [&last = sources.back()](const CompareSource& other) {
        return std::filesystem::equivalent(other.path, last.path) && other.column == last.column;
      };
      if (std::ranges::count_if(sources, same) > 1)
        throw InputError({.what = "the run is listed twice", .file = sources.back().path});
    }
  };
  read(request.runs, true);
  read(request.context, false);
  name_sources(sources);
  return sources;
}

/// The reference goes first, so that it is what the others are compared with.
void move_reference_first(std::vector<CompareSource>& sources, const std::string& name) {
  if (name.empty()) return;
  const auto found = std::ranges::find(sources, name, &CompareSource::name);
  if (found == sources.end()) {
    std::vector<std::string> names;
    for (const CompareSource& source : sources) names.push_back(source.name);
    const auto near = nearest(name, names);
    throw InputError(
        {.what = fmt::format("there is no run named `{}` to be the reference", name),
         .hint = near ? fmt::format("Did you mean `{}`?", *near) : fmt::format("The runs: {}.", fmt::join(names, ", "))});
  }
  if (!found->paired)
    throw InputError({.what = fmt::format("`{}` is context, and cannot be the reference of paired comparisons", name)});
  std::rotate(sources.begin(), found, found + 1);
}

/// The wanted metrics under the registry's names, or the usual ones.
std::vector<std::string> chosen_metrics(const CompareRequest& request, const std::vector<CompareSource>& sources) {
  std::vector<std::string> names;
  for (const std::string& metric : request.metrics) {
    const std::string name(find_metric(metric).name);
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }
  if (!names.empty()) return names;
  names.emplace_back("nse");
  for (const std::string_view metric : kUsualMetrics) {
    const auto has = [metric](const CompareSource& source) { return !source.paired || source.column_of(metric, false); };
    if (std::ranges::all_of(sources, has)) names.emplace_back(metric);
  }
  return names;
}

[[noreturn]] void fail_without_metric(const CompareSource& source, const std::string& metric, bool main) {
  const auto near = nearest(metric, source.table.names);
  std::string hint =
      near ? fmt::format("Did you mean `{}`?", *near) : fmt::format("Its columns: {}.", fmt::join(source.table.names, ", "));
  if (main && !source.column) hint += fmt::format(" {}:COLUMN takes the scores from that column.", source.path);
  throw InputError({.what = fmt::format("`{}` has no column of `{}`", source.name, metric),
                    .file = source.table.file,
                    .line = 1,
                    .hint = hint});
}

/// The scores of one metric on the common basins, NaN where there is none.
ComparedScores scores_of(const CompareSource& source, const std::vector<std::optional<std::size_t>>& rows,
                         const std::string& metric, bool main) {
  ComparedScores scores{.values = std::vector<double>(rows.size(), std::numeric_limits<double>::quiet_NaN()),
                        .paired = source.paired};
  const auto column = source.column_of(metric, main);
  if (!column) {
    if (source.paired) fail_without_metric(source, metric, main);
    return scores;
  }
  const std::vector<double> values = source.table.numbers(source.table.names[*column]);
  for (std::size_t b = 0; b < rows.size(); ++b) {
    if (rows[b]) scores.values[b] = values[*rows[b]];
  }
  return scores;
}

/// A run's runoff ratios on the common basins; without a basin there are none.
RunoffRatios ratios_of(const CompareSource& source, const std::vector<std::string>& basins) {
  RunoffRatios ratios{.observed = {}, .simulated = {}, .paired = source.paired};
  if (source.ratios.empty()) return ratios;
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  for (const std::string& basin : basins) {
    const auto found = source.ratios.find(basin_key(basin));
    const StoredRatios of_basin = found == source.ratios.end() ? StoredRatios{kNaN, kNaN} : found->second;
    ratios.observed.push_back(of_basin.observed);
    ratios.simulated.push_back(of_basin.simulated);
  }
  return ratios;
}

CommonBasins common_basins(const std::vector<CompareSource>& sources, const std::filesystem::path& list_file) {
  std::vector<BasinRows> rows;
  std::vector<bool> paired;
  for (const CompareSource& source : sources) {
    rows.push_back(source.basins);
    paired.push_back(source.paired);
  }
  std::optional<std::vector<std::string>> list;
  if (!list_file.empty()) {
    list.emplace();
    for (const ListedBasin& basin : read_basin_list(list_file)) list->push_back(basin.id);
  }
  CommonBasins common = match_basins(rows, paired, list);
  if (!common.ids.empty()) return common;
  std::vector<std::string> examples;
  for (const CompareSource& source : sources) {
    if (source.paired)
      examples.push_back(
          fmt::format("`{}` has {} basins, e.g. {}", source.name, source.basins.size(), source.basins.begin()->second.id));
  }
  throw InputError({.what = list ? "no basin of the list is in all runs" : "the runs have no basin in common",
                    .file = list_file.string(),
                    .got = fmt::format("{}", fmt::join(examples, "; "))});
}

std::string names_of(const ComparisonData& data, const std::vector<std::size_t>& models) {
  std::vector<std::string> names;
  for (const std::size_t m : models) names.push_back("`" + data.models[m].name + "`");
  return fmt::format("{}", fmt::join(names, ", "));
}

/// Basins that are not in every run, and scores that are missing, in numbers.
std::vector<std::string> omissions(const ComparisonData& data) {
  std::vector<std::string> found;
  if (!data.basins.left_out.empty()) {
    std::vector<std::string> parts;
    for (std::size_t m = 0; m < data.models.size(); ++m) {
      const auto lacks = [m](const UncommonBasin& basin) {
        return std::ranges::find(basin.absent_from, m) != basin.absent_from.end();
      };
      const auto count = std::ranges::count_if(data.basins.left_out, lacks);
      if (count > 0) parts.push_back(fmt::format("{} not in `{}`", count, data.models[m].name));
    }
    found.push_back(
        fmt::format("{} basins are left out as not all runs have them: {}", data.basins.left_out.size(), fmt::join(parts, ", ")));
  }
  for (std::size_t k = 0; k < data.metrics.size(); ++k) {
    const auto without = data.without_score(k);
    if (without.empty()) continue;
    found.push_back(fmt::format("{}: {} basins are left out as a score is missing, first {} (missing in {})",
                                data.metrics[k].metric, without.size(), without.front().id,
                                names_of(data, without.front().absent_from)));
  }
  for (std::size_t m = 0; m < data.models.size(); ++m) {
    if (data.models[m].paired) continue;
    const std::size_t basins = data.metrics.front().models[m].basins;
    if (basins < data.metrics.front().basins.size())
      found.push_back(
          fmt::format("context `{}` has {} of the {} basins", data.models[m].name, basins, data.metrics.front().basins.size()));
  }
  return found;
}

}  // namespace

std::string compare(const CompareRequest& request, Observer& observer) {
  if (!request.out.empty()) check_comparison_folder(request.out);
  ComparisonData data{.models = read_sources(request),
                      .basins = {},
                      .scores = {},
                      .metrics = {},
                      .ratios = {},
                      .balance = {},
                      .doubts = {},
                      .notes = {},
                      .options = request.options};
  data.options.threads = available_threads();
  move_reference_first(data.models, request.reference);
  data.basins = common_basins(data.models, request.basin_file);
  for (const std::string& metric : chosen_metrics(request, data.models)) {
    std::vector<ComparedScores> scores;
    for (std::size_t m = 0; m < data.models.size(); ++m)
      scores.push_back(scores_of(data.models[m], data.basins.rows[m], metric, data.metrics.empty()));
    data.metrics.push_back(compare_models(find_metric(metric), scores, data.options));
    data.scores.push_back(std::move(scores));
  }
  for (const CompareSource& model : data.models) data.ratios.push_back(ratios_of(model, data.basins.ids));
  data.balance = compare_runoff_ratios(data.ratios, data.options.bootstrap, data.options.threads);
  data.doubts = doubts(data.models);
  data.notes = omissions(data);
  for (const auto* warnings : {&data.doubts, &data.notes}) {
    for (const std::string& warning : *warnings) observer.warn(warning);
  }
  for (const std::string& note : differences(data.models)) data.notes.push_back(note);
  if (!request.out.empty()) write_comparison(data, request.out);
  return comparison_text(data);
}

}  // namespace freshet
