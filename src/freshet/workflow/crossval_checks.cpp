#include "freshet/workflow/crossval_checks.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>

#include <fmt/ranges.h>

#include "freshet/core/step_range.hpp"

namespace freshet {
namespace {

/// Keeps a message readable when everything is wrong at once.
constexpr std::size_t kMostShown = 20;

/// Notes of the opening are told when the folds are run.
class Silence : public Observer {
 public:
  void on(const Event&) override {}
};

bool is_observed(const BasinView& basin, const std::string& target, const std::vector<Period>& periods) {
  const ColumnView* column = basin.find(target);
  if (column == nullptr) return false;
  for (const Period& period : periods) {
    const StepRange steps = steps_within(basin.axis, period);
    for (std::int64_t t = steps.first; t < steps.end; ++t) {
      if (std::isfinite(column->values[static_cast<std::size_t>(t)])) return true;
    }
  }
  return false;
}

/// Without an observation in any tested basin there is nothing to evaluate.
void check_test(const Fold& fold, const RunInputs& inputs) {
  const auto views = inputs.views(fold.test);
  const auto periods = split_periods(fold.config.data, Split::kTest);
  check_in_record(views, periods, "test period");
  const std::string& target = fold.config.data.target_variables.front();
  if (std::ranges::any_of(views, [&](const BasinView& basin) { return is_observed(basin, target, periods); })) return;
  throw InputError({.what = "no tested basin has an observation in the test period",
                    .basin = fmt::format("{}", fmt::join(fold.test, ", ")),
                    .date = to_string(periods.front()),
                    .variable = target});
}

/// Problems by their text, in order of first appearance, and the folds that have each.
class Findings {
 public:
  void add(const Fold& fold, const std::vector<Problem>& problems) {
    for (const Problem& problem : problems) {
      const std::string text = to_string(problem);
      if (!folds_.contains(text)) problems_.push_back(problem);
      folds_[text].insert(fold.name);
    }
  }

  void throw_them(std::size_t checked) {
    if (problems_.empty()) return;
    for (Problem& problem : problems_) {
      const auto& folds = folds_.at(to_string(problem));
      if (folds.size() < checked) problem.what = fmt::format("{}: {}", fmt::join(folds, ", "), problem.what);
    }
    if (problems_.size() > kMostShown) {
      const std::size_t more = problems_.size() - kMostShown;
      problems_.resize(kMostShown);
      problems_.push_back({.what = fmt::format("and {} more problem{} in the folds", more, more == 1 ? "" : "s")});
    }
    throw InputError(std::move(problems_));
  }

 private:
  std::vector<Problem> problems_;
  std::map<std::string, std::set<std::string>> folds_;
};

}  // namespace

RunInputs open_crossval_inputs(const CrossvalPlan& plan, Observer& observer) {
  std::set<std::string> basins;
  for (const Fold& fold : plan.folds) {
    for (const auto* list : {&fold.train, &fold.validation, &fold.test}) basins.insert(list->begin(), list->end());
  }
  return open_inputs_for(plan.config, Split::kTrain, {basins.begin(), basins.end()}, observer);
}

std::vector<TrainingSize> check_folds(const std::vector<const Fold*>& folds, const CrossvalFolder& folder,
                                      const RunInputs& inputs, Observer& observer) {
  std::vector<TrainingSize> sizes;
  Findings findings;
  Silence silence;
  for (const Fold* fold : folds) {
    observer.on(Progress{"Checking folds", static_cast<std::int64_t>(sizes.size()), static_cast<std::int64_t>(folds.size())});
    sizes.emplace_back();
    try {
      check_test(*fold, inputs);
      sizes.back() = check_training(folder.config_of(*fold), silence);
    } catch (const InputError& error) {
      findings.add(*fold, error.problems());
    }
  }
  findings.throw_them(folds.size());
  return sizes;
}

}  // namespace freshet
