// HBV with 13 parameters over many lanes, forward and forward + backward: a LibTorch loop over days against the generated
// kernels, on the same lanes in the same process, in single precision.
//
//   hbv_loop_torch_bench [days] [repeats]
//
// The loop runs the model's own step with a tensor as its number, and is given every advantage that costs no more than a line:
// parameters and forcing are unbound before the loop, so that the backward walk is linear in the days; constants are folded
// (torch_number.hpp); no gradients are prepared in the forward run; subnormal numbers are flushed to zero; one and two threads
// are tried. Runs alternate; the fastest of each counts. Its time is proportional to the days.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <torch/torch.h>

#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/kernels/simulation.hpp"
#include "freshet/physics/hbv.hpp"
#include "torch_number.hpp"
#include "weather.hpp"

namespace freshet::benchmarks {
namespace {

constexpr std::int64_t kBasins = 100, kComponents = 16, kLanes = kBasins * kComponents, kParameters = 13, kForcings = 3;

/// What both run: random weather and parameters.
struct Lanes {
  explicit Lanes(std::int64_t days)
      : model(kernels::find_model("hbv_betaet")),
        forcing(kBasins, static_cast<std::size_t>(days), kForcings),
        states(static_cast<std::size_t>(5 * kLanes), 1e-3F),
        seeds(static_cast<std::size_t>(days * kLanes), 1.0F) {
    RngStream rng(1, RngUse::kSynthetic);
    for (std::size_t b = 0; b < kBasins; ++b) {
      for (std::size_t t = 0; t < forcing.steps(); ++t) {
        for (std::size_t v = 0; v < kForcings; ++v)
          forcing.at(b, t, v) = static_cast<float>(weather(model.forcings()[v].name, t, rng));
      }
    }
    for (const auto& row : model.parameters()) {
      for (std::int64_t l = 0; l < kLanes; ++l)
        parameters.push_back(static_cast<float>(row.lower + (0.1 + 0.8 * rng.uniform()) * (row.upper - row.lower)));
    }
    for (std::int64_t l = 0; l < kLanes; ++l) basins.push_back(static_cast<std::int32_t>(l / kComponents));
  }

  kernels::LaneInputs<float> inputs() const {
    return {.forcing = &forcing,
            .basins = basins,
            .starts = {},
            .parameters = parameters,
            .dynamic = {},
            .routing_parameters = {},
            .initial_states = states,
            .histories = {}};
  }

  const kernels::Model& model;
  kernels::ForcingTable<float> forcing;
  std::vector<float> parameters, states, seeds;
  std::vector<std::int32_t> basins;
};

/// The loop over days.
class TorchLoop {
 public:
  using Model = physics::Hbv<physics::HbvVariant::kEtShape>;

  explicit TorchLoop(const Lanes& lanes) : parameters_(torch::empty({kParameters, kLanes})) {
    std::copy(lanes.parameters.begin(), lanes.parameters.end(), parameters_.data_ptr<float>());
    for (std::size_t t = 0; t < lanes.forcing.steps(); ++t) {
      torch::Tensor day = torch::empty({kForcings, kLanes});
      float* to = day.data_ptr<float>();
      for (std::size_t v = 0; v < kForcings; ++v) {
        for (const std::int32_t b : lanes.basins) *to++ = lanes.forcing.at(static_cast<std::size_t>(b), t, v);
      }
      days_.push_back(day.unbind(0));
    }
  }

  torch::Tensor forward() const {
    const torch::NoGradGuard guard;
    return runoff(parameters_);
  }

  /// The gradient of the sum of all runoff, [parameter][lane].
  torch::Tensor backward() const {
    const torch::Tensor leaf = parameters_.detach().requires_grad_(true);
    runoff(leaf).sum().backward();
    return leaf.grad();
  }

 private:
  torch::Tensor runoff(const torch::Tensor& parameters) const {
    const std::vector<torch::Tensor> rows = parameters.unbind(0);
    const auto p = [&](std::size_t i) { return Number(rows[i]); };
    const physics::HbvParameters<Number> set = {p(0), p(1), p(2), p(3),  p(4),  p(5),  p(6),
                                                p(7), p(8), p(9), p(10), p(11), p(12), {}};
    const Number start(torch::full({kLanes}, 1e-3F));
    physics::HbvState<Number> state = {start, start, start, start, start};
    std::vector<torch::Tensor> series;
    series.reserve(days_.size());
    for (const auto& day : days_) {
      const auto step = Model::step<Number>(state, {Number(day[0]), Number(day[1]), Number(day[2])}, set, Number(1.0));
      state = step.state;
      series.push_back(step.fluxes.runoff.tensor);
    }
    return torch::stack(series);
  }

