#include "freshet/training/basin_trainer.hpp"

#include <algorithm>
#include <cmath>

#include "freshet/core/parallel.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/data/batch.hpp"
#include "freshet/metrics/summary.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/training/losses/registry.hpp"
#include "freshet/training/sharded_step.hpp"

namespace freshet {
namespace {

using Clock = std::chrono::steady_clock;

// Rows that a group of basins has at least, where its basins are many enough: lanes of one block of the process kernels.
constexpr std::int64_t kGroupRows = 64;
constexpr std::chrono::seconds kSaveEvery{15};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// The loss of one basin's rows as one number: the mean over what counts. Undefined if nothing does.
torch::Tensor mean_loss(const LossInput& input, const LossKind& kind) {
  const LossTerm term = kind.term(input);
  if (term.count <= 0) return {};
  const torch::Tensor mean = term.sum / term.count;
  return kind.root ? mean.sqrt() : mean;
}

std::uint64_t number_of(const std::string& basin) {
  std::uint64_t hash = 1469598103934665603ULL;  // FNV-1a
  for (const char c : basin) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

BasinTrainer::BasinTrainer(BasinModels& model, const PreparedData& data, const Validator* validator, TrainingSettings settings,
                           Observer& observer, const std::atomic<bool>& stop)
    : model_(model),
      data_(data),
      validator_(validator),
      settings_(std::move(settings)),
      observer_(observer),
      stop_(stop),
      adam_(model.weights(), {.weight_decay = settings_.options.weight_decay,
                              .decoupled_decay = settings_.options.optimizer == "AdamW",
                              .clip_norm = settings_.options.clip_gradient_norm}),
      basins_(data.basins.size()),
      saved_(Clock::now()) {
  for (std::size_t b = 0; b < data.basins.size(); ++b) basins_.at(static_cast<std::size_t>(data.basins[b].set)).data = b;
  for (const Window& window : WindowPlanner(data, settings_.periods, settings_.windows).plan().windows)
    basins_[static_cast<std::size_t>(data.basins[static_cast<std::size_t>(window.basin)].set)].windows.push_back(window);
  for (Basin& basin : basins_) {
    basin.steps = steps_per_epoch(settings_.options, static_cast<std::int64_t>(basin.windows.size()));
    basin.ended = basin.failed = basin.windows.empty();
  }
  for (const torch::Tensor& weight : model.weights()) best_.push_back(torch::full_like(weight.detach(), std::nanf("")));
}

std::int64_t BasinTrainer::steps_in(const WindowPlan&) const {
  std::int64_t most = 0;
  for (const Basin& basin : basins_) most = std::max(most, basin.steps);
  return most;
}

double BasinTrainer::learning_rate() const {
  const double done = static_cast<double>(progress_.epoch - 1) / static_cast<double>(settings_.options.epochs);
  return scheduled_learning_rate(settings_.options, progress_.epoch, done);
}

std::vector<Window> BasinTrainer::batch_of(const Basin& basin, std::int64_t step) const {
  if (basin.steps <= 1) return basin.windows;
  std::vector<Window> shuffled = basin.windows;
  RngStream rng(mix_seed(settings_.seed, number_of(data_.basins[basin.data].id)), RngUse::kShuffle,
                static_cast<std::uint64_t>(progress_.epoch));
  for (std::size_t i = shuffled.size(); i > 1; --i) std::swap(shuffled[i - 1], shuffled[rng.below(i)]);
  const auto size = static_cast<std::size_t>(settings_.options.batch_size), first = static_cast<std::size_t>(step) * size;
  return {shuffled.begin() + static_cast<std::ptrdiff_t>(first),
          shuffled.begin() + static_cast<std::ptrdiff_t>(std::min(shuffled.size(), first + size))};
}

std::vector<std::vector<std::int64_t>> BasinTrainer::grouped(const std::vector<std::int64_t>& sets) const {
  std::vector<std::vector<std::int64_t>> groups;
  std::int64_t rows = kGroupRows;
  for (const std::int64_t set : sets) {
    const auto own = static_cast<std::int64_t>(basins_[static_cast<std::size_t>(set)].windows.size());
    if (rows + std::min(own, settings_.options.batch_size) > kGroupRows) {
      groups.emplace_back();
      rows = 0;
    }
    groups.back().push_back(set);
    rows += std::min(own, settings_.options.batch_size);
  }
  return groups;
}

/// @param prediction  [N, row, target] of the basin's own windows
void BasinTrainer::fail(Basin& basin, const torch::Tensor& prediction, std::span<const Window> windows) const {
  basin.failed = true;
  basin.failure = fmt::format("the loss is not finite in epoch {}", progress_.epoch);
  const torch::Tensor wrong = torch::isfinite(prediction).logical_not();
  for (std::size_t row = 0; row < windows.size(); ++row) {
    const torch::Tensor days = wrong.select(1, static_cast<std::int64_t>(row)).any(1).slice(0, 0, windows[row].count).nonzero();
    if (days.size(0) == 0) continue;
    basin.failed_on = to_string(data_.basins[basin.data].axis.at(windows[row].first + days[0][0].item<std::int64_t>()));
    return;
  }
}

/// All steps of the epoch for some basins.
void BasinTrainer::train_group(const std::vector<std::int64_t>& sets) {
  const SingleThreadScope one_thread;
  const LossKind& loss = find_loss(settings_.options.loss);
  const auto of = [&](std::size_t g) -> Basin& { return basins_[static_cast<std::size_t>(sets[g])]; };
  BasinAdam::Part moments = adam_.take(sets);
  GroupWeights weights;
  for (const torch::Tensor& all : model_.weights()) weights.push_back(all.detach().index_select(0, moments.index));
  std::int64_t steps = 0;
  for (std::size_t g = 0; g < sets.size(); ++g) {
    steps = std::max(steps, of(g).steps);
    of(g).loss = of(g).weight = of(g).gradient_norm = 0;
  }
  const double rate = learning_rate();
  for (std::int64_t step = 0; step < steps; ++step) {
    std::vector<Window> windows;
    std::vector<std::int64_t> numbers, ends;
    for (std::size_t g = 0; g < sets.size(); ++g) {
      if (step < of(g).steps && !of(g).failed) {
        const std::vector<Window> own = batch_of(of(g), step);
        windows.insert(windows.end(), own.begin(), own.end());
        numbers.insert(numbers.end(), own.size(), static_cast<std::int64_t>(g));
      }
      ends.push_back(std::ssize(windows));
    }
    if (windows.empty()) break;
    Batch batch = gather(data_, windows, settings_.windows);
    GroupWeights leaves;
    for (const torch::Tensor& weight : weights) leaves.push_back(weight.detach().requires_grad_());
    // Groups of rows are those basins that still have a batch in this step.
    RowGroups rows = group_rows(numbers);
    std::vector<std::int64_t> present;
    for (const RowGroup& group : rows.groups) present.push_back(numbers[static_cast<std::size_t>(group.first)]);
    GroupWeights used;
    const torch::Tensor index = torch::tensor(present, torch::kInt64);
    for (const torch::Tensor& leaf : leaves) used.push_back(leaf.index_select(0, index));
    const ModelOutput output =
        model_.run_with(used, rows, model_input(batch, data_), model_.initial_state(batch.rows), batch.targets_per_row);
    const LossInput all = loss_input(batch, data_, output.prediction);
    torch::Tensor total;
    std::vector<bool> active(sets.size(), false);
    std::vector<double> rates(sets.size(), 0);
    for (std::size_t g = 0; g < sets.size(); ++g) {
      const std::int64_t first = g == 0 ? 0 : ends[g - 1];
      if (first == ends[g]) continue;
      const torch::Tensor own = mean_loss(all.rows(first, ends[g]), loss);
      if (!own.defined()) continue;
      const auto days = static_cast<double>(ends[g] - first);
      of(g).loss += own.item<double>() * days;
      of(g).weight += days;
      if (!std::isfinite(of(g).loss)) {
        fail(of(g), output.prediction.slice(1, first, ends[g]).detach(),
             std::span(windows).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(ends[g] - first)));
        continue;
      }
      active[g] = true;
      rates[g] = rate * of(g).rate_factor;
      total = total.defined() ? total + own : own;
    }
    if (!total.defined()) continue;
    const GroupWeights gradients = torch::autograd::grad({total}, leaves);
    const torch::NoGradGuard no_grad;
    const std::vector<double> norms = adam_.step(moments, weights, gradients, rates, active);
    for (std::size_t g = 0; g < sets.size(); ++g) {
      of(g).gradient_norm += norms[g] / static_cast<double>(of(g).steps);
      if (active[g] && !std::isfinite(norms[g])) {
        of(g).failed = true;
        of(g).failure = fmt::format("the gradient is not finite in epoch {}", progress_.epoch);
      }
    }
    model_.constrain(weights);
  }
  const torch::NoGradGuard no_grad;
  adam_.put_back(moments);
  for (std::size_t i = 0; i < weights.size(); ++i) model_.weights()[i].detach().index_copy_(0, moments.index, weights[i]);
}

void BasinTrainer::run_epoch() {
  const auto start = Clock::now();
  std::vector<std::int64_t> sets;
  for (std::size_t s = 0; s < basins_.size(); ++s) {
    if (!basins_[s].ended) sets.push_back(static_cast<std::int64_t>(s));
  }
  const auto groups = grouped(sets);
  parallel_for(groups.size(), settings_.threads, [&](std::size_t g) { train_group(groups[g]); });
  finish_epoch(sets, seconds_since(start));
}

std::vector<double> BasinTrainer::validation_scores() {
  std::vector<double> by_set(basins_.size(), std::nan(""));
  const std::vector<double> scores = validator_->scores(model_);
  for (std::size_t b = 0; b < scores.size(); ++b) by_set[static_cast<std::size_t>(validator_->data().basins[b].set)] = scores[b];
  return by_set;
}

void BasinTrainer::judge(Basin& basin, std::int64_t set, double value) {
  const TrainingOptions& options = settings_.options;
  const auto gains = [&](double best) { return std::isnan(best) || value < best - options.minimum_improvement; };
  if (!std::isfinite(value)) {
    basin.failed = basin.failed || validator_ == nullptr;
    ++basin.without_gain;
  } else if (gains(basin.best)) {
    basin.best = value;
    basin.best_epoch = progress_.epoch;
    basin.without_gain = 0;
    for (std::size_t i = 0; i < best_.size(); ++i) best_[i][set].copy_(model_.weights()[i].detach()[set]);
  } else {
    ++basin.without_gain;
  }
  if (options.learning_rate_schedule == "plateau") {
    if (gains(basin.plateau_best)) {
      basin.plateau_best = value;
      basin.plateau_without_gain = 0;
    } else if (++basin.plateau_without_gain >= options.patience_dynamic_learning_rate) {
      basin.rate_factor =
          std::max(options.final_learning_rate_fraction, basin.rate_factor * options.factor_dynamic_learning_rate);
      basin.plateau_without_gain = 0;
    }
  }
  if (options.early_stopping && basin.without_gain >= options.patience_early_stopping &&
      progress_.epoch >= options.minimum_epochs_before_early_stopping)
    basin.ended = true;
}

void BasinTrainer::finish_epoch(const std::vector<std::int64_t>& sets, double seconds) {
  const torch::NoGradGuard no_grad;
  double loss = 0, counted = 0, norm = 0;
  std::int64_t days = 0;
  const bool validated = validator_ != nullptr && progress_.epoch % settings_.options.validate_every.value_or(1) == 0;
  const std::vector<double> scores = validated ? validation_scores() : std::vector<double>();
  const double sign = validated && validator_->is_better(1, 0) ? -1 : 1;
  for (const Basin& basin : basins_) {  // of those whose training has ended, the last
    if (basin.failed || basin.weight == 0) continue;
    loss += basin.loss / basin.weight;
    norm += basin.gradient_norm;
    counted += 1;
  }
  for (const std::int64_t set : sets) {
    Basin& basin = basins_[static_cast<std::size_t>(set)];
    for (const Window& window : basin.windows) days += window.count;
    if (!basin.failed && (validated || validator_ == nullptr))
      judge(basin, set, validated ? sign * scores[static_cast<std::size_t>(set)] : basin.loss / basin.weight);
    if (basin.failed) basin.ended = true;
  }
  const double mean = counted > 0 ? loss / counted : std::nan("");
  observer_.on(StepFinished{progress_.epoch, 1, mean, days, seconds});
  observer_.on(EpochFinished{progress_.epoch, mean, learning_rate(), seconds, seconds, days, counted > 0 ? norm / counted : 0});
  EpochResult result{
      .epoch = static_cast<int>(progress_.epoch), .loss = mean, .learning_rate = learning_rate(), .seconds = seconds};
  if (validated) {
    result.validation = median_valid(scores);
    const bool best = validator_->is_better(result.validation, progress_.best_score);
    if (best) progress_.best_score = result.validation;
    observer_.on(ValidationFinished{progress_.epoch, validator_->metric(), result.validation, validator_->basins(), best});
  }
  progress_.history.push_back(result);
  const bool all_ended = std::ranges::all_of(basins_, [](const Basin& basin) { return basin.ended; });
  progress_.finished = all_ended || progress_.epoch >= settings_.options.epochs;
  ++progress_.epoch;
  ++progress_.global_step;
}

std::string BasinTrainer::run() {
  if (progress_.epoch == 1) save_last();  // so that a run killed in its first epoch can go on
  while (!progress_.finished) {
    if (stop_) {
      save_last();
      throw Interrupted("training was stopped and a checkpoint written",
                        fmt::format("Go on with `freshet resume {}`.", settings_.checkpoint_dir.parent_path().string()));
    }
    run_epoch();
    if (Clock::now() - saved_ > kSaveEvery) save_last();
  }
  use_best_weights();
  save_weights();
  save_last();
  const bool early = std::ranges::all_of(basins_, [](const Basin& basin) { return basin.ended; });
  if (std::ranges::any_of(basins_, [](const Basin& basin) { return basin.failed; })) report_failures();
  return early ? "early stopping" : "finished";
}

void BasinTrainer::use_best_weights() {
  const torch::NoGradGuard no_grad;
  for (std::size_t s = 0; s < basins_.size(); ++s) {
    if (!keeps_best() && !basins_[s].failed) continue;
    for (std::size_t i = 0; i < best_.size(); ++i)
      model_.weights()[i].detach()[static_cast<std::int64_t>(s)].copy_(best_[i][static_cast<std::int64_t>(s)]);
  }
}

}  // namespace freshet
