// SCE-UA through Freshet's calibration: 10,000 evaluations for one basin and for many basins together, 10 years of days, NSE.
//
//   calibrate_bench MODEL ROUTING --write FILE     writes the first basin's data, for the peer: precipitation, temperature, PET,
//                                                  observed discharge, one line a day
//   calibrate_bench MODEL ROUTING BASINS THREADS [REPEATS]   times the calibration
//
// ROUTING is a routing's name or "none". Basins have made-up weather; what they observe is the model's own discharge with random
// parameters, times a random error. Stopping rules other than the budget are off, so that every search makes all evaluations.
// The last line printed is "evaluations/s " and the rate of the fastest repeat. benchmarks/spotpy_hbv.py runs this beside its
// peer.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "freshet/calibration/driver.hpp"
#include "freshet/calibration/evaluator.hpp"
#include "freshet/core/error.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/kernels/registry.hpp"
#include "weather.hpp"

namespace freshet::benchmarks {
namespace {

constexpr std::int64_t kDays = 3652, kEvaluations = 10000;

/// Made-up basins of one model.
class Basins {
 public:
  Basins(const std::string& model, const std::string& routing, std::size_t count)
      : model_(kernels::find_model(model)),
        routing_(routing == "none" ? nullptr : &kernels::find_routing(routing)),
        space_(model_, routing_, {}),
        objective_(calibration::ObjectiveOptions{}) {
    setup_ = {.model = &model_,
              .routing = routing_,
              .space = &space_,
              .objective = &objective_,
              .axis = {.first = make_day(1999, 10, 1), .size = kDays}};
    for (std::size_t b = 0; b < count; ++b) add_basin(b);
  }

  std::size_t dimensions() const { return space_.dimensions(); }
  const std::vector<std::string>& ids() const { return ids_; }

  calibration::EvaluationSetup setup(std::size_t threads) const {
    calibration::EvaluationSetup setup = setup_;
    setup.threads = threads;
    return setup;
  }

  void write_first(const std::string& path) const {
    std::ofstream out(path);
    const calibration::BasinSeriesData& basin = setup_.basins.front();
    for (std::size_t t = 0; t < static_cast<std::size_t>(kDays); ++t) {
      for (const auto& series : basin.forcing) fmt::print(out, "{:.17g},", series[t]);
      fmt::print(out, "{:.17g}\n", basin.observed[t]);
    }
    if (!out.flush()) throw InputError({.what = "the data could not be written", .file = path});
  }

 private:
  void add_basin(std::size_t number) {
    RngStream rng(1, RngUse::kSynthetic, number);
    calibration::BasinSeriesData basin{.id = "basin_" + std::to_string(number), .forcing = {}, .observed = {}};
    for (const auto& row : model_.forcings()) {
      std::vector<double>& series = basin.forcing.emplace_back();
      for (std::size_t t = 0; t < static_cast<std::size_t>(kDays); ++t) series.push_back(weather(row.name, t, rng));
    }
    std::vector<double> point(space_.dimensions());
    for (double& u : point) u = 0.2 + 0.6 * rng.uniform();
    basin.observed = calibration::simulate_discharge(setup_, basin, space_.values(point));
    for (double& flow : basin.observed) flow *= std::exp(0.2 * rng.normal());
    ids_.push_back(basin.id);
    setup_.basins.push_back(std::move(basin));
  }

  const kernels::Model& model_;
  const kernels::Routing* routing_;
  calibration::ParameterSpace space_;
  calibration::Objective objective_;
  calibration::EvaluationSetup setup_;
  std::vector<std::string> ids_;
};

/// One calibration of all basins. @return evaluations a second
double calibrate(const Basins& basins, std::size_t threads, bool speculative) {
  const auto start = std::chrono::steady_clock::now();
  const auto evaluator = calibration::make_evaluator(basins.setup(threads));
  calibration::DriverOptions options;
  options.search.max_evaluations = kEvaluations;
  options.search.sce_pcento = 0;
  options.search.sce_peps = 0;
  options.search.sce_speculative = speculative;
  calibration::Driver driver(*evaluator, basins.dimensions(), basins.ids(), options);
  while (!driver.finished()) driver.advance();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  double worst = 1;
  for (std::size_t b = 0; b < basins.ids().size(); ++b) worst = std::min(worst, 1 - driver.best(b).search->best_value());
  const double rate = static_cast<double>(driver.evaluations()) / seconds;
  fmt::print("{:<28} {:>3} basins, {} threads: {:>8.3f} s, {} evaluations, {:>8.0f}/s; lowest NSE found {:.4f}\n",
             speculative ? "SCE-UA, speculative" : "SCE-UA", basins.ids().size(), threads, seconds, driver.evaluations(), rate,
             worst);
  return rate;
}

int run(const std::vector<std::string>& arguments) {
  const bool write = arguments.size() == 4 && arguments[2] == "--write";
  if (!write && (arguments.size() < 4 || arguments.size() > 5)) {
    fmt::print(stderr, "usage: calibrate_bench MODEL ROUTING (--write FILE | BASINS THREADS [REPEATS])\n");
    return 2;
  }
  const Basins basins(arguments[0], arguments[1], write ? 1 : std::stoul(arguments[2]));
  if (write) {
    basins.write_first(arguments[3]);
    return 0;
  }
  const int repeats = arguments.size() > 4 ? std::stoi(arguments[4]) : 1;
  double best = 0;
  for (int i = 0; i < repeats; ++i) {
    best = std::max(best, calibrate(basins, std::stoul(arguments[3]), false));
    if (basins.ids().size() == 1) calibrate(basins, std::stoul(arguments[3]), true);
  }
  fmt::print("evaluations/s {:.0f}\n", best);
  return 0;
}

}  // namespace
}  // namespace freshet::benchmarks

int main(int argc, char** argv) {
  try {
    return freshet::benchmarks::run({argv + 1, argv + argc});
  } catch (const freshet::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.exit_code());
  }
}
