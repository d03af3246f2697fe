#include <bit>
#include <cmath>

#include <nlohmann/json.hpp>

#include "freshet/models/weights.hpp"
#include "freshet/training/basin_trainer.hpp"

namespace freshet {
namespace {

constexpr const char* kBasins = "basins";

void load(const TensorFile& file, const std::string& name, torch::Tensor to, const std::string& source) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.shape != to.sizes().vec())
    throw InputError({.what = "the checkpoint does not fit the model", .file = source, .variable = name});
  to.copy_(to_tensor(found->second));
}

/// As 64 bits, which JSON numbers cannot hold for all values.
std::int64_t bits(double value) {
  return std::bit_cast<std::int64_t>(value);
}
double number(const nlohmann::json& json) {
  return std::bit_cast<double>(json.get<std::int64_t>());
}

}  // namespace

void BasinTrainer::save_last() {
  Checkpoint checkpoint{
      .progress = progress_, .tensors = {}, .notes = settings_.notes ? settings_.notes() : std::map<std::string, std::string>{}};
  store_weights(model_, "model.", checkpoint.tensors);
  for (std::size_t i = 0; i < best_.size(); ++i) checkpoint.tensors.tensors[fmt::format("best.{}", i)] = to_raw(best_[i]);
  adam_.store(checkpoint.tensors);
  nlohmann::json basins = nlohmann::json::array();
  for (const Basin& basin : basins_) {
    basins.push_back({bits(basin.best), basin.best_epoch, basin.without_gain, bits(basin.plateau_best), bits(basin.rate_factor),
                      basin.plateau_without_gain, basin.ended, basin.failed, basin.failure, basin.failed_on, bits(basin.loss),
                      bits(basin.weight), bits(basin.gradient_norm)});
  }
  checkpoint.notes[kBasins] = basins.dump();
  const auto path = last_checkpoint(settings_.checkpoint_dir);
  write_checkpoint(path, std::move(checkpoint));
  observer_.on(CheckpointWritten{path.string(), progress_.epoch, 0});
  saved_ = std::chrono::steady_clock::now();
}

void BasinTrainer::restore(const Checkpoint& checkpoint, const std::string& source) {
  const torch::NoGradGuard no_grad;
  load_weights(model_, "model.", checkpoint.tensors, source);
  for (std::size_t i = 0; i < best_.size(); ++i) load(checkpoint.tensors, fmt::format("best.{}", i), best_[i], source);
  adam_.load(checkpoint.tensors, source);
  try {
    const nlohmann::json basins = nlohmann::json::parse(checkpoint.notes.at(kBasins));
    for (std::size_t s = 0; s < basins_.size(); ++s) {
      const nlohmann::json& own = basins.at(s);
      Basin& basin = basins_[s];
      basin.best = number(own.at(0));
      basin.best_epoch = own.at(1);
      basin.without_gain = own.at(2);
      basin.plateau_best = number(own.at(3));
      basin.rate_factor = number(own.at(4));
      basin.plateau_without_gain = own.at(5);
      basin.ended = own.at(6);
      basin.failed = own.at(7);
      basin.failure = own.at(8);
      basin.failed_on = own.at(9);
      basin.loss = number(own.at(10));
      basin.weight = number(own.at(11));
      basin.gradient_norm = number(own.at(12));
    }
  } catch (const std::exception& error) {
    throw InputError({.what = std::string("the checkpoint is damaged: ") + error.what(), .file = source});
  }
  progress_ = checkpoint.progress;
}

void BasinTrainer::save_weights() {
  TensorFile file;
  store_weights(model_, "", file);
  file.metadata["freshet.format"] = "weights-1";
  file.metadata["freshet.epoch"] = std::to_string(progress_.epoch - 1);
  write_tensor_file(model_weights(settings_.checkpoint_dir), file);
}

void BasinTrainer::report_failures() const {
  std::vector<Problem> problems;
  for (const Basin& basin : basins_) {
    if (!basin.failed) continue;
    const bool kept = std::isfinite(basin.best);
    problems.push_back({.what = basin.windows.empty() ? "no training sample is left of this basin" : basin.failure,
                        .basin = data_.basins[basin.data].id,
                        .date = basin.failed_on,
                        .hint = basin.windows.empty() ? "`freshet data check` shows its record and gaps."
                                : kept ? fmt::format("Its weights of epoch {} are kept; the other basins are trained. A lower "
                                                     "`learning_rate` or `clip_gradient_norm` may help.",
                                                     basin.best_epoch)
                                       : "It has no model; the other basins are trained. Look for extreme values with `freshet "
                                         "data check`."});
  }
  throw InputError(std::move(problems));
}

}  // namespace freshet
