// Training the local models of many basins, one model for each: BasinTrainer, which trains them all side by side, against a plain
// LibTorch program that trains one basin after another with a loop over days. Made-up basins, samples of the published recipe
// (Jiang et al. 2020): 15 windows of 2190 days, 365 days apart, the last 1825 of each in the loss; all windows of a basin in one
// step of Adam.
//
//   local_models_torch_bench [basins] [rounds]
//
// The program of the peer has a basin's 15 windows side by side in each tensor, and is given every advantage that costs no more
// than a line: what does not change is prepared before training, forcing is unbound and parameters are spread over the windows
// before the loop, constants are folded, subnormal numbers are flushed to zero, one and two threads are tried. The physical model
// has two such loops:
//   plain     the model's own step, with tensors as its numbers
//   hoisted   what does not depend on the storages is computed for all days before the loop, the runoff for all days after it
// A basin's training depends on no other: the peer trains two, and its time for all is the fastest epoch times their number.
// Rounds of the two sides alternate; the fastest epoch of each counts, with all that is between it and the next.
//
// Both sides must compute the same, or the program fails: loss and gradient of the first epoch, weights after the last.

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <torch/torch.h>
#include <unistd.h>

#include "freshet/core/parallel.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/models/weights.hpp"
#include "freshet/training/basin_trainer.hpp"
#include "freshet/training/losses/losses.hpp"
#include "freshet/training/sharded_step.hpp"
#include "local_model_peer.hpp"
#include "local_models.hpp"

