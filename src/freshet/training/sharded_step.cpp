#include "freshet/training/sharded_step.hpp"

#include <chrono>
#include <cmath>
#include <set>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/training/losses/losses.hpp"
#include "freshet/training/losses/registry.hpp"

namespace freshet {

torch::Tensor view_of(std::vector<float>& values, std::vector<std::int64_t> shape) {
  return torch::from_blob(values.data(), shape, torch::kFloat32);
}

ModelInput model_input(Batch& batch, const PreparedData& data) {
  return {.dynamic = view_of(batch.inputs, {batch.steps, batch.rows, data.inputs}),
          .statics = view_of(batch.statics, {batch.rows, data.statics}),
          .forcing = view_of(batch.forcing, {batch.steps, batch.rows, data.forcings}),
          .sets = batch.sets};
}

LossInput loss_input(Batch& batch, const PreparedData& data, const torch::Tensor& prediction) {
  const auto of_rows = [&](std::vector<float>& values) { return view_of(values, {batch.rows, data.targets}); };
  return {.prediction = prediction,
          .target = view_of(batch.targets, {batch.targets_per_row, batch.rows, data.targets}),
          .target_mean = of_rows(batch.target_mean),
          .target_std = of_rows(batch.target_std),
          .center = of_rows(batch.target_center),
          .scale = of_rows(batch.target_scale)};
}

ShardedStep::ShardedStep(Model& model, const PreparedData& data, WindowOptions windows, Settings settings)
    : model_(model), data_(data), window_options_(windows), settings_(std::move(settings)), parameters_(trainable(model)) {}

void ShardedStep::add_target_noise(Batch& batch, std::int64_t first_row, std::int64_t step) const {
  if (settings_.target_noise_std <= 0) return;
  for (std::int64_t row = 0; row < batch.rows; ++row) {
    RngStream rng(settings_.seed, RngUse::kTargetNoise, static_cast<std::uint64_t>(step),
                  static_cast<std::uint32_t>(first_row + row));
    for (std::int64_t t = 0; t < batch.targets_per_row; ++t) {
      float* target = batch.targets.data() + (t * batch.rows + row) * data_.targets;
      for (std::int64_t k = 0; k < data_.targets; ++k) target[k] += static_cast<float>(settings_.target_noise_std * rng.normal());
    }
  }
}

ShardedStep::Shard ShardedStep::run_shard(std::span<const Window> windows, std::int64_t first_row, std::int64_t step) {
  const SingleThreadScope one_thread;
  Batch batch = gather(data_, windows, window_options_);
  add_target_noise(batch, first_row, step);
  const auto start = std::chrono::steady_clock::now();
  const DropoutKey dropout{.seed = settings_.seed, .step = step, .first_row = first_row};
  const ModelOutput output =
      model_.run(model_input(batch, data_), model_.initial_state(batch.rows), batch.targets_per_row, &dropout);
  const LossTerm term = find_loss(settings_.loss).term(loss_input(batch, data_, output.prediction));
  Shard shard{.gradients = torch::autograd::grad({term.sum}, parameters_, {}, std::nullopt, false, /*allow_unused=*/true),
              .sum = term.sum.item<double>(),
              .count = term.count,
              .observed = term.count > 0 ? batch.observed : 0};
  shard.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return shard;
}

StepResult ShardedStep::run(std::span<const Window> windows, std::int64_t step) {
  const auto rows = static_cast<std::int64_t>(windows.size());
  const std::int64_t shards = std::min(settings_.shards, rows);
  std::vector<Shard> parts(static_cast<std::size_t>(shards));
  parallel_for(parts.size(), settings_.threads, [&](std::size_t k) {
    const std::int64_t first = rows * static_cast<std::int64_t>(k) / shards;
    const std::int64_t end = rows * (static_cast<std::int64_t>(k) + 1) / shards;
    parts[k] = run_shard(windows.subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(end - first)), first, step);
  });

  StepResult result;
  double sum = 0, count = 0;
  for (const Shard& part : parts) {
    sum += part.sum;
    count += part.count;
    result.observed += part.observed;
    result.model_seconds = std::max(result.model_seconds, part.seconds);
  }
  const bool root = find_loss(settings_.loss).root;
  const double mean = count > 0 ? sum / count : 0;
  result.loss = root ? std::sqrt(mean) : mean;
  if (!std::isfinite(result.loss)) report_not_finite(windows, step);
  double factor = count > 0 ? 1.0 / count : 0.0;
  if (root && mean > 0) factor *= 0.5 / std::sqrt(mean);

  std::vector<torch::Tensor> of_penalty(parameters_.size());
  if (const torch::Tensor penalty = model_.penalty(); penalty.defined()) {
    const SingleThreadScope one_thread;
    of_penalty = torch::autograd::grad({penalty}, parameters_, {}, std::nullopt, false, /*allow_unused=*/true);
    result.loss += penalty.item<double>();
  }
  const torch::NoGradGuard no_grad;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    torch::Tensor total = torch::zeros_like(parameters_[p]);
    for (const Shard& part : parts) {
      if (part.gradients[p].defined()) total.add_(part.gradients[p]);
    }
    total.mul_(factor);
    if (of_penalty[p].defined()) total.add_(of_penalty[p]);
    parameters_[p].mutable_grad() = total;
  }
  return result;
}

void ShardedStep::report_not_finite(std::span<const Window> windows, std::int64_t step) const {
  const auto finite_weights = [this] {
    for (const torch::Tensor& p : parameters_) {
      if (!torch::isfinite(p).all().item<bool>()) return false;
    }
    return true;
  };
  std::set<std::string> basins;
  for (const Window& window : windows) basins.insert(data_.basins[static_cast<std::size_t>(window.basin)].id);
  throw InputError({.what = fmt::format("the loss is not finite in optimiser step {}", step + 1),
                    .basin = fmt::format("{}", fmt::join(basins, " ")),
                    .hint = finite_weights()
                                ? "Look for extreme values in these basins with `freshet data check`, or lower `learning_rate`."
                                : "The weights have diverged: lower `learning_rate` or set `clip_gradient_norm`."});
}

}  // namespace freshet