  torch::Tensor parameters_;
  std::vector<std::vector<torch::Tensor>> days_;
};

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// The kernels on the same lanes.
class Kernels {
 public:
  Kernels(const Lanes& lanes, std::size_t threads)
      : lanes_(lanes),
        forward_({.model = &lanes.model, .steps = lanes.forcing.steps(), .threads = threads}),
        backward_({.model = &lanes.model, .steps = lanes.forcing.steps(), .keep_every = 1, .threads = threads}) {}

  void forward() {
    forward_.for_each_block(lanes_.inputs(), [](const kernels::Block<float>&, std::size_t) {});
  }
  kernels::Gradients<float> backward() {
    const kernels::Series runoff{};
    backward_.run(lanes_.inputs());
    return backward_.adjoint({&runoff, 1}, {lanes_.seeds});
  }

 private:
  const Lanes& lanes_;
  kernels::Simulation<float> forward_, backward_;
};

/// The largest difference of two gradients beside the largest value of the parameter's gradient.
double difference(const torch::Tensor& loop, const std::vector<float>& ours) {
  const torch::Tensor kernels = torch::from_blob(const_cast<float*>(ours.data()), {kParameters, kLanes});
  return ((loop - kernels).abs().amax(1) / kernels.abs().amax(1)).max().item<double>();
}

struct Times {
  double loop_forward = std::numeric_limits<double>::infinity(), loop_both = loop_forward, forward = loop_forward,
         both = loop_forward;
};

Times measure(const Lanes& lanes, const TorchLoop& loop, int threads, int repeats) {
  torch::set_num_threads(threads);
  Kernels kernels(lanes, static_cast<std::size_t>(threads));
  Times best;
  const auto keep = [](double& time, const std::function<void()>& work) { time = std::min(time, seconds(work)); };
  for (int i = 0; i < repeats; ++i) {
    keep(best.loop_forward, [&] { loop.forward(); });
    keep(best.loop_both, [&] { loop.backward(); });
    for (int k = 0; k < 5; ++k) {
      keep(best.forward, [&] { kernels.forward(); });
      keep(best.both, [&] { kernels.backward(); });
    }
  }
  return best;
}

int run(std::int64_t days, int repeats) {
  torch::globalContext().setFlushDenormal(true);
  const Lanes lanes(days);
  const TorchLoop loop(lanes);
  const double off = difference(loop.backward(), Kernels(lanes, 1).backward().parameters);
  fmt::print("{} lanes x {} days; largest difference of the gradients {:.1e} of the parameter's largest\n", kLanes, days, off);
  if (!(off < 0.05)) return 1;
  const double lane_days = static_cast<double>(kLanes * days);
  fmt::print("{:<8} {:<20} {:>12} {:>14} {:>12} {:>14} {:>8}\n", "threads", "", "loop, ms", "lane-days/s", "kernels, ms",
             "lane-days/s", "ratio");
  const auto print = [&](int threads, const char* what, double loop_time, double time) {
    fmt::print("{:<8} {:<20} {:>12.1f} {:>14.2e} {:>12.2f} {:>14.2e} {:>8.0f}\n", threads, what, 1e3 * loop_time,
               lane_days / loop_time, 1e3 * time, lane_days / time, loop_time / time);
  };
  Times of_all;
  for (const int threads : {1, 2}) {
    const Times t = measure(lanes, loop, threads, repeats);
    print(threads, "forward", t.loop_forward, t.forward);
    print(threads, "forward + backward", t.loop_both, t.both);
    of_all = {std::min(of_all.loop_forward, t.loop_forward), std::min(of_all.loop_both, t.loop_both),
              std::min(of_all.forward, t.forward), std::min(of_all.both, t.both)};
  }
  fmt::print("best settings of each: forward {:.0f}, forward + backward {:.0f}\n", of_all.loop_forward / of_all.forward,
             of_all.loop_both / of_all.both);
  return 0;
}

}  // namespace
}  // namespace freshet::benchmarks

int main(int argc, char** argv) {
  return freshet::benchmarks::run(argc > 1 ? std::atol(argv[1]) : 730, argc > 2 ? std::atoi(argv[2]) : 5);
}
