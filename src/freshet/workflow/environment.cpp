#include "freshet/workflow/environment.hpp"

#include <sys/utsname.h>

#include <torch/version.h>
#include <nlohmann/json.hpp>

#include "freshet/core/parallel.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

nlohmann::json processor_features() {
  nlohmann::json features = nlohmann::json::array();
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) features.push_back("avx2");
  if (__builtin_cpu_supports("avx512f")) features.push_back("avx512f");
  if (__builtin_cpu_supports("avx512bf16")) features.push_back("avx512bf16");
#endif
  return features;
}

}  // namespace

std::string version() {
  return FRESHET_VERSION;
}

std::string environment_json(const RunConfig& config, std::uint64_t data_hash) {
  utsname system{};
  uname(&system);
  const nlohmann::ordered_json json = {{"freshet", version()},
                                       {"libtorch", TORCH_VERSION},
                                       {"compiler", __VERSION__},
                                       {"system", fmt::format("{} {}", system.sysname, system.machine)},
                                       {"processor_features", processor_features()},
                                       {"cores", available_threads()},
                                       {"threads", config.threads()},
                                       {"seed", config.experiment.seed},
                                       {"data_hash", fmt::format("{:016x}", data_hash)}};
  return json.dump(1) + "\n";
}

void check_same_data(const std::filesystem::path& file, std::uint64_t data_hash) {
  std::string recorded;
  try {
    recorded = nlohmann::json::parse(read_file(file)).at("data_hash").get<std::string>();
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = std::string("the file is damaged: ") + error.what(), .file = file.string()});
  }
  const std::string now = fmt::format("{:016x}", data_hash);
  if (recorded != now) {
    throw InputError({.what = "the data have changed since the run was started",
                      .file = file.string(),
                      .expected = "data hash " + recorded,
                      .got = now,
                      .hint = "Restore the data, or start a new run."});
  }
}

}  // namespace freshet
