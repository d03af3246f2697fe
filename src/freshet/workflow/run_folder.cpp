#include "freshet/workflow/run_folder.hpp"

#include <chrono>
#include <ctime>

#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

std::string time_stamp() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y%m%d_%H%M%S", &utc);
  return text;
}

/// Copies the basin lists into the folder and lets the configuration name the copies, so that the folder stands alone.
RunConfig with_own_basin_lists(RunConfig config, const std::filesystem::path& dir) {
  const auto adopt = [&dir](std::optional<std::filesystem::path>& file, const char* name) {
    if (!file) return;
    write_file_atomically(dir / name, read_file(*file));
    file = name;
  };
  adopt(config.data.train_basin_file, "train_basins.txt");
  adopt(config.data.validation_basin_file, "validation_basins.txt");
  adopt(config.data.test_basin_file, "test_basins.txt");
  return config;
}

void make_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = dir.string()});
}

}  // namespace

RunFolder RunFolder::open(const std::filesystem::path& dir) {
  if (!std::filesystem::is_regular_file(dir / "config.yml")) {
    throw InputError({.what = "not a run folder", .file = dir.string(), .expected = "a folder with config.yml, as `freshet train` makes it"});
  }
  return RunFolder(std::filesystem::absolute(dir).lexically_normal());
}

std::filesystem::path RunFolder::planned(const RunConfig& config, const std::filesystem::path& dir) {
  return dir.empty() ? config.experiment.run_dir / (config.experiment.experiment_name + "_" + time_stamp()) : dir;
}

RunFolder RunFolder::create(const RunConfig& config, const std::filesystem::path& dir) {
  const std::filesystem::path target = planned(config, dir);
  std::error_code ignored;
  if (std::filesystem::exists(target) && !(std::filesystem::is_directory(target) && std::filesystem::is_empty(target, ignored))) {
    throw InputError({.what = "the run folder exists already and is not empty", .file = target.string(),
                      .hint = "Choose another, or go on with the run in it: `freshet resume`."});
  }
  RunFolder folder(std::filesystem::absolute(target).lexically_normal());
  make_folder(folder.checkpoints());
  write_file_atomically(folder.config(), to_yaml(with_own_basin_lists(config, folder.dir())));
  return folder;
}

RunConfig RunFolder::load_config(const std::vector<std::string>& overrides) const { return load_run_config(config(), overrides); }

Scaler RunFolder::load_scaler() const { return Scaler::from_json(read_file(scaler()), scaler().string()); }

}  // namespace freshet
