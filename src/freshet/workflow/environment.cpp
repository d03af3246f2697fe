#include "freshet/workflow/environment.hpp"

#include <sys/utsname.h>

#include <fmt/ranges.h>
#include <torch/version.h>
#include <xxhash.h>
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

std::string hash_text(std::uint64_t hash) {
  return fmt::format("{:016x}", hash);
}

/// Of the basins' static attributes in the order in which the model gets them.
std::uint64_t attributes_hash(const RunInputs& inputs) {
  std::string seen;
  for (const auto& [basin, values] : inputs.attributes) seen += fmt::format("{} {}\n", basin, fmt::join(values, " "));
  return XXH3_64bits(seen.data(), seen.size());
}

nlohmann::ordered_json described(std::size_t threads, std::int64_t seed, std::uint64_t data_hash) {
  utsname system{};
  uname(&system);
  return {{"freshet", version()},
          {"libtorch", TORCH_VERSION},
          {"compiler", __VERSION__},
          {"system", fmt::format("{} {}", system.sysname, system.machine)},
          {"processor_features", processor_features()},
          {"cores", available_threads()},
          {"threads", threads},
          {"seed", seed},
          {"data_hash", hash_text(data_hash)}};
}

}  // namespace

std::string version() {
  return FRESHET_VERSION;
}

std::string environment_json(std::size_t threads, std::int64_t seed, std::uint64_t data_hash) {
  return described(threads, seed, data_hash).dump(1) + "\n";
}

std::string environment_json(const RunConfig& config, const RunInputs& inputs) {
  nlohmann::ordered_json json = described(config.threads(), config.experiment.seed, inputs.store->data_hash());
  json["attributes_hash"] = hash_text(attributes_hash(inputs));
  return json.dump(1) + "\n";
}

void check_same_data(const std::filesystem::path& file, const RunInputs& inputs) {
  const auto compare = [&file](const nlohmann::json& recorded, const char* key, const char* what, std::uint64_t hash) {
    const std::string then = recorded.at(key).get<std::string>(), now = hash_text(hash);
    if (then == now) return;
    throw InputError({.what = fmt::format("the {} have changed since the run was started", what),
                      .file = file.string(),
                      .expected = fmt::format("{} hash {}", what, then),
                      .got = now,
                      .hint = "Restore the data, or start a new run."});
  };
  try {
    const auto recorded = nlohmann::json::parse(read_file(file));
    compare(recorded, "data_hash", "data", inputs.store->data_hash());
    if (recorded.contains("attributes_hash"))  // not in runs of earlier versions
      compare(recorded, "attributes_hash", "static attributes", attributes_hash(inputs));
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = std::string("the file is damaged: ") + error.what(), .file = file.string()});
  }
}

}  // namespace freshet
