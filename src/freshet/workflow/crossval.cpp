#include "freshet/workflow/crossval.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include <fmt/ranges.h>

#include "freshet/core/counted.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/file_lock.hpp"
#include "freshet/workflow/crossval_checks.hpp"
#include "freshet/workflow/crossval_join.hpp"
#include "freshet/workflow/crossval_progress.hpp"
#include "freshet/workflow/report.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {
namespace {

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// The folds in the order in which this process tries them: its own share first, then those of the others, so that work left by a
/// slow or dead process is done by those that have none.
std::vector<const Fold*> in_order_of(const CrossvalPlan& plan, const LaunchedProcess& process) {
  std::vector<const Fold*> order;
  for (std::int64_t shift = 0; shift < process.processes; ++shift) {
    const auto first = static_cast<std::size_t>((process.rank + shift) % process.processes);
    for (std::size_t f = first; f < plan.folds.size(); f += static_cast<std::size_t>(process.processes))
      order.push_back(&plan.folds[f]);
  }
  return order;
}

std::vector<const Fold*> unfinished(const std::vector<const Fold*>& folds, const CrossvalFolder& folder) {
  std::vector<const Fold*> left;
  std::ranges::copy_if(folds, std::back_inserter(left), [&](const Fold* fold) { return !folder.is_finished(*fold); });
  return left;
}

/// Runs folds, several at once, and remembers what became of them.
class FoldRunner {
 public:
  FoldRunner(const CrossvalPlan& plan, const CrossvalFolder& folder, const CrossvalRequest& request, Observer& observer,
             const std::atomic<bool>& stop)
      : plan_(plan),
        folder_(folder),
        request_(request),
        stop_(stop),
        started_(seconds_since_1970()),
        order_(in_order_of(plan, request.process)),
        progress_(observer, plan.folds.size(), plan.folds.size() - unfinished(order_, folder).size()) {}

  /// Interrupted if `stop` was set.
  void run() {
    // Again for folds of processes that have died meanwhile.
    while (!stop_ && run_those_left() > 0) continue;
    if (!stop_) return;
    throw Interrupted("the cross-validation was stopped; finished folds are kept, and the others have checkpoints",
                      fmt::format("Go on with the same command, or `freshet resume {}`.", folder_.dir().string()));
  }

  /// Folds that have neither finished nor failed: other processes are at work on them.
  std::vector<std::string> left_to_others() const {
    std::vector<std::string> names;
    for (const Fold& fold : plan_.folds) {
      if (!folder_.is_finished(fold) && !read_failure(folder_.failure(fold), started_)) names.push_back(fold.name);
    }
    return names;
  }

  /// Of all folds, by this process and others; also of basins that a finished fold could not train.
  void add_failures(CrossvalOutcome& outcome) const {
    for (const Fold& fold : plan_.folds) {
      const auto failure = read_failure(folder_.failure(fold), started_);
      if (!failure) continue;
      outcome.problems.insert(outcome.problems.end(), failure->problems.begin(), failure->problems.end());
      outcome.code = std::max(outcome.code, failure->code);
    }
  }

  const std::vector<std::string>& done() const { return done_; }

 private:
  /// Tries each fold that is left. Returns how many could be run.
  std::size_t run_those_left() {
    const std::vector<const Fold*> todo = unfinished(order_, folder_);
    const std::size_t jobs = std::min(request_.jobs, todo.size());
    const std::size_t threads = threads_of(request_.process) / std::max<std::size_t>(1, jobs);
    std::atomic<std::size_t> next = 0, run = 0;
    std::vector<std::exception_ptr> failures(jobs);
    // Not parallel_for, which has its threads take subnormal numbers for zero: a fold has the bits of `freshet train`.
    std::vector<std::jthread> workers;
    for (std::size_t k = 0; k < jobs; ++k) {
      workers.emplace_back([&, k] {
        const ThreadLimit limit(threads);
        try {
          for (std::size_t i = next++; i < todo.size() && !stop_; i = next++) run += try_fold(*todo[i]) ? 1 : 0;
        } catch (...) {
          failures[k] = std::current_exception();
        }
      });
    }
    workers.clear();
    for (const std::exception_ptr& failure : failures) {
      if (failure) std::rethrow_exception(failure);
    }
    return run;
  }

