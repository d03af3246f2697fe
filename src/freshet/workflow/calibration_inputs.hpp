#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "freshet/calibration/evaluator.hpp"
#include "freshet/core/events.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/data/process_forcing.hpp"
#include "freshet/data/state_observations.hpp"
#include "freshet/workflow/calibration_config.hpp"

namespace freshet {

/// The model and the data of a calibration, opened and checked.
struct CalibrationInputs {
  const kernels::Model* model = nullptr;
  const kernels::Routing* routing = nullptr;  ///< null: none
  std::unique_ptr<calibration::ParameterSpace> space;
  std::unique_ptr<calibration::Objective> objective;
  ProcessForcing forcing;                          ///< of the basins that can be calibrated, over all periods and their warm-ups
  std::vector<Gauge> gauges;                       ///< [basin]
  std::vector<Problem> refused;                    ///< what is wrong with the others
  calibration::EvaluationSetup train;              ///< warm-up and calibration period
  std::vector<StateObservations> observed_states;  ///< of the basins, over all periods
  std::uint64_t data_hash = 0;                     ///< of what the searches see

  std::vector<std::string> basin_ids() const;
};

/// @throws InputError for a model, routing, range or objective that does not fit, and when no basin can be calibrated
CalibrationInputs open_calibration_inputs(const CalibrationConfig& config, Observer& observer);

/// A basin over a period and the warm-up before it.
struct WarmedUpPeriod {
  TimeAxis axis;             ///< from the first day of the warm-up
  std::int64_t warm_up = 0;  ///< steps of it
};
WarmedUpPeriod warmed_up(const CalibrationConfig& config, const TimeAxis& record, const Period& period);
/// Observations of the warm-up are left out.
calibration::BasinSeriesData basin_over(const BasinForcing& basin, const TimeAxis& record, const WarmedUpPeriod& period);

}  // namespace freshet
