#pragma once

#include <map>
#include <optional>

#include "freshet/inference/options.hpp"
#include "freshet/inference/simulate.hpp"

namespace freshet {

/// Where a saved state stands: the basin's state after the step before `next`.
struct ResumePoint {
  BasinState state;
  Time next;
};

/// A model's predictions for one basin, in the targets' own units.
struct BasinPrediction {
  std::string basin;
  TimeAxis axis;                           ///< from the first to the last day asked for that lies in the record
  std::vector<float> simulated;            ///< [axis.size, target]; NaN outside the periods and where inputs were missing
  std::vector<std::vector<float>> series;  ///< [Model::series][axis.size], as `simulated`; none of windowed runs
  std::optional<ResumePoint> end;          ///< of stateful runs that reach the last period's end
  std::int64_t clippable = 0;              ///< predicted values of the targets that are clipped at zero
  std::int64_t clipped = 0;                ///< those that were negative
  std::int64_t missing_input_days = 0;     ///< days of the periods without prediction for want of input, on the day or before
  std::int64_t outside_record = 0;         ///< days of the periods that the record does not cover
  std::int64_t short_warmup = 0;           ///< warm-up steps of a stateful run missing before the first period
};

struct PredictionRequest {
  std::vector<Period> periods;  ///< in any order, without overlap
  InferenceOptions options;
  std::int64_t seq_length = 365;              ///< of windows
  bool missing_allowed = false;               ///< the model replaces missing inputs
  std::vector<bool> clip;                     ///< [target]
  std::map<std::string, ResumePoint> resume;  ///< basins that go on from a saved state instead of warming up
  std::size_t threads = 1;
};

/// Runs the model over the periods for every basin of `data`.
///
/// Stateful: the run starts warmup_steps before the period (or at a resume point). Where inputs are missing and the model
/// cannot replace them, there is no prediction from the gap until warmup_steps complete steps after it. InputError, naming
/// basin and date, when a run from a saved state meets missing inputs or the state's day is not the period's first.
std::vector<BasinPrediction> predict(Model& model, const PreparedData& data, const PredictionRequest& request);

std::vector<bool> clip_flags(const InferenceOptions& inference, const DataOptions& data);

}  // namespace freshet