  bool is_own(const Fold& fold) const {
    return (&fold - plan_.folds.data()) % request_.process.processes == request_.process.rank;
  }

  /// Runs the fold unless another process does, or did. Whether it was run, to whatever end.
  bool try_fold(const Fold& fold) {
    const auto lock = FileLock::try_for(folder_.lock(fold));
    if (!lock || folder_.is_finished(fold) || read_failure(folder_.failure(fold), started_)) return false;
    // Without locks nobody knows whether its own process is at work on it.
    if (!is_own(fold) && !lock->is_exclusive()) return false;
    std::filesystem::remove(folder_.failure(fold));
    bool finished = false;
    try {
      run_fold(fold);
      finished = true;
      const std::lock_guard guard(mutex_);
      done_.push_back(fold.name);
    } catch (const Interrupted&) {
    } catch (const Error& error) {
      fail(fold, error.problems(), error.exit_code());
    } catch (const std::bad_alloc&) {
      fail(fold, {{.what = "out of memory", .hint = "Try less `--jobs`."}}, ExitCode::kEnvironment);
    } catch (const std::exception& error) {
      fail(fold, {{.what = fmt::format("internal error: {}", error.what())}}, ExitCode::kInternal);
    }
    progress_.ended(fold.name, finished);
    return true;
  }

  void run_fold(const Fold& fold) {
    const std::filesystem::path dir = folder_.fold(fold);
    FoldObserver observer(progress_, fold.name);
    write_file_atomically(dir / "config.yml", folder_.config_yaml(fold));  // the data may lie elsewhere than at first
    try {
      const TrainingState state = training_state(dir);
      if (state == TrainingState::kNone) train(folder_.config_of(fold), {.run_folder = dir}, observer, stop_);
      if (state == TrainingState::kUnderWay) resume(dir, observer, stop_);
    } catch (const InputError& error) {
      // Models trained basin by basin go on without those that fail, and tell them at the end.
      if (training_state(dir) != TrainingState::kFinished) throw;
      fail(fold, error.problems(), error.exit_code());
    }
    const EvaluationSummary summary = evaluate(dir, {}, observer);
    write_report(dir);
    progress_.info(fold.name, fmt::format("median NSE {:.4f} over {}", summary.lines.front().median_nse,
                                          counted(summary.lines.front().basins, "basin")));
  }

  void fail(const Fold& fold, std::vector<Problem> problems, ExitCode code) {
    for (Problem& problem : problems) {
      progress_.warn(fold.name, to_string(problem));
      problem.what = fmt::format("{}: {}", fold.name, problem.what);
    }
    write_failure(folder_.failure(fold), problems, code);
  }

  const CrossvalPlan& plan_;
  const CrossvalFolder& folder_;
  const CrossvalRequest& request_;
  const std::atomic<bool>& stop_;
  double started_;
  std::vector<const Fold*> order_;
  CrossvalProgress progress_;
  std::mutex mutex_;
  std::vector<std::string> done_;
};

/// Folds whose training has not begun: those begun were checked then.
std::vector<const Fold*> not_begun(const CrossvalPlan& plan, const CrossvalFolder& folder) {
  std::vector<const Fold*> folds;
  for (const Fold& fold : plan.folds) {
    if (!std::filesystem::exists(folder.fold(fold)) || training_state(folder.fold(fold)) == TrainingState::kNone)
      folds.push_back(&fold);
  }
  return folds;
}

/// Checks folds whose files lie nowhere yet.
std::vector<TrainingSize> check_plan(const CrossvalPlan& plan, const std::vector<const Fold*>& folds, const RunInputs& inputs,
                                     Observer& observer) {
  const StagedFolder staged(std::filesystem::temp_directory_path(), "freshet_crossval");
  const CrossvalFolder folder(staged.dir());
  write_folds(plan, folder);
  return check_folds(folds, folder, inputs, observer);
}

CrossvalOutcome end_of(const CrossvalPlan& plan, const CrossvalFolder& folder, const RunInputs& inputs,
                       const FoldRunner& runner) {
  CrossvalOutcome outcome{.folder = folder.dir(), .text = {}, .report = {}, .problems = {}};
  const std::vector<std::string> left = runner.left_to_others();
  if (!left.empty()) {
    // What failed is reported by the last: launchers stop all processes when one ends with an error.
    outcome.text = fmt::format("{} finished here; {} left to other processes, the last of which joins the results.\n",
                               counted(runner.done().size(), "fold"), fmt::join(left, ", "));
    return outcome;
  }
  runner.add_failures(outcome);
  const FileLock lock = FileLock::wait_for(folder.join_lock());
  const CrossvalScores scores = join_folds(plan, folder, inputs);
  outcome.text = to_text(scores);
  if (scores.all.scored > 0) outcome.report = RunFolder::open(folder.dir()).report();
  return outcome;
}

}  // namespace

