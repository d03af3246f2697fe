#include "freshet/workflow/run_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <set>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <unistd.h>

#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

void make_folder(const std::filesystem::path& dir) {
  std::error_code error;
  std::filesystem::create_directories(dir, error);
  if (error) throw EnvironmentError({.what = "cannot make the folder: " + error.message(), .file = dir.string()});
}

/// True for an empty folder, and for one that holds nothing but the beginnings of a run without any checkpoint.
bool may_be_used(const std::filesystem::path& dir) {
  if (!std::filesystem::is_directory(dir)) return false;
  const std::set<std::string> beginnings = {"config.yml",  "scaler.json",      "environment.json",      "events.jsonl",
                                            "checkpoints", "train_basins.txt", "validation_basins.txt", "test_basins.txt",
                                            "basins.txt"};
  for (const auto& entry : std::filesystem::directory_iterator(dir)) {
    if (!beginnings.contains(entry.path().filename().string())) return false;
  }
  if (!std::filesystem::is_directory(dir / "checkpoints")) return true;
  const std::filesystem::directory_iterator files(dir / "checkpoints");
  return std::ranges::none_of(
      files, [](const auto& file) { return file.path().extension() == ".safetensors" || file.path().extension() == ".cbor"; });
}

}  // namespace

std::string results_tag(Split split) {
  return split == Split::kTest ? "" : "_" + to_string(split);
}

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

RunFolder RunFolder::open(const std::filesystem::path& dir) {
  if (!std::filesystem::is_regular_file(dir / "config.yml")) {
    throw InputError(
        {.what = "not a run folder", .file = dir.string(), .expected = "a folder with config.yml, as `freshet train` makes it"});
  }
  return RunFolder(std::filesystem::absolute(dir).lexically_normal());
}

RunFolder RunFolder::open_for_training(const std::filesystem::path& dir) {
  RunFolder folder = open(dir);
  folder.lock();
  for (const auto& part : {folder.dir_, folder.checkpoints(), folder.dir_ / "parameters"}) remove_unfinished_files(part);
  return folder;
}

void RunFolder::lock() {
  const int fd = ::open(dir_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0)
    throw EnvironmentError({.what = fmt::format("cannot open the folder: {}", std::strerror(errno)), .file = dir_.string()});
  lock_ = std::shared_ptr<const void>(nullptr, [fd](const void*) { ::close(fd); });
  // File systems without locks are no reason not to train.
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw InputError(
        {.what = "another process is training in this run folder", .file = dir_.string(), .hint = "Wait until it ends."});
  }
}

std::filesystem::path RunFolder::planned(const ExperimentOptions& options, const std::filesystem::path& dir) {
  if (!dir.empty()) return dir;
  return options.run_dir / fmt::format("{}_{:%Y%m%d_%H%M%S}", options.experiment_name, fmt::gmtime(std::time(nullptr)));
}

void RunFolder::check_free(const std::filesystem::path& dir) {
  std::error_code ignored;
  if (!std::filesystem::exists(dir, ignored) || may_be_used(dir)) return;
  throw InputError({.what = "the run folder exists already and is not empty",
                    .file = dir.string(),
                    .hint = "Choose another, or go on with the run in it: `freshet resume`."});
}

RunFolder RunFolder::create(const RunConfig& config, const std::filesystem::path& dir) {
  const std::filesystem::path target = planned(config.experiment, dir);
  RunFolder folder = create(target, to_yaml(config));
  write_file_atomically(folder.config(), to_yaml(with_own_basin_lists(config, folder.dir())));
  return folder;
}

RunFolder RunFolder::create(const std::filesystem::path& target, const std::string& config_yaml) {
  check_free(target);
  RunFolder folder(std::filesystem::absolute(target).lexically_normal());
  make_folder(folder.checkpoints());
  folder.lock();
  remove_unfinished_files(folder.checkpoints());
  write_file_atomically(folder.config(), config_yaml);
  return folder;
}

RunConfig RunFolder::load_config(const std::vector<std::string>& overrides) const {
  return load_run_config(config(), overrides);
}

Scaler RunFolder::load_scaler() const {
  Scaler loaded = Scaler::from_json(read_file(scaler()), scaler().string());
  const DataOptions data = load_stored_config(config()).data;
  const auto check = [this](const auto& map, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (!map.contains(name))
        throw InputError(
            {.what = "the scaler file is damaged: it lacks a variable of the run", .file = scaler().string(), .variable = name});
    }
  };
  check(loaded.inputs, data.dynamic_inputs);
  check(loaded.targets, data.target_variables);
  check(loaded.attributes, data.static_attributes);
  return loaded;
}

}  // namespace freshet
