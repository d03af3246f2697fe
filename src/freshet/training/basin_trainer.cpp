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

// Rows that a group of basins has at most, unless one basin alone has more: lanes of one block of the process kernels.
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
    of_set(data.basins[static_cast<std::size_t>(window.basin)].set).windows.push_back(window);
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
  RngStream rng(mix_seed(settings_.seed, data_.basins[basin.data].id), RngUse::kShuffle,
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
    const auto own = static_cast<std::int64_t>(of_set(set).windows.size());
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

/// The samples of one step: neighbouring rows are of one basin.
struct BasinTrainer::StepRows {
  std::vector<Window> windows;
  std::vector<std::int64_t> places;  ///< [row] of the basin in the group
  std::vector<std::int64_t> ends;    ///< [basin of the group] where its rows end; they begin where those before it end

  std::int64_t first(std::size_t g) const { return g == 0 ? 0 : ends[g - 1]; }
  std::span<const Window> windows_of(std::size_t g) const {
    return std::span(windows).subspan(static_cast<std::size_t>(first(g)), static_cast<std::size_t>(ends[g] - first(g)));
  }
};

BasinTrainer::StepRows BasinTrainer::rows_of_step(const std::vector<std::int64_t>& sets, std::int64_t step) const {
  StepRows rows;
  for (std::size_t g = 0; g < sets.size(); ++g) {
    const Basin& basin = of_set(sets[g]);
    if (step < basin.steps && !basin.failed) {
      const std::vector<Window> own = batch_of(basin, step);
      rows.windows.insert(rows.windows.end(), own.begin(), own.end());
      rows.places.insert(rows.places.end(), own.size(), static_cast<std::int64_t>(g));
    }
    rows.ends.push_back(std::ssize(rows.windows));
  }
  return rows;
}

/// The model's losses of a step, added up: each basin's depends on its own weights alone, so the gradient of the sum is theirs.
/// @param weights  [basin of the group, ...]
/// @param counted  [basin of the group], set where a basin has a loss in the sum
/// @return undefined if no basin has a loss
torch::Tensor BasinTrainer::step_loss(const std::vector<std::int64_t>& sets, const StepRows& rows, const GroupWeights& weights,
                                      std::vector<bool>& counted) {
  const LossKind& kind = find_loss(settings_.options.loss);
  Batch batch = gather(data_, rows.windows, settings_.windows);
  const RowGroups groups = group_rows(rows.places);  // those basins that still have a batch in this step
  std::vector<std::int64_t> present;
  for (const RowGroup& group : groups.groups) present.push_back(rows.places[static_cast<std::size_t>(group.first)]);
  const torch::Tensor index = torch::tensor(present, torch::kInt64);
  GroupWeights used;
  for (const torch::Tensor& all : weights) used.push_back(all.index_select(0, index));
  const ModelOutput output =
      model_.run_with(used, groups, model_input(batch, data_), model_.initial_state(batch.rows), batch.targets_per_row);
  const LossInput all = loss_input(batch, data_, output.prediction);
  torch::Tensor total;
  for (std::size_t g = 0; g < sets.size(); ++g) {
    const std::int64_t first = rows.first(g), end = rows.ends[g];
    if (first == end) continue;
    const torch::Tensor own = mean_loss(all.rows(first, end), kind);
    if (!own.defined()) continue;
    Basin& basin = of_set(sets[g]);
    const auto samples = static_cast<double>(end - first);
    basin.loss += own.item<double>() * samples;
    basin.weight += samples;
    if (!std::isfinite(basin.loss)) {
      fail(basin, output.prediction.slice(1, first, end).detach(), rows.windows_of(g));
      continue;
    }
    counted[g] = true;
    total = total.defined() ? total + own : own;
  }
  return total;
}

/// All steps of the epoch for some basins.
void BasinTrainer::train_group(const std::vector<std::int64_t>& sets) {
  const SingleThreadScope one_thread;
  BasinAdam::Part moments = adam_.take(sets);
  GroupWeights weights;
  for (const torch::Tensor& all : model_.weights()) weights.push_back(all.detach().index_select(0, moments.index));
  std::int64_t steps = 0;
  std::vector<double> rates;
  for (const std::int64_t set : sets) {
    Basin& basin = of_set(set);
    steps = std::max(steps, basin.steps);
    rates.push_back(learning_rate() * basin.rate_factor);
    basin.loss = basin.weight = basin.gradient_norm = 0;
  }
  for (std::int64_t step = 0; step < steps; ++step) {
    const StepRows rows = rows_of_step(sets, step);
    if (rows.windows.empty()) break;
    GroupWeights leaves;
    for (const torch::Tensor& weight : weights) leaves.push_back(weight.detach().requires_grad_());
    std::vector<bool> counted(sets.size(), false);
    const torch::Tensor loss = step_loss(sets, rows, leaves, counted);
    if (!loss.defined()) continue;
    const GroupWeights gradients = torch::autograd::grad({loss}, leaves);
    const torch::NoGradGuard no_grad;
    const std::vector<double> norms = adam_.step(moments, weights, gradients, rates, counted);
    for (std::size_t g = 0; g < sets.size(); ++g) {
      Basin& basin = of_set(sets[g]);
      basin.gradient_norm += norms[g] / static_cast<double>(basin.steps);
      if (counted[g] && !std::isfinite(norms[g])) {
        basin.failed = true;
        basin.failure = fmt::format("the gradient is not finite in epoch {}", progress_.epoch);
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
    Basin& basin = of_set(set);
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
