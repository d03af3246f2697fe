#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/objective.hpp"
#include "freshet/calibration/parameter_space.hpp"
#include "freshet/core/time.hpp"
#include "freshet/kernels/plan.hpp"

namespace freshet::calibration {

/// One basin as it is calibrated.
struct BasinSeriesData {
  std::string id;
  std::vector<std::vector<double>> forcing;  ///< [forcing of the model][step], none missing
  std::vector<double> observed;              ///< [step] mm/day; NaN where missing or not to be compared
};

/// What candidates are evaluated with. The model, the routing, the space and the objective must outlive whoever uses it.
struct EvaluationSetup {
  const kernels::Model* model = nullptr;
  const kernels::Routing* routing = nullptr;  ///< null: none
  const ParameterSpace* space = nullptr;
  const Objective* objective = nullptr;
  TimeAxis axis;
  std::vector<int> substeps_per_day;  ///< [setting of the model]; empty: its defaults
  std::vector<BasinSeriesData> basins;
  std::string precision = "single";  ///< "single" or "double"
  std::size_t threads = 1;
};

/// Points of one basin, and what they are worth.
struct Candidates {
  std::size_t basin = 0;
  std::span<const double> points;  ///< [candidate][dimension], in [0, 1]
  std::vector<double> values;      ///< [candidate], written: the objective, or not finite
  std::vector<double> gradients;   ///< [candidate][dimension], written if asked for
};

/// Evaluates candidates of many basins side by side in the lanes of one simulation. A value depends on the basin and the point
/// alone, bit for bit, not on what runs beside it nor on the number of threads.
class Evaluator {
 public:
  virtual ~Evaluator() = default;
  virtual void evaluate(std::span<Candidates> batches) = 0;
  /// With derivatives. InternalError unless the objective is differentiable.
  virtual void differentiate(std::span<Candidates> batches) = 0;
};

/// @throws InputError naming the basin where the objective is not defined
std::unique_ptr<Evaluator> make_evaluator(const EvaluationSetup& setup);

/// Series of one basin with given parameters, [wanted][step], in double precision from the setup's first step on.
/// @param values  of all parameters of the space
std::vector<std::vector<double>> simulate_series(const EvaluationSetup& setup, const BasinSeriesData& basin,
                                                 std::span<const double> values, std::vector<kernels::Series> wanted);

/// The discharge alone.
/// @param values  of all parameters of the space
std::vector<double> simulate_discharge(const EvaluationSetup& setup, const BasinSeriesData& basin,
                                       std::span<const double> values);

}  // namespace freshet::calibration
