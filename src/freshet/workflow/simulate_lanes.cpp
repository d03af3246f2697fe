#include "freshet/workflow/simulate_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "freshet/kernels/derived_values.hpp"
#include "freshet/kernels/ledger.hpp"

namespace freshet {
namespace {

using kernels::LaneInputs;
using kernels::Ledger;
using kernels::SimulationResult;
using kernels::WaterLedger;

/// The arrays that LaneInputs looks at, for some of the basins.
template <class T>
class Lanes {
 public:
  Lanes(const SimulationSetup& setup, std::size_t first, std::size_t count)
      : setup_(setup),
        first_(first),
        count_(count),
        forcing_(count, setup.options.steps, setup.model->forcings().size()),
        basins_(count) {
    std::iota(basins_.begin(), basins_.end(), 0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const BasinForcing& basin = setup.forcing.basins[first + lane];
      for (std::size_t v = 0; v < basin.variables.size(); ++v) forcing_.set(lane, v, basin.variables[v]);
    }
    parameters_ =
        rows(setup.model->parameters().size(), [&](std::size_t lane, std::size_t i) { return values(lane).parameters[i]; });
    if (setup.routing() != nullptr) {
      routing_ =
          rows(setup.routing()->parameters().size(), [&](std::size_t lane, std::size_t i) { return values(lane).routing[i]; });
    }
    set_start();
    for (const DynamicValues& dynamic : setup.dynamic) {
      dynamic_.push_back(
          rows(setup.options.steps, [&](std::size_t lane, std::size_t t) { return dynamic.values[first + lane][t]; }));
    }
  }

  LaneInputs<T> inputs() const {
    LaneInputs<T> inputs{.forcing = &forcing_, .basins = basins_, .parameters = parameters_};
    for (std::size_t i = 0; i < dynamic_.size(); ++i) inputs.dynamic.push_back({setup_.dynamic[i].parameter, dynamic_[i]});
    inputs.routing_parameters = routing_;
    inputs.initial_states = states_;
    inputs.histories = histories_;
    return inputs;
  }

 private:
  const ParameterValues& values(std::size_t lane) const { return *setup_.values[first_ + lane]; }

  template <class Value>
  std::vector<T> rows(std::size_t count, Value value) const {
    std::vector<T> result(count * count_);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t lane = 0; lane < count_; ++lane) result[i * count_ + lane] = static_cast<T>(value(lane, i));
    }
    return result;
  }

  void set_start() {
    if (setup_.start) {
      const auto saved = [&](std::size_t lane) -> const SavedProcess& {
        return setup_.start->basins.at(setup_.forcing.basins[first_ + lane].id);
      };
      states_ = rows(setup_.model->states().size(), [&](std::size_t lane, std::size_t i) { return saved(lane).states[i]; });
      histories_ = rows(kernels::history_rows(*setup_.model, setup_.routing()),
                        [&](std::size_t lane, std::size_t i) { return saved(lane).histories[i]; });
      return;
    }
    bool any = false;
    for (std::size_t lane = 0; lane < count_; ++lane) any = any || !values(lane).initial_states.empty();
    if (!any) return;
    states_ = kernels::own_initial_states<T>(*setup_.model, parameters_, count_);
    for (std::size_t lane = 0; lane < count_; ++lane) {
      for (const auto& [state, value] : values(lane).initial_states) states_[state * count_ + lane] = static_cast<T>(value);
    }
  }

  const SimulationSetup& setup_;
  std::size_t first_, count_;
  kernels::ForcingTable<T> forcing_;
  std::vector<std::int32_t> basins_;
  std::vector<T> parameters_, routing_, states_, histories_;
  std::vector<std::vector<T>> dynamic_;
};

template <class T>
std::vector<double> lane_of(const kernels::AlignedVector<T>& series, std::size_t lane, std::size_t lanes) {
  std::vector<double> values;
  values.reserve(series.size() / lanes);
  for (std::size_t at = lane; at < series.size(); at += lanes) values.push_back(static_cast<double>(series[at]));
  return values;
}

template <class T>
std::vector<double> lane_of(const std::vector<T>& rows, std::size_t lane, std::size_t lanes) {
  std::vector<double> values;
  for (std::size_t at = lane; at < rows.size(); at += lanes) values.push_back(static_cast<double>(rows[at]));
  return values;
}

