#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/workflow/crossval_plan.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

/// The files of a cross-validation beside those of a run folder, whose names its joined results have.
class CrossvalFolder {
 public:
  explicit CrossvalFolder(const std::filesystem::path& dir);

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path fold(const Fold& fold) const { return dir_ / fold.name; }
  std::filesystem::path folds() const { return dir_ / "folds.csv"; }
  std::filesystem::path periods() const { return dir_ / "periods.csv"; }
  std::filesystem::path scores() const { return dir_ / "crossval.csv"; }
  std::filesystem::path joined() const { return dir_ / "state" / "joined.json"; }
  std::filesystem::path join_lock() const { return dir_ / "state" / "join.lock"; }
  std::filesystem::path lock(const Fold& fold) const { return dir_ / "state" / (fold.name + ".lock"); }
  std::filesystem::path failure(const Fold& fold) const { return dir_ / "state" / (fold.name + ".failed.json"); }

  /// A fold's configuration with its lists in its own folder.
  RunConfig config_of(const Fold& fold) const;
  /// Its config.yml.
  std::string config_yaml(const Fold& fold) const;

  /// Trained, evaluated and reported.
  bool is_finished(const Fold& fold) const;

 private:
  std::filesystem::path dir_;
};

/// A new folder of this process that is gone with the object, if it has not been moved away.
class StagedFolder {
 public:
  StagedFolder(const std::filesystem::path& parent, const std::string& name);
  ~StagedFolder();
  StagedFolder(const StagedFolder&) = delete;
  StagedFolder& operator=(const StagedFolder&) = delete;
  const std::filesystem::path& dir() const { return dir_; }

 private:
  std::filesystem::path dir_;
};

/// Whether a folder is one of `freshet crossval`.
bool is_crossval(const std::filesystem::path& dir);

/// Writes the lists and configurations of all folds. `dir` exists.
void write_folds(const CrossvalPlan& plan, const CrossvalFolder& folder);

/// InputError if the folder was begun with another plan than this: configuration, folds, periods or data.
void check_same_plan(const CrossvalPlan& plan, const RunInputs& inputs, const CrossvalFolder& folder);

/// Makes the folder with all that a plan holds, whole or not at all. One that is there already, also by another process just now,
/// is left as it is; see check_same_plan.
void make_crossval_folder(const CrossvalPlan& plan, const RunInputs& inputs, const std::filesystem::path& dir);

/// InputError if a folder holds something else than a cross-validation.
void check_crossval_target(const std::filesystem::path& dir);

/// Why a fold failed, written for other processes and removed when it is tried again.
void write_failure(const std::filesystem::path& file, const std::vector<Problem>& problems, ExitCode code);
struct FoldFailure {
  std::vector<Problem> problems;
  ExitCode code = ExitCode::kInput;
};
/// Nothing if there is no such file, or one older than `since` (seconds since 1970).
std::optional<FoldFailure> read_failure(const std::filesystem::path& file, double since);

}  // namespace freshet
