#pragma once

#include <atomic>
#include <filesystem>
#include <string>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/workflow/launcher.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

struct CrossvalRequest {
  std::filesystem::path folder;  ///< empty: <run_dir>/<experiment_name>_crossval
  std::size_t jobs = 1;          ///< folds at work at once in this process
  LaunchedProcess process;       ///< this one among those that share the folds
};

struct CrossvalOutcome {
  std::filesystem::path folder;
  std::string text;               ///< scores of all folds, or what is left to others, for people
  std::filesystem::path report;   ///< empty: not all folds have ended, or none with a result
  std::vector<Problem> problems;  ///< of folds that failed; the others' results are kept
  ExitCode code = ExitCode::kOk;  ///< of the gravest problem
};

/// Trains and evaluates a fold of the configuration's basins, days, or both at a time, each in a run folder of its own, and joins
/// their predictions as those of one run. Folds that are finished are skipped, interrupted ones gone on with, bit for bit as
/// `resume` does; so the same call may be repeated, also in several processes at once, which share the folds by locks.
/// Interrupted, with checkpoints, when `stop` is set. InputError, before any fold is started, for all that can be seen then, and
/// for a folder that was begun with other settings, folds or data.
CrossvalOutcome crossval(const RunConfig& config, const CrossvalRequest& request, Observer& observer,
                         const std::atomic<bool>& stop);

/// The same for a folder that `crossval` made.
CrossvalOutcome resume_crossval(const std::filesystem::path& folder, Observer& observer, const std::atomic<bool>& stop);

/// What `crossval` would do: sizes of the folds and the work. Nothing is written.
std::string describe_crossval(const RunConfig& config, const CrossvalRequest& request, Observer& observer);

/// The folder of a request.
std::filesystem::path crossval_folder(const RunConfig& config, const CrossvalRequest& request);

}  // namespace freshet
