#include "freshet/inference/predict.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/core/step_range.hpp"

namespace freshet {
namespace {

/// One run and which of its steps are wanted.
struct PlannedRun {
  SimulationRun run;
  std::int64_t valid_from = 0;  ///< record index of the first prediction that may be used
  bool reaches_end = false;
};

std::int64_t steps_asked(const std::vector<Period>& periods, std::int64_t step_minutes) {
  std::int64_t steps = 0;
  for (const Period& period : periods) steps += (period.last.minutes - period.first.minutes) / step_minutes + 1;
  return steps;
}

bool complete_row(const std::vector<float>& record, std::int64_t width, std::int64_t t) {
  const float* row = record.data() + t * width;
  return std::none_of(row, row + width, [](float x) { return std::isnan(x); });
}

bool complete_at(const PreparedData& data, std::int32_t basin, std::int64_t t) {
  return complete_row(data.basins[static_cast<std::size_t>(basin)].inputs, data.inputs, t);
}

/// Forcing of a process model: nothing can stand in for it.
bool forced_at(const PreparedData& data, std::int32_t basin, std::int64_t t) {
  return complete_row(data.basins[static_cast<std::size_t>(basin)].forcing, data.forcings, t);
}

class Planner {
 public:
  Planner(const PreparedData& data, const PredictionRequest& request) : data_(data), request_(request) {}

  /// The runs that cover `wanted`, split where inputs are missing.
  void plan(std::int32_t basin, StepRange wanted, std::vector<PlannedRun>& runs) const {
    const PreparedBasin& own = data_.basins[static_cast<std::size_t>(basin)];
    const auto resume = request_.resume.find(own.id);
    const bool resumed = resume != request_.resume.end();
    if (resumed) check_resume(own, resume->second, wanted);
    const std::int64_t start = resumed ? wanted.first : std::max<std::int64_t>(0, wanted.first - request_.options.warmup_steps);
    for (std::int64_t t = start; t < wanted.end;) {
      if (!usable(basin, t)) {
        if (resumed) throw missing_in_resumed(own, t);
        ++t;
        continue;
      }
      std::int64_t end = t + 1;
      while (end < wanted.end && usable(basin, end)) ++end;
      PlannedRun run{.run = {.basin = basin, .first = t, .end = end},
                     .valid_from = t == start ? wanted.first : t + request_.options.warmup_steps,
                     .reaches_end = end == wanted.end};
      run.valid_from = std::max(run.valid_from, wanted.first);
      if (resumed) run.run.initial = resume->second.state;
      if (run.valid_from < end) runs.push_back(std::move(run));
      t = end;
    }
  }

 private:
  bool usable(std::int32_t basin, std::int64_t t) const {
    return (request_.missing_allowed || complete_at(data_, basin, t)) && forced_at(data_, basin, t);
  }

  void check_resume(const PreparedBasin& own, const ResumePoint& point, StepRange wanted) const {
    if (own.axis.at(wanted.first) == point.next) return;
    throw InputError({.what = "the saved state does not fit the period",
                      .basin = own.id,
                      .date = to_string(own.axis.at(wanted.first)),
                      .expected = "a period that starts on " + to_string(point.next),
                      .got = to_string(own.axis.at(wanted.first)),
                      .hint = "A state continues the run on the day after its last one."});
  }

  InputError missing_in_resumed(const PreparedBasin& own, std::int64_t t) const {
    return InputError({.what = "an input is missing and the model cannot replace it",
                       .basin = own.id,
                       .date = to_string(own.axis.at(t)),
                       .hint = "Fill the gap, or train with `nan_handling_method: input_replacing`."});
  }

