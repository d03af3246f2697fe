#include "freshet/training/checkpoint.hpp"

#include <bit>
#include <cmath>

#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

// Doubles as their 64 bits: the file gives back exactly what was stored, NaN included, which JSON numbers cannot.
std::int64_t bits(double value) {
  return std::bit_cast<std::int64_t>(value);
}
double from_bits(const nlohmann::json& json) {
  return std::bit_cast<double>(json.get<std::int64_t>());
}

nlohmann::json to_json(const TrainingProgress& p) {
  nlohmann::json history = nlohmann::json::array();
  for (const EpochResult& e : p.history) {
    history.push_back({e.epoch, bits(e.loss), bits(e.validation), bits(e.learning_rate), bits(e.seconds)});
  }
  return {{"epoch", p.epoch},
          {"step", p.step},
          {"global_step", p.global_step},
          {"loss_sum", bits(p.loss_sum)},
          {"loss_days", p.loss_days},
          {"gradient_norm_sum", bits(p.gradient_norm_sum)},
          {"best_score", bits(p.best_score)},
          {"best_epoch", p.best_epoch},
          {"validations_without_gain", p.validations_without_gain},
          {"plateau_factor", bits(p.plateau_factor)},
          {"plateau_best", bits(p.plateau_best)},
          {"plateau_epochs_without_gain", p.plateau_epochs_without_gain},
          {"finished", p.finished},
          {"history", history}};
}

TrainingProgress progress_of(const nlohmann::json& json) {
  TrainingProgress p{.epoch = json.at("epoch"),
                     .step = json.at("step"),
                     .global_step = json.at("global_step"),
                     .loss_sum = from_bits(json.at("loss_sum")),
                     .loss_days = json.at("loss_days"),
                     .gradient_norm_sum = from_bits(json.at("gradient_norm_sum")),
                     .best_score = from_bits(json.at("best_score")),
                     .best_epoch = json.at("best_epoch"),
                     .validations_without_gain = json.at("validations_without_gain"),
                     .plateau_factor = from_bits(json.at("plateau_factor")),
                     .plateau_best = from_bits(json.at("plateau_best")),
                     .plateau_epochs_without_gain = json.at("plateau_epochs_without_gain"),
                     .finished = json.at("finished"),
                     .history = {}};
  for (const auto& e : json.at("history")) {
    p.history.push_back({.epoch = e.at(0),
                         .loss = from_bits(e.at(1)),
                         .validation = from_bits(e.at(2)),
                         .learning_rate = from_bits(e.at(3)),
                         .seconds = from_bits(e.at(4))});
  }
  return p;
}

}  // namespace

void write_checkpoint(const std::filesystem::path& path, Checkpoint checkpoint) {
  checkpoint.tensors.metadata["freshet.format"] = "checkpoint-1";
  checkpoint.tensors.metadata["freshet.progress"] = to_json(checkpoint.progress).dump();
  checkpoint.tensors.metadata["freshet.notes"] = nlohmann::json(checkpoint.notes).dump();
  write_tensor_file(path, checkpoint.tensors);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  Checkpoint checkpoint{.progress = {}, .tensors = read_tensor_file(path), .notes = {}};
  const auto& metadata = checkpoint.tensors.metadata;
  if (!metadata.contains("freshet.format") || metadata.at("freshet.format") != "checkpoint-1" ||
      !metadata.contains("freshet.progress")) {
    throw InputError({.what = "not a Freshet checkpoint", .file = path.string()});
  }
  try {
    checkpoint.progress = progress_of(nlohmann::json::parse(metadata.at("freshet.progress")));
    checkpoint.notes = nlohmann::json::parse(metadata.at("freshet.notes")).get<std::map<std::string, std::string>>();
  } catch (const std::exception& error) {
    throw InputError({.what = std::string("the checkpoint is damaged: ") + error.what(), .file = path.string()});
  }
  return checkpoint;
}

}  // namespace freshet
