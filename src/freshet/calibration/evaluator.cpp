#include "freshet/calibration/evaluator.hpp"

#include <array>

#include "freshet/calibration/lane_evaluator.hpp"

namespace freshet::calibration {

std::unique_ptr<Evaluator> make_evaluator(const EvaluationSetup& setup) {
  if (setup.precision == "double") return std::make_unique<LaneEvaluator<double>>(setup);
  return std::make_unique<LaneEvaluator<float>>(setup);
}

std::vector<std::vector<double>> simulate_series(const EvaluationSetup& setup, const BasinSeriesData& basin,
                                                 std::span<const double> values, std::vector<kernels::Series> wanted) {
  const auto steps = basin.forcing.front().size();
  kernels::ForcingTable<double> forcing(1, steps, basin.forcing.size());
  for (std::size_t v = 0; v < basin.forcing.size(); ++v) forcing.set(0, v, basin.forcing[v]);
  const std::array<std::int32_t, 1> lane = {0};
  const std::size_t of_model = setup.space->model_parameters();
  kernels::Simulation<double> simulation({.model = setup.model,
                                          .routing = setup.routing,
                                          .steps = steps,
                                          .dt = setup.axis.step_days(),
                                          .substeps_per_day = setup.substeps_per_day,
                                          .wanted = std::move(wanted)});
  const auto result = simulation.run({.forcing = &forcing,
                                      .basins = lane,
                                      .starts = {},
                                      .parameters = values.first(of_model),
                                      .dynamic = {},
                                      .routing_parameters = values.subspan(of_model),
                                      .initial_states = {},
                                      .histories = {}});
  std::vector<std::vector<double>> series;
  for (const auto& one : result.series) series.emplace_back(one.begin(), one.end());
  return series;
}

std::vector<double> simulate_discharge(const EvaluationSetup& setup, const BasinSeriesData& basin,
                                       std::span<const double> values) {
  return std::move(simulate_series(setup, basin, values, {{}}).front());
}

}  // namespace freshet::calibration
