#include "freshet/kernels/ledger.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/derived_values.hpp"

namespace freshet::kernels {
namespace {

using physics::WaterRole;

Series runoff_of(const Model& model) {
  return {Series::Kind::kFlux, model.runoff()};
}

/// Whether water that flows into the routing leaves the model by that.
bool has_routing(const Model& model, const Routing* routing) {
  return routing != nullptr && model.fluxes()[model.runoff()].role == WaterRole::kLoss;
}

std::vector<Series> delay_inputs(const Model& model) {
  const auto count = static_cast<std::size_t>(model.table().delay_count);
  std::vector<Series> inputs;
  inputs.reserve(count);
  for (std::size_t d = 0; d < count; ++d) {
    inputs.push_back({Series::Kind::kFlux, model.find_flux(model.table().delays[d].flux).value()});
  }
  return inputs;
}

/// The fluxes of a role; the runoff as the discharge it becomes.
std::vector<Series> fluxes_of(const Model& model, const Routing* routing, WaterRole role) {
  std::vector<Series> result;
  for (std::size_t i = 0; i < model.fluxes().size(); ++i) {
    if (model.fluxes()[i].role != role) continue;
    const bool routed = i == model.runoff() && has_routing(model, routing);
    result.push_back(routed ? Series{} : Series{Series::Kind::kFlux, i});
  }
  return result;
}

}  // namespace

std::vector<std::string> under_way_names(const Model& model, const Routing* routing) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(model.table().delay_count) + 1);
  for (std::int32_t d = 0; d < model.table().delay_count; ++d)
    names.push_back(fmt::format("in_{}", model.table().delays[d].name));
  if (has_routing(model, routing)) names.emplace_back("in_routing");
  return names;
}

std::vector<Series> ledger_series(const Model& model, const Routing* routing) {
  std::vector<Series> all = fluxes_of(model, routing, WaterRole::kGain);
  const auto add = [&](const std::vector<Series>& more) {
    for (const Series& series : more) {
      if (std::ranges::find(all, series) == all.end()) all.push_back(series);
    }
  };
  add(fluxes_of(model, routing, WaterRole::kLoss));
  for (std::size_t i = 0; i < model.states().size(); ++i) {
    if (model.states()[i].role == WaterRole::kStored) all.push_back({Series::Kind::kState, i});
  }
  add(delay_inputs(model));
  if (has_routing(model, routing)) add({runoff_of(model)});
  return all;
}

template <class T>
Ledger<T>::Ledger(const SimulationOptions& options, const LaneInputs<T>& inputs, const SimulationResult<T>& result)
    : options_(options), inputs_(inputs), result_(result) {
  const Model& model = *options.model;
  const std::size_t lanes = inputs.lanes();
  for (std::size_t i = 0; i < model.forcings().size(); ++i) {
    if (model.forcings()[i].role == WaterRole::kGain) gains_.push_back({.is_forcing = true, .index = i});
    if (model.forcings()[i].role == WaterRole::kLoss) losses_.push_back({.is_forcing = true, .index = i});
  }
  for (const Series& series : fluxes_of(model, options.routing, WaterRole::kGain))
    gains_.push_back({.is_forcing = false, .index = kept(series)});
  for (const Series& series : fluxes_of(model, options.routing, WaterRole::kLoss))
    losses_.push_back({.is_forcing = false, .index = kept(series)});
  for (std::size_t i = 0; i < model.states().size(); ++i) {
    if (model.states()[i].role == WaterRole::kStored) stored_.push_back({i, kept({Series::Kind::kState, i})});
  }
  initial_ = inputs.initial_states.empty() ? own_initial_states<T>(model, inputs.parameters, lanes)
                                           : std::vector<T>(inputs.initial_states.begin(), inputs.initial_states.end());
  const std::vector<Series> into_delays = delay_inputs(model);
  std::size_t history_row = 0;
  for (std::size_t d = 0; d < into_delays.size(); ++d) {
    const auto length = static_cast<std::size_t>(model.table().delays[d].length);
    add_under_way(into_delays[d], length, delay_ordinates<T>(model, d, inputs.parameters, lanes, options.dt), history_row);
    history_row += length - 1;
  }
  if (has_routing(model, options.routing)) {
    add_under_way(runoff_of(model), options.routing->length(),
                  routing_ordinates<T>(*options.routing, inputs.routing_parameters, lanes, options.dt), history_row);
  }
}

