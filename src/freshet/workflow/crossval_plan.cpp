#include "freshet/workflow/crossval_plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/ranges.h>

#include "freshet/core/counted.hpp"
#include "freshet/data/attribute_tables.hpp"
#include "freshet/data/folds.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/models/model_kind.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {
namespace {

using Basins = std::vector<std::string>;

/// Basins that are tested together, and what they are called.
struct BasinGroup {
  std::string label;
  Basins basins;
};

Basins without(const Basins& all, const Basins& removed) {
  Basins left;
  std::ranges::set_difference(all, removed, std::back_inserter(left));
  return left;
}

std::vector<std::string> unused_keys(const RunConfig& config) {
  std::vector<std::string> remarks;
  if (config.data.test_basin_file)
    remarks.push_back("`test_basin_file` is not used: the basins of `train_basin_file` are cut into folds and tested");
  if (config.crossval.by_time() && !config.data.test_start_date.empty())
    remarks.push_back("`test_start_date` and `test_end_date` are not used: the training period is cut into blocks and tested");
  return remarks;
}

std::string text_of(const std::vector<Period>& periods) {
  std::vector<std::string> texts;
  for (const Period& period : periods) texts.push_back(to_string(period));
  return fmt::format("{}", fmt::join(texts, ", "));
}

void set_period(const std::vector<Period>& periods, std::vector<Time>& first, std::vector<Time>& last) {
  first.clear();
  last.clear();
  for (const Period& period : periods) {
    first.push_back(period.first);
    const Time end{period.last.minutes + 1};
    last.push_back(end.minutes % kMinutesPerDay == 0 ? Time{end.minutes - kMinutesPerDay} : period.last);
  }
}

/// The table's column of that name, or of the name that other versions of the data set have for it.
std::size_t region_column(const AttributeTable& table, const std::string& name, const Dataset* dataset, const Problem& place) {
  for (const std::string& wanted : {name, dataset != nullptr ? dataset->alias(name) : ""}) {
    const auto at = std::ranges::find(table.names, wanted);
    if (at != table.names.end()) return static_cast<std::size_t>(at - table.names.begin());
  }
  Problem problem = place;
  problem.what = dataset != nullptr ? "the data set has no such attribute" : "the file has no such column";
  problem.variable = name;
  if (const auto near = nearest(name, table.names)) problem.hint = fmt::format("Did you mean `{}`?", *near);
  throw InputError(std::move(problem));
}

/// The region of each basin. InputError lists the basins that have none.
std::map<std::string, std::string> regions_of(const Basins& basins, const CrossvalOptions& options, const Dataset& dataset) {
  if (options.region_attribute.has_value() == options.region_file.has_value()) {
    throw InputError({.what = fmt::format("`fold_by: {}` needs to know the regions", options.fold_by),
                      .expected = "either `region_attribute` or `region_file`",
                      .got = options.region_file ? "both" : "neither"});
  }
  const bool from_file = options.region_file.has_value();
  const AttributeTable table = from_file ? read_attribute_table(*options.region_file).table : dataset.attributes();
  const Problem place{.what = {}, .file = from_file ? options.region_file->string() : ""};
  const std::string name = from_file ? "region" : *options.region_attribute;
  const std::size_t column = region_column(table, name, from_file ? nullptr : &dataset, place);
  std::map<std::string, std::string> regions;
  std::vector<Problem> problems;
  for (const std::string& basin : basins) {
    const auto at = std::ranges::lower_bound(table.basins, basin);
    const bool known = at != table.basins.end() && *at == basin;
    const std::string region = known ? table.cell(static_cast<std::size_t>(at - table.basins.begin()), column) : "";
    regions[basin] = region;
    if (!region.empty()) continue;
    problems.push_back({.what = known ? "the region of this basin is missing" : "there is no row for this basin",
                        .file = place.file,
                        .basin = basin,
                        .variable = name,
                        .hint = "Leave the basin out of `train_basin_file`."});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  return regions;
}

std::vector<BasinGroup> basin_groups(const Basins& basins, const CrossvalOptions& options, const Dataset& dataset) {
  std::vector<BasinGroup> groups;
  if (!options.by_basins()) {
    groups.push_back({.label = {}, .basins = basins});
  } else if (options.by_region()) {
    for (RegionGroup& group : region_groups(regions_of(basins, options, dataset), options.folds.value_or(0)))
      groups.push_back({fmt::format("region {}", fmt::join(group.regions, ", ")), std::move(group.basins)});
  } else {
    for (Basins& group : random_groups(basins, options.folds.value_or(5), static_cast<std::uint64_t>(options.fold_seed)))
      groups.push_back({.label = {}, .basins = std::move(group)});
  }
  return groups;
}

/// Lays one fold out after the other.
class Planner {
 public:
  Planner(const RunConfig& config, const Dataset& dataset)
      : config_(config), options_(config.crossval), basins_(split_basins(config.data, Split::kTrain, dataset)) {
    if (config.data.validation_basin_file) listed_ = listed_basins(*config.data.validation_basin_file, config.data, dataset);
    const std::vector<Period> training = split_periods(config.data, Split::kTrain);
    check(training);
    blocks_ = options_.by_time() ? time_blocks(training, options_.time_blocks) : std::vector<std::vector<Period>>(1);
    groups_ = basin_groups(basins_, options_, dataset);
  }

  std::vector<Fold> folds() {
    std::vector<Fold> folds;
    for (const BasinGroup& group : groups_) {
      for (const std::vector<Period>& block : blocks_) folds.push_back(fold(folds.size() + 1, group, block));
    }
    if (!problems_.empty()) throw InputError(std::move(problems_));
    return folds;
  }

  std::string kind() const {
    std::string text;
    if (options_.fold_by != "time") {
      text = counted(groups_.size(), "group") + " of basins";
      text += options_.by_region() ? fmt::format(" by region ({})", options_.region_attribute.value_or("region_file"))
                                   : fmt::format(" drawn by seed {}", options_.fold_seed);
    }
    if (!options_.by_time()) return text;
    return fmt::format("{}{} of time", text.empty() ? "" : text + ", each with ", counted(blocks_.size(), "block"));
  }

 private:
  void check(const std::vector<Period>& training) const {
    std::vector<Problem> problems;
    if (training.empty()) problems.push_back(Problem{.what = "training needs `train_start_date` and `train_end_date`"});
    if (options_.by_basins() && find_model_kind(config_.model.model).per_basin) {
      problems.push_back({.what = fmt::format("`model: {}` is trained basin by basin and cannot be tested on basins held out",
                                              config_.model.model),
                          .expected = "`fold_by: time`",
                          .got = options_.fold_by});
    }
    if (!options_.by_time() && config_.data.test_start_date.empty()) {
      problems.push_back({.what = fmt::format("`fold_by: {}` needs `test_start_date` and `test_end_date`", options_.fold_by),
                          .hint = "They may be those of training: the basins are others."});
    }
    if (options_.fold_validation_basins > 0 && !config_.training.validate_every)
      problems.push_back(Problem{.what = "`fold_validation_basins` has no use without `validate_every`"});
    if (options_.fold_validation_basins > 0 && config_.data.validation_basin_file)
      problems.push_back(Problem{.what = "`fold_validation_basins` and `validation_basin_file` contradict each other"});
    if (!problems.empty()) throw InputError(std::move(problems));
  }

  Fold fold(std::size_t number, const BasinGroup& group, const std::vector<Period>& block) {
    Fold fold{.name = fmt::format("fold_{}", number),
              .held_out = group.label,
              .train = options_.by_basins() ? without(basins_, group.basins) : basins_,
              .validation = {},
              .test = group.basins,
              .config = config_};
    if (!block.empty()) fold.held_out += (fold.held_out.empty() ? "" : "; ") + text_of(block);
    fold.config.crossval = {};
    fold.config.experiment.experiment_name += "_" + fold.name;
    set_validation_basins(number, fold);
    fold.config.data.train_basin_file = "train_basins.txt";
    fold.config.data.test_basin_file = "test_basins.txt";
    fold.config.data.validation_basin_file = std::nullopt;
    if (!fold.validation.empty()) fold.config.data.validation_basin_file = "validation_basins.txt";
    if (!block.empty()) set_periods(block, fold);
    if (fold.train.empty()) complain(fold, "no basin is left to train on");
    return fold;
  }

  void set_validation_basins(std::size_t number, Fold& fold) {
    if (!config_.training.validate_every) return;
    if (const std::int64_t count = options_.fold_validation_basins; count > 0) {
      if (count >= static_cast<std::int64_t>(fold.train.size())) {
        complain(fold, "no basin is left to train on once those for validation are drawn",
                 fmt::format("`fold_validation_basins` of less than {}", fold.train.size()), std::to_string(count));
        return;
      }
      const auto seed = static_cast<std::uint64_t>(options_.fold_seed);
      fold.validation = draw_basins(fold.train, count, seed, static_cast<std::uint32_t>(number));
      fold.train = without(fold.train, fold.validation);
    } else if (!listed_.empty()) {
      fold.validation = options_.by_basins() ? without(listed_, fold.test) : listed_;
      if (fold.validation.empty()) complain(fold, "all basins of `validation_basin_file` are held out of this fold");
    }
  }

  void set_periods(const std::vector<Period>& block, Fold& fold) {
    DataOptions& data = fold.config.data;
    const auto training = periods_without(split_periods(config_.data, Split::kTrain), block, options_.time_gap_days);
    const auto validation = periods_without(split_periods(config_.data, Split::kValidation), block, options_.time_gap_days);
    if (training.empty()) complain(fold, "no day is left to train on", "", fmt::format("a test of {}", text_of(block)));
    if (validation.empty() && config_.training.validate_every) {
      complain(fold, "the whole validation period is held out of this fold", "a validation period that reaches beyond the block",
               text_of(block));
    }
    set_period(training, data.train_start_date, data.train_end_date);
    set_period(validation, data.validation_start_date, data.validation_end_date);
    set_period(block, data.test_start_date, data.test_end_date);
  }

  void complain(const Fold& fold, const std::string& what, const std::string& expected = "", const std::string& got = "") {
    problems_.push_back({.what = fmt::format("{}: {}", fold.name, what),
                         .expected = expected,
                         .got = got.empty() && !fold.held_out.empty() ? fold.held_out + " held out" : got});
  }

  const RunConfig& config_;
  const CrossvalOptions& options_;
  Basins basins_, listed_;
  std::vector<std::vector<Period>> blocks_;
  std::vector<BasinGroup> groups_;
  std::vector<Problem> problems_;
};

}  // namespace

CrossvalPlan plan_folds(const RunConfig& config, const Dataset& dataset) {
  Planner planner(config, dataset);
  return {.config = config, .folds = planner.folds(), .kind = planner.kind(), .remarks = unused_keys(config)};
}

std::string folds_csv(const CrossvalPlan& plan) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t f = 0; f < plan.folds.size(); ++f) {
    for (const std::string& basin : plan.folds[f].test) rows.push_back({basin, std::to_string(f + 1), plan.folds[f].held_out});
  }
  std::ranges::stable_sort(rows, {}, [](const auto& row) { return row[0]; });
  return to_csv({"basin", "fold", "held_out"}, rows);
}

std::string periods_csv(const CrossvalPlan& plan) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t f = 0; f < plan.folds.size(); ++f) {
    for (const Split split : {Split::kTrain, Split::kValidation, Split::kTest}) {
      std::vector<Time> first, last;
      set_period(split_periods(plan.folds[f].config.data, split), first, last);
      for (std::size_t p = 0; p < first.size(); ++p)
        rows.push_back({std::to_string(f + 1), to_string(split), to_string(first[p]), to_string(last[p])});
    }
  }
  return to_csv({"fold", "use", "first", "last"}, rows);
}

}  // namespace freshet