/// The first step at which a series is no number.
std::vector<Problem> check_finite(const SimulationSetup& setup, const std::string& basin, const std::string& name,
                                  const std::vector<double>& values) {
  const auto found = std::ranges::find_if_not(values, [](double value) { return std::isfinite(value); });
  if (found == values.end()) return {};
  return {{.what = fmt::format("{} does not give a number", setup.model->name()),
           .basin = basin,
           .date = to_string(setup.forcing.axis.at(found - values.begin())),
           .variable = name,
           .got = fmt::format("{}", *found),
           .hint = "Parameters far out of their usual range may mean nothing together."}};
}

/// Balances a basin. Stores that are numbers may add up to none.
void add_ledger(const SimulationSetup& setup, const std::string& basin, WaterLedger ledger, SimulatedBasin& result) {
  for (const auto* values : {&ledger.residual, &ledger.relative}) {
    result.problems = check_finite(setup, basin, "ledger_residual", *values);
    if (result.problems.empty()) continue;
    result.values.clear();
    return;
  }
  const auto sum = [](const std::vector<double>& values) { return std::accumulate(values.begin(), values.end(), 0.0); };
  result.inputs = sum(ledger.inputs);
  result.outputs = sum(ledger.outputs);
  result.change = ledger.storage.back() - ledger.initial_storage;
  for (std::size_t t = 0; t < ledger.residual.size(); ++t) {
    result.residual = std::max(result.residual, std::abs(ledger.residual[t]));
    if (ledger.relative[t] <= result.relative) continue;
    result.relative = ledger.relative[t];
    result.residual_step = t;
  }
  for (auto* column : {&ledger.inputs, &ledger.outputs, &ledger.storage, &ledger.change, &ledger.residual})
    result.values.push_back(std::move(*column));
  for (auto& inside : ledger.under_way) result.values.push_back(std::move(inside));
}

}  // namespace

std::vector<OutputColumn> ledger_columns(const SimulationSetup& setup) {
  std::vector<OutputColumn> columns = {{"ledger_inputs", "mm", "water that came in during the step"},
                                       {"ledger_outputs", "mm", "water that went out during the step"},
                                       {"ledger_storage", "mm", "water inside at the end of the step"},
                                       {"ledger_storage_change", "mm", "storage at the end less storage at the start"},
                                       {"ledger_residual", "mm", "inputs - outputs - storage change"}};
  for (const std::string& name : kernels::under_way_names(*setup.model, setup.routing()))
    columns.push_back({fmt::format("ledger_{}", name), "mm", "water under way at the end of the step, part of the storage"});
  return columns;
}

template <class T>
std::vector<SimulatedBasin> simulate_basins(const SimulationSetup& setup, std::size_t first, std::size_t count, bool ledger) {
  const Lanes<T> lanes(setup, first, count);
  const LaneInputs<T> inputs = lanes.inputs();
  const SimulationResult<T> run = kernels::Simulation<T>(setup.options).run(inputs);
  const auto& wanted = setup.options.wanted;
  std::optional<Ledger<T>> balance;
  if (ledger) balance.emplace(setup.options, inputs, run);
  std::vector<SimulatedBasin> results(count);
  for (std::size_t lane = 0; lane < count; ++lane) {
    SimulatedBasin& result = results[lane];
    const std::string& basin = setup.forcing.basins[first + lane].id;
    for (const OutputSeries& output : setup.outputs) {
      if (output.forcing) {
        result.values.push_back(setup.forcing.basins[first + lane].variables[*output.forcing]);
        continue;
      }
      const auto at = static_cast<std::size_t>(std::ranges::find(wanted, output.series) - wanted.begin());
      result.values.push_back(lane_of(run.series[at], lane, count));
      if (result.problems.empty()) result.problems = check_finite(setup, basin, output.column.name, result.values.back());
    }
    result.end = {lane_of(run.final_states, lane, count), lane_of(run.final_histories, lane, count)};
    for (std::size_t i = 0; i < result.end.states.size() && result.problems.empty(); ++i) {
      if (std::isfinite(result.end.states[i])) continue;
      result.problems = {{.what = fmt::format("{} ends with a state that is no number", setup.model->name()),
                          .basin = basin,
                          .variable = std::string(setup.model->states()[i].name)}};
    }
    if (!result.problems.empty()) {
      result.values.clear();
    } else if (balance) {
      add_ledger(setup, basin, balance->of_lane(lane), result);
    }
  }
  return results;
}

template std::vector<SimulatedBasin> simulate_basins<float>(const SimulationSetup&, std::size_t, std::size_t, bool);
template std::vector<SimulatedBasin> simulate_basins<double>(const SimulationSetup&, std::size_t, std::size_t, bool);

}  // namespace freshet
