#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "freshet/calibration/driver.hpp"
#include "freshet/calibration/evaluator.hpp"
#include "freshet/kernels/registry.hpp"
#include "support/process_models.hpp"

namespace freshet::testing_support {

/// Basins with random weather, whose observed discharge is a model's own with parameters known, some days missing.
template <class M>
struct CalibrationCase {
  CalibrationCase(std::size_t basins, std::size_t days, std::size_t warm_up, const std::vector<std::string>& metrics = {"nse"},
                  const std::string& flow_transform = "none", const calibration::ParameterRanges& ranges = {})
      : model(kernels::find_model(M::kName)),
        space(model, nullptr, ranges),
        objective({.metrics = metrics, .flow_transform = flow_transform}) {
    setup = {.model = &model,
             .space = &space,
             .objective = &objective,
             .axis = {.first = make_day(1990, 1, 1), .size = static_cast<std::int64_t>(days)},
             .precision = "double"};
    RngStream rng(5, RngUse::kSynthetic);
    for (std::size_t b = 0; b < basins; ++b) {
      calibration::BasinSeriesData basin{.id = "basin_" + std::to_string(b), .forcing = random_forcing<M>(rng, days)};
      std::vector<double> middle(space.dimensions());
      for (double& u : middle) u = 0.3 + 0.4 * rng.uniform();
      truth.push_back(space.values(middle));
      basin.observed = calibration::simulate_discharge(setup, basin, truth.back());
      for (std::size_t t = 0; t < days; ++t) {
        if (t < warm_up || t % 11 == 3) basin.observed[t] = std::numeric_limits<double>::quiet_NaN();
      }
      setup.basins.push_back(std::move(basin));
    }
  }

  std::vector<std::string> ids() const {
    std::vector<std::string> ids;
    for (const auto& basin : setup.basins) ids.push_back(basin.id);
    return ids;
  }

  const kernels::Model& model;
  calibration::ParameterSpace space;
  calibration::Objective objective;
  calibration::EvaluationSetup setup;
  std::vector<std::vector<double>> truth;  ///< [basin][parameter]
};

}  // namespace freshet::testing_support