  const PreparedData& data_;
  const PredictionRequest& request_;
};

void store(const PredictionRequest& request, const PreparedBasin& basin, std::int64_t offset, const std::vector<float>& values,
           std::int64_t from, BasinPrediction& out) {
  const auto targets = std::ssize(basin.target_scaling);
  // values[0] belongs to record index `offset` of the output axis' first step; the first `from` steps are warm-up.
  const auto steps = static_cast<std::int64_t>(values.size()) / targets;
  for (std::int64_t t = from; t < steps; ++t) {
    for (std::int64_t k = 0; k < targets; ++k) {
      const Standardisation& s = basin.target_scaling[static_cast<std::size_t>(k)];
      float value = static_cast<float>(values[static_cast<std::size_t>(t * targets + k)] * s.scale + s.center);
      if (request.clip[static_cast<std::size_t>(k)] && !std::isnan(value)) {
        ++out.clippable;
        if (value < 0) value = 0, ++out.clipped;
      }
      out.simulated[static_cast<std::size_t>((offset + t) * targets + k)] = value;
    }
  }
}

void store_series(std::int64_t offset, const std::vector<std::vector<float>>& series, std::int64_t from, BasinPrediction& out) {
  out.series.resize(series.size(),
                    std::vector<float>(static_cast<std::size_t>(out.axis.size), std::numeric_limits<float>::quiet_NaN()));
  for (std::size_t i = 0; i < series.size(); ++i)
    std::copy(series[i].begin() + from, series[i].end(), out.series[i].begin() + offset + from);
}

BasinPrediction empty_prediction(const PreparedBasin& basin, const std::vector<StepRange>& ranges, std::int64_t targets,
                                 std::int64_t warmup) {
  StepRange hull = ranges.empty() ? StepRange{} : ranges.front();
  for (const StepRange& range : ranges) hull.end = std::max(hull.end, range.end);
  BasinPrediction out{
      .basin = basin.id, .axis = {basin.axis.at(hull.first), basin.axis.step_minutes, hull.size()}, .simulated = {}, .end = {}};
  out.simulated.assign(static_cast<std::size_t>(out.axis.size * targets), std::numeric_limits<float>::quiet_NaN());
  if (!ranges.empty()) out.short_warmup = std::max<std::int64_t>(0, warmup - hull.first);
  return out;
}

}  // namespace

std::vector<BasinPrediction> predict(Model& model, const PreparedData& data, const PredictionRequest& request) {
  const bool windowed = request.options.evaluation_mode == "windowed";
  const Planner planner(data, request);
  std::vector<BasinPrediction> predictions;
  std::vector<PlannedRun> planned;
  for (std::size_t b = 0; b < data.basins.size(); ++b) {
    const PreparedBasin& basin = data.basins[b];
    std::vector<StepRange> ranges;
    for (const Period& period : request.periods) {
      const StepRange range = steps_within(basin.axis, period);
      if (range.size() > 0) ranges.push_back(range);
    }
    std::ranges::sort(ranges, {}, &StepRange::first);
    const std::size_t first_run = planned.size();
    const bool warms_up = !windowed && !request.resume.contains(basin.id);
    predictions.push_back(empty_prediction(basin, ranges, data.targets, warms_up ? request.options.warmup_steps : 0));
    for (const StepRange& range : ranges) {
      if (windowed) {
        planned.push_back({{.basin = static_cast<std::int32_t>(b), .first = range.first, .end = range.end}, range.first, false});
      } else {
        planner.plan(static_cast<std::int32_t>(b), range, planned);
      }
      predictions[b].missing_input_days += range.size();
    }
    predictions[b].outside_record = steps_asked(request.periods, basin.axis.step_minutes) - predictions[b].missing_input_days;
    const bool covered = !request.periods.empty() && steps_in(basin.axis, request.periods.back()).end <= basin.axis.size;
    for (std::size_t i = first_run; i < planned.size(); ++i) planned[i].reaches_end = planned[i].reaches_end && covered;
  }

  std::vector<SimulationRun> runs;
  for (const PlannedRun& plan : planned) runs.push_back(plan.run);
  std::vector<SimulationResult> results(runs.size());
  if (windowed) {
    auto values = simulate_windowed(model, data, runs, request.seq_length, request.missing_allowed, request.threads);
    for (std::size_t i = 0; i < runs.size(); ++i) results[i].prediction = std::move(values[i]);
  } else {
    results = simulate_stateful(model, data, runs, request.threads);
  }

  for (std::size_t i = 0; i < planned.size(); ++i) {
    const PlannedRun& plan = planned[i];
    const PreparedBasin& basin = data.basins[static_cast<std::size_t>(plan.run.basin)];
    BasinPrediction& out = predictions[static_cast<std::size_t>(plan.run.basin)];
    const std::int64_t hull_first = *basin.axis.index_of(out.axis.first);
    store(request, basin, plan.run.first - hull_first, results[i].prediction, plan.valid_from - plan.run.first, out);
    store_series(plan.run.first - hull_first, results[i].series, plan.valid_from - plan.run.first, out);
    if (plan.reaches_end) out.end = ResumePoint{results[i].state, basin.axis.at(plan.run.end)};
    for (std::size_t v = static_cast<std::size_t>((plan.valid_from - plan.run.first) * data.targets);
         v < results[i].prediction.size(); v += static_cast<std::size_t>(data.targets)) {
      if (!std::isnan(results[i].prediction[v])) --out.missing_input_days;
    }
  }
  return predictions;
}

std::vector<bool> clip_flags(const InferenceOptions& inference, const DataOptions& data) {
  std::vector<bool> flags;
  for (const std::string& name : data.target_variables) {
    flags.push_back(std::ranges::find(inference.clip_targets_to_zero, name) != inference.clip_targets_to_zero.end());
  }
  return flags;
}

}  // namespace freshet