namespace freshet::benchmarks {
namespace {

constexpr std::int64_t kEpochs = 4, kPeerBasins = 2;
/// Of a PyTorch loop over the days of one window, forward and backward, measured on another machine.
constexpr double kElsewhereSecondsPerYear = 0.68;

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Trains all basins side by side.
class Freshet : public Observer {
 public:
  Freshet(const ModelOptions& options, const PreparedData& data)
      : options_(options),
        data_(data),
        folder_(std::filesystem::temp_directory_path() / fmt::format("freshet_local_models_bench_{}", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~Freshet() override { std::filesystem::remove_all(folder_); }
  Freshet(const Freshet&) = delete;
  Freshet& operator=(const Freshet&) = delete;

  void on(const Event& event) override {
    if (!std::holds_alternative<EpochFinished>(event)) return;
    fastest_ = std::min(fastest_, now() - epoch_started_);
    epoch_started_ = now();
  }

  /// @return seconds of the fastest epoch
  double train(std::size_t threads) {
    use_one_thread_per_tensor_operation();
    TrainingOptions options{.loss = "WindowNSE", .epochs = kEpochs, .batch_size = kWindows, .learning_rate = {{0, kRate}}};
    models_ = fresh_models(options_, std::ssize(data_.basins));
    const std::atomic<bool> stop = false;
    BasinTrainer trainer(*models_, data_, nullptr,
                         {.options = options,
                          .windows = kSamples,
                          .periods = {{kFirst, {kFirst.minutes + (kDays - 1) * kMinutesPerDay}}},
                          .seed = 1,
                          .threads = threads,
                          .checkpoint_dir = folder_,
                          .notes = {}},
                         *this, stop);
    fastest_ = std::numeric_limits<double>::infinity();
    epoch_started_ = now();
    trainer.run();
    return fastest_;
  }

  /// The trained weights of a basin.
  GroupWeights weights(std::int64_t basin) const {
    GroupWeights own;
    for (const Tensor& all : models_->weights()) own.push_back(all.detach()[basin]);
    return own;
  }

 private:
  ModelOptions options_;
  const PreparedData& data_;
  std::filesystem::path folder_;
  std::shared_ptr<BasinModels> models_;
  double fastest_ = 0, epoch_started_ = 0;
};

struct Gradient {
  double loss = 0;
  GroupWeights gradients;
};

/// The first step of one basin's training, as BasinTrainer makes it.
Gradient freshet_gradient(const ModelOptions& options, const PreparedData& data) {
  const SingleThreadScope one_thread;
  const auto model = fresh_models(options, 1);
  Batch batch = samples(data, 0, kWindows);
  GroupWeights leaves;
  for (const Tensor& weight : model->weights()) leaves.push_back(weight.detach().requires_grad_());
  const ModelOutput output = model->run_with(leaves, group_rows(batch.sets), model_input(batch, data),
                                             model->initial_state(batch.rows), batch.targets_per_row);
  const LossTerm term = window_nse(loss_input(batch, data, output.prediction));
  const Tensor loss = term.sum / term.count;
  Gradient result{.loss = loss.item<double>(), .gradients = {}};
  for (const Tensor& gradient : torch::autograd::grad({loss}, leaves)) result.gradients.push_back(gradient[0]);
  return result;
}

/// The larger of two, NaN if one of them is.
double larger(double a, double b) {
  return std::isnan(b) || b > a ? b : a;
}

/// The largest difference, each tensor's beside its largest value.
double difference(const GroupWeights& a, const GroupWeights& b) {
  double most = a.size() == b.size() ? 0 : std::nan("");
  for (std::size_t i = 0; i < a.size(); ++i) most = larger(most, ((a[i] - b[i]).abs().max() / b[i].abs().max()).item<double>());
  return most;
}

/// Seconds of the fastest epoch of a basin's training.
double fastest_epoch(Peer& peer, int threads) {
  torch::set_num_threads(threads);
  double fastest = std::numeric_limits<double>::infinity();
  for (std::int64_t epoch = 0; epoch < kEpochs; ++epoch) {
    const double start = now();
    peer.epoch();
    fastest = std::min(fastest, now() - start);
  }
  return fastest;
}

const char* name_of(const std::string& kind, Loop loop) {
  if (kind == "common") return "convolution";
  return loop == Loop::kPlain ? "plain loop" : "hoisted loop";
}

struct Comparison {
  bool same = false;   ///< both sides computed the same
  double seconds = 0;  ///< of Freshet's fastest epoch
};

/// One kind of model, against one loop.
Comparison compare(const std::string& kind, Loop loop, std::int64_t basins, int rounds) {
  const ModelOptions options = options_of(kind);
  const PreparedData data = made_up_basins(kind, basins);
  const bool process = kind != "common";
  const Gradient ours = freshet_gradient(options, data);
  Peer first(options, data, 0, kWindows, loop);
  const double loss = first.epoch();
  const double off_loss = std::abs(loss - ours.loss) / ours.loss;
  const double off_gradient = difference(first.gradients(), as_of_peer(ours.gradients, process));
  double off_weights = 0;

  Freshet freshet(options, data);
  double peer_best = std::numeric_limits<double>::infinity(), best = peer_best;
  for (const int threads : {1, 2}) {
    double peer_time = std::numeric_limits<double>::infinity(), time = peer_time;
    for (int round = 0; round < rounds; ++round) {
      time = std::min(time, freshet.train(static_cast<std::size_t>(threads)));
      for (std::int32_t b = 0; b < kPeerBasins; ++b) {
        Peer peer(options, data, b, kWindows, loop);
        peer_time = std::min(peer_time, fastest_epoch(peer, threads));
        off_weights = larger(off_weights, difference(peer.weights(), as_of_peer(freshet.weights(b), process)));
      }
    }
    const double all = peer_time * static_cast<double>(data.basins.size());
    fmt::print("{:<8} {:<13} {:>7} {:>12.4f} {:>13.1f} {:>11.4f} {:>8.1f}\n", kind, name_of(kind, loop), threads, peer_time, all,
               time, all / time);
    std::fflush(stdout);
    peer_best = std::min(peer_best, all);
    best = std::min(best, time);
  }
  fmt::print(
      "{:<8} {:<13} best settings of each: ratio {:.1f}; differences: loss {:.0e}, gradient {:.0e}, trained weights {:.0e}\n", "",
      "", peer_best / best, off_loss, off_gradient, off_weights);
  return {off_loss < 1e-4 && off_gradient < 1e-3 && off_weights < 1e-3, best};
}

/// One window by itself, the case of the figure from elsewhere.
/// @param seconds  of Freshet's epoch of so many basins
void print_single_window(std::int64_t basins, double seconds) {
  const PreparedData data = made_up_basins("process", 1);
  const double years = static_cast<double>(kSamples.seq_length) / 365;
  for (const Loop loop : {Loop::kPlain, Loop::kHoisted}) {
    Peer peer(options_of("process"), data, 0, 1, loop);
    fmt::print("one window by itself, {}: {:.3f} s a basin-year, forward and backward\n", name_of("process", loop),
               fastest_epoch(peer, 1) / years);
  }
  const double own = seconds / (static_cast<double>(basins * kWindows) * years);
  fmt::print("Freshet: {:.2e} s a basin-year; to the figure of PyTorch elsewhere, {} s: ratio {:.0f}\n", own,
             kElsewhereSecondsPerYear, kElsewhereSecondsPerYear / own);
}

int run(std::int64_t basins, int rounds) {
  torch::globalContext().setFlushDenormal(true);
  fmt::print("one epoch of {} basins x {} windows x {} days; the peer's time for all is that of one basin times {}\n", basins,
             kWindows, kSamples.seq_length, basins);
  fmt::print("{:<8} {:<13} {:>7} {:>12} {:>13} {:>11} {:>8}\n", "model", "peer", "threads", "one basin, s", "all basins, s",
             "Freshet, s", "ratio");
  const Comparison plain = compare("process", Loop::kPlain, basins, rounds);
  const Comparison hoisted = compare("process", Loop::kHoisted, basins, rounds);
  const bool others = compare("hybrid", Loop::kHoisted, basins, rounds).same;
  const bool same = compare("common", Loop::kHoisted, basins, rounds).same && others && plain.same && hoisted.same;
  print_single_window(basins, std::min(plain.seconds, hoisted.seconds));
  if (!same) fmt::print("the two sides do not compute the same\n");
  return same ? 0 : 1;
}

}  // namespace
}  // namespace freshet::benchmarks

int main(int argc, char** argv) {
  return freshet::benchmarks::run(std::max(argc > 1 ? std::atol(argv[1]) : 401, freshet::benchmarks::kPeerBasins),
                                  argc > 2 ? std::atoi(argv[2]) : 2);
}
