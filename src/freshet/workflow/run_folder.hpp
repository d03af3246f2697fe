#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "freshet/data/scaler.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// Part of the file names of results on a split: nothing for the test period, else e.g. "_validation".
std::string results_tag(Split split);

/// Copies the basin lists of a configuration into a folder and lets it name the copies, so that the folder stands alone.
RunConfig with_own_basin_lists(RunConfig config, const std::filesystem::path& dir);

/// The files of a run. A run folder alone is enough to evaluate, resume or report.
class RunFolder {
 public:
  /// An existing run folder. InputError if it is not one.
  static RunFolder open(const std::filesystem::path& dir);
  /// An existing run folder to go on training in. What a killed process left unfinished is removed. InputError if another
  /// process trains in it.
  static RunFolder open_for_training(const std::filesystem::path& dir);
  /// Makes the folder with config.yml and checkpoints/. Without `dir` it is <run_dir>/<experiment_name>_<date>_<time>.
  /// InputError if the folder exists and is not empty, but for what a run left that ended before its first checkpoint.
  static RunFolder create(const RunConfig& config, const std::filesystem::path& dir);
  /// The same for any configuration, in a folder of that name.
  static RunFolder create(const std::filesystem::path& target, const std::string& config_yaml);
  /// The errors of `create`, without making anything.
  static void check_free(const std::filesystem::path& dir);
  /// The folder `create` would make.
  static std::filesystem::path planned(const ExperimentOptions& options, const std::filesystem::path& dir);

  const std::filesystem::path& dir() const { return dir_; }
  std::filesystem::path config() const { return dir_ / "config.yml"; }
  std::filesystem::path scaler() const { return dir_ / "scaler.json"; }
  std::filesystem::path events() const { return dir_ / "events.jsonl"; }
  std::filesystem::path environment() const { return dir_ / "environment.json"; }
  std::filesystem::path checkpoints() const { return dir_ / "checkpoints"; }
  std::filesystem::path report() const { return dir_ / "report.html"; }
  /// Results of an evaluation; the `tag` begins as results_tag has it.
  std::filesystem::path predictions(const std::string& tag = "") const { return dir_ / ("predictions" + tag + ".nc"); }
  std::filesystem::path metrics(const std::string& tag = "") const { return dir_ / ("metrics" + tag + ".csv"); }
  std::filesystem::path baselines(const std::string& tag = "") const { return dir_ / ("baselines" + tag + ".csv"); }
  std::filesystem::path states(const std::string& tag = "") const { return dir_ / ("states" + tag + ".csv"); }
  std::filesystem::path water_balance(const std::string& tag = "") const { return dir_ / ("water_balance" + tag + ".csv"); }
  std::filesystem::path parameters(const std::string& tag = "") const { return dir_ / ("parameters" + tag + ".csv"); }
  std::filesystem::path evaluation(const std::string& tag = "") const { return dir_ / ("evaluation" + tag + ".json"); }

  RunConfig load_config(const std::vector<std::string>& overrides = {}) const;
  Scaler load_scaler() const;

 private:
  explicit RunFolder(std::filesystem::path dir) : dir_(std::move(dir)) {}
  /// Keeps the folder to this process for as long as it lives.
  void lock();

  std::filesystem::path dir_;
  std::shared_ptr<const void> lock_;
};

}  // namespace freshet