std::filesystem::path crossval_folder(const RunConfig& config, const CrossvalRequest& request) {
  if (!request.folder.empty()) return request.folder;
  return config.experiment.run_dir / (config.experiment.experiment_name + "_crossval");
}

CrossvalOutcome crossval(const RunConfig& config, const CrossvalRequest& request, Observer& observer,
                         const std::atomic<bool>& stop) {
  const CrossvalFolder folder(crossval_folder(config, request));
  check_crossval_target(folder.dir());
  const CrossvalPlan plan = plan_folds(config, *open_run_dataset(config.data));
  const RunInputs inputs = open_crossval_inputs(plan, observer);
  observer.info(fmt::format("{}: {}, {}", folder.dir().string(), counted(plan.folds.size(), "fold"), plan.kind));
  for (const std::string& remark : plan.remarks) observer.info(remark);
  if (is_crossval(folder.dir())) check_same_plan(plan, inputs, folder);
  check_plan(plan, not_begun(plan, folder), inputs, observer);
  if (stop) throw Interrupted("stopped before the first fold began", "");
  make_crossval_folder(plan, inputs, folder.dir());
  FoldRunner runner(plan, folder, request, observer, stop);
  runner.run();
  return end_of(plan, folder, inputs, runner);
}

CrossvalOutcome resume_crossval(const std::filesystem::path& folder, Observer& observer, const std::atomic<bool>& stop) {
  return crossval(load_run_config(folder / "config.yml", {}), {.folder = folder}, observer, stop);
}

std::string describe_crossval(const RunConfig& config, const CrossvalRequest& request, Observer& observer) {
  const CrossvalFolder folder(crossval_folder(config, request));
  check_crossval_target(folder.dir());
  const CrossvalPlan plan = plan_folds(config, *open_run_dataset(config.data));
  const RunInputs inputs = open_crossval_inputs(plan, observer);
  for (const std::string& remark : plan.remarks) observer.info(remark);
  std::vector<const Fold*> all;
  for (const Fold& fold : plan.folds) all.push_back(&fold);
  const std::vector<TrainingSize> sizes = check_plan(plan, all, inputs, observer);
  std::string text =
      fmt::format("folder     {}\nfolds      {}, {}\n\n{:<10} {:>7} {:>10} {:>7} {:>9} {:>12}  {}\n", folder.dir().string(),
                  plan.folds.size(), plan.kind, "fold", "trained", "validated", "tested", "samples", "steps/epoch", "held out");
  std::int64_t steps = 0;
  for (std::size_t f = 0; f < all.size(); ++f) {
    text += fmt::format("{:<10} {:>7} {:>10} {:>7} {:>9} {:>12}{}\n", all[f]->name, all[f]->train.size(),
                        all[f]->validation.size(), all[f]->test.size(), sizes[f].samples, sizes[f].steps_per_epoch,
                        all[f]->held_out.empty() ? "" : "  " + all[f]->held_out);
    steps += sizes[f].steps_per_epoch;
  }
  return text + fmt::format(
                    "\nmodel      {}, {} trainable numbers\nwork       {} epochs of {} steps in all folds together\n"
                    "Nothing was started.\n",
                    config.model.model, sizes.front().parameters, config.training.epochs, steps);
}

}  // namespace freshet