template <class T>
void Ledger<T>::add_under_way(Series in, std::size_t length, const std::vector<T>& ordinates, std::size_t history_row) {
  const std::size_t lanes = inputs_.lanes();
  UnderWay delay{
      .in = kept(in), .length = length, .history_row = history_row, .remaining = std::vector<double>((length - 1) * lanes)};
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    double later = 0;
    for (std::size_t k = length - 1; k > 0; --k) {
      later += static_cast<double>(ordinates[k * lanes + lane]);
      delay.remaining[(k - 1) * lanes + lane] = later;
    }
  }
  under_way_.push_back(std::move(delay));
}

template <class T>
std::size_t Ledger<T>::kept(Series series) const {
  const auto found = std::ranges::find(options_.wanted, series);
  if (found == options_.wanted.end()) throw InternalError("a series of the ledger was not kept");
  return static_cast<std::size_t>(found - options_.wanted.begin());
}

template <class T>
double Ledger<T>::series_value(std::size_t series, std::size_t step, std::size_t lane) const {
  return static_cast<double>(result_.series[series][step * inputs_.lanes() + lane]);
}

template <class T>
double Ledger<T>::value(const Part& part, std::size_t step, std::size_t lane) const {
  if (!part.is_forcing) return series_value(part.index, step, lane);
  const std::size_t start = inputs_.starts.empty() ? 0 : static_cast<std::size_t>(inputs_.starts[lane]);
  return static_cast<double>(inputs_.forcing->at(static_cast<std::size_t>(inputs_.basins[lane]), start + step, part.index));
}

/// Water inside a delay at the end of a step, mm; step -1: before the first.
template <class T>
double Ledger<T>::content(const UnderWay& delay, std::ptrdiff_t step, std::size_t lane) const {
  const std::size_t lanes = inputs_.lanes();
  const auto rows = static_cast<std::ptrdiff_t>(delay.length) - 1;
  double sum = 0;
  for (std::ptrdiff_t ago = 0; ago < rows; ++ago) {
    double inflow = 0;
    if (ago <= step) {
      inflow = series_value(delay.in, static_cast<std::size_t>(step - ago), lane);
    } else if (!inputs_.histories.empty()) {
      const std::ptrdiff_t row = rows - (ago - step);  // ago - step of 1 is the last row
      if (row < 0) break;
      inflow = static_cast<double>(inputs_.histories[(delay.history_row + static_cast<std::size_t>(row)) * lanes + lane]);
    }
    sum += inflow * delay.remaining[static_cast<std::size_t>(ago) * lanes + lane];
  }
  return sum * options_.dt;
}

template <class T>
WaterLedger Ledger<T>::of_lane(std::size_t lane) const {
  WaterLedger ledger;
  ledger.under_way.resize(under_way_.size());
  double before = 0, moved_before = 0;
  for (const Store& store : stored_) {
    const auto value = static_cast<double>(initial_[store.state * inputs_.lanes() + lane]);
    before += value;
    moved_before += std::abs(value);
  }
  for (const UnderWay& delay : under_way_) {
    const double value = content(delay, -1, lane);
    before += value;
    moved_before += std::abs(value);
  }
  ledger.initial_storage = before;
  for (std::size_t step = 0; step < options_.steps; ++step) {
    double in = 0, out = 0, after = 0, magnitude = 0;
    const auto add = [&magnitude](double value, double& sum) {
      sum += value;
      magnitude += std::abs(value);
    };
    for (const Store& store : stored_) add(series_value(store.series, step, lane), after);
    for (std::size_t d = 0; d < under_way_.size(); ++d) {
      const double inside = content(under_way_[d], static_cast<std::ptrdiff_t>(step), lane);
      ledger.under_way[d].push_back(inside);
      add(inside, after);
    }
    const double stored_magnitude = magnitude;
    for (const Part& part : gains_) add(options_.dt * value(part, step, lane), in);
    for (const Part& part : losses_) add(options_.dt * value(part, step, lane), out);
    magnitude += moved_before;
    const double residual = in - out - (after - before);
    ledger.inputs.push_back(in);
    ledger.outputs.push_back(out);
    ledger.storage.push_back(after);
    ledger.change.push_back(after - before);
    ledger.residual.push_back(residual);
    ledger.relative.push_back(magnitude > 0 ? std::abs(residual) / magnitude : std::abs(residual));
    before = after;
    moved_before = stored_magnitude;
  }
  return ledger;
}

template class Ledger<float>;
template class Ledger<double>;

}  // namespace freshet::kernels
