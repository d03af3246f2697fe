#include "freshet/workflow/crossval_folder.hpp"

#include <algorithm>
#include <chrono>
#include <sstream>

#include <unistd.h>
#include <nlohmann/json.hpp>

#include "freshet/io/atomic_file.hpp"
#include "freshet/workflow/environment.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {
namespace {

void make_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = dir.string()});
}

std::string list_text(const std::vector<std::string>& basins) {
  std::string text;
  for (const std::string& basin : basins) text += basin + "\n";
  return text;
}

/// A fold's lists, by the names of their files.
std::vector<std::pair<std::string, std::string>> lists_of(const Fold& fold) {
  std::vector<std::pair<std::string, std::string>> lists = {{"train_basins.txt", list_text(fold.train)},
                                                            {"test_basins.txt", list_text(fold.test)}};
  if (!fold.validation.empty()) lists.emplace_back("validation_basins.txt", list_text(fold.validation));
  return lists;
}

/// The configuration with copies of its lists and regions in the folder.
std::string standing_alone(const CrossvalPlan& plan, const std::filesystem::path& dir) {
  RunConfig config = with_own_basin_lists(plan.config, dir);
  if (config.crossval.region_file) {
    write_file_atomically(dir / "regions.csv", read_file(*config.crossval.region_file));
    config.crossval.region_file = "regions.csv";
  }
  return to_yaml(config);
}

/// The first line of `now` that `then` does not have: a key of the configuration, or a row.
std::string first_difference(const std::string& then, const std::string& now) {
  std::istringstream old_lines(then), lines(now);
  std::string old_line;
  for (std::string line; std::getline(lines, line);) {
    if (!std::getline(old_lines, old_line) || old_line != line) return line;
  }
  return "";
}

void require_same(const std::string& then, const std::string& now, const std::filesystem::path& file, const std::string& what) {
  if (then == now) return;
  throw InputError({.what = fmt::format("the {} of this cross-validation are others than when it was begun", what),
                    .file = file.string(),
                    .expected = fmt::format("`{}`", first_difference(now, then)),
                    .got = fmt::format("`{}`", first_difference(then, now)),
                    .hint = "Restore them, or choose another folder: --out."});
}

double seconds_since_1970() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

StagedFolder::StagedFolder(const std::filesystem::path& parent, const std::string& name)
    : dir_(parent / fmt::format("{}.{}.{:x}", name, ::getpid(), std::chrono::steady_clock::now().time_since_epoch().count())) {
  make_folder(dir_);
}

StagedFolder::~StagedFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

CrossvalFolder::CrossvalFolder(const std::filesystem::path& dir) : dir_(std::filesystem::absolute(dir).lexically_normal()) {}

RunConfig CrossvalFolder::config_of(const Fold& fold) const {
  RunConfig config = fold.config;
  for (auto* file : {&config.data.train_basin_file, &config.data.validation_basin_file, &config.data.test_basin_file}) {
    if (*file) *file = this->fold(fold) / **file;
  }
  return config;
}

std::string CrossvalFolder::config_yaml(const Fold& fold) const {
  return to_yaml(fold.config);
}

bool CrossvalFolder::is_finished(const Fold& fold) const {
  return std::filesystem::exists(this->fold(fold) / "report.html");  // which is written last
}

bool is_crossval(const std::filesystem::path& dir) {
  return std::filesystem::is_regular_file(dir / "folds.csv") && std::filesystem::is_regular_file(dir / "config.yml");
}

void write_folds(const CrossvalPlan& plan, const CrossvalFolder& folder) {
  for (const Fold& fold : plan.folds) {
    make_folder(folder.fold(fold));
    for (const auto& [name, text] : lists_of(fold)) write_file_atomically(folder.fold(fold) / name, text);
    write_file_atomically(folder.fold(fold) / "config.yml", folder.config_yaml(fold));
  }
}

void check_crossval_target(const std::filesystem::path& dir) {
  std::error_code ignored;
  if (is_crossval(dir) || !std::filesystem::exists(dir, ignored)) return;
  if (std::filesystem::is_directory(dir, ignored) && std::filesystem::is_empty(dir, ignored)) return;
  throw InputError({.what = "the folder exists already, and holds something else than a cross-validation",
                    .file = dir.string(),
                    .hint = "Choose another: --out."});
}

void check_same_plan(const CrossvalPlan& plan, const RunInputs& inputs, const CrossvalFolder& folder) {
  const std::filesystem::path config = folder.dir() / "config.yml";
  require_same(decisive_yaml(load_stored_config(config)), decisive_yaml(plan.config), config, "settings");
  require_same(read_file(folder.folds()), folds_csv(plan), folder.folds(), "folds");
  require_same(read_file(folder.periods()), periods_csv(plan), folder.periods(), "periods");
  for (const Fold& fold : plan.folds) {
    for (const auto& [name, text] : lists_of(fold))
      require_same(read_file(folder.fold(fold) / name), text, folder.fold(fold) / name, "basins of a fold");
    const std::filesystem::path own = folder.fold(fold) / "config.yml";
    require_same(decisive_yaml(load_stored_config(own)), decisive_yaml(fold.config), own, "settings of a fold");
  }
  check_same_data(RunFolder::open(folder.dir()).environment(), inputs);
}

void make_crossval_folder(const CrossvalPlan& plan, const RunInputs& inputs, const std::filesystem::path& dir) {
  const CrossvalFolder target(dir);
  check_crossval_target(target.dir());
  if (!is_crossval(target.dir())) {
    const StagedFolder staged(target.dir().parent_path(), "." + target.dir().filename().string());
    const CrossvalFolder folder(staged.dir());
    make_folder(staged.dir() / "state");
    write_folds(plan, folder);
    write_file_atomically(folder.folds(), folds_csv(plan));
    write_file_atomically(folder.periods(), periods_csv(plan));
    write_file_atomically(staged.dir() / "environment.json", environment_json(plan.config, inputs));
    write_file_atomically(staged.dir() / "config.yml", standing_alone(plan, staged.dir()));
    std::error_code error;
    std::filesystem::rename(staged.dir(), target.dir(), error);
    if (!error) return;
    if (!is_crossval(target.dir()))
      throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = target.dir().string()});
  }
  check_same_plan(plan, inputs, target);
}

void write_failure(const std::filesystem::path& file, const std::vector<Problem>& problems, ExitCode code) {
  nlohmann::ordered_json json = {{"time", seconds_since_1970()}, {"exit_code", static_cast<int>(code)}};
  json["problems"] = nlohmann::ordered_json::array();
  for (const Problem& problem : problems) json["problems"].push_back(to_string(problem));
  write_file_atomically(file, json.dump(1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
}

std::optional<FoldFailure> read_failure(const std::filesystem::path& file, double since) {
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const auto json = nlohmann::json::parse(read_file(file));
    if (json.at("time").get<double>() < since) return std::nullopt;
    FoldFailure failure{.problems = {}, .code = static_cast<ExitCode>(json.at("exit_code").get<int>())};
    for (const auto& written : json.at("problems")) {
      std::string text = written.get<std::string>();
      if (text.ends_with('.')) text.pop_back();  // it gets one again
      failure.problems.push_back(Problem{.what = std::move(text)});
    }
    return failure;
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // damaged: the fold is tried again
  }
}

}  // namespace freshet
