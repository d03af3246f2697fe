#include "freshet/models/process/gradient_case.hpp"

#include <cmath>

#include "freshet/core/rng.hpp"

namespace freshet::witness {
namespace {

using kernels::Model;
using kernels::Series;

/// A value inside a range, away from its bounds.
double inside(RngStream& rng, const physics::ParameterInfo& row) {
  const double position = 0.05 + 0.9 * rng.uniform();
  return row.scale == physics::ParameterScale::kLog ? row.lower * std::pow(row.upper / row.lower, position)
                                                    : row.lower + position * (row.upper - row.lower);
}

/// Weather: water that comes falls on four days of ten, temperatures cross zero, what may not be negative is like potential
/// evapotranspiration, never zero; all else varies about 0.
double weather(RngStream& rng, const physics::VariableInfo& row, std::size_t step) {
  if (row.role == physics::WaterRole::kGain) return rng.uniform() < 0.4 ? rng.gamma(0.6, 15.0) : 0.0;
  if (row.unit == "degC") return 3 + 8 * std::sin(0.2 * static_cast<double>(step)) + 4 * rng.normal();
  if (std::isfinite(row.lowest)) return row.lowest + 0.3 + 5 * rng.uniform();
  return rng.normal();
}

/// An engine's inputs made of a case's.
template <class T>
struct EngineInputs {
  explicit EngineInputs(const GradientCase& c) : forcing(c.lanes, c.steps, c.model->forcings().size()) {
    for (std::size_t l = 0; l < c.lanes; ++l) basins.push_back(static_cast<std::int32_t>(l));
    parameters.resize(c.model->parameters().size() * c.lanes);
    for (const CaseInput& input : c.inputs) {
      switch (input.kind) {
        case InputKind::kParameter:
          std::copy(input.values.begin(), input.values.end(),
                    parameters.begin() + static_cast<std::ptrdiff_t>(input.index * c.lanes));
          break;
        case InputKind::kDailyParameter:
          daily.emplace_back(input.values.begin(), input.values.end());
          daily_index.push_back(input.index);
          break;
        case InputKind::kRoutingParameter:
          routing.insert(routing.end(), input.values.begin(), input.values.end());
          break;
        case InputKind::kInitialState:
          states.insert(states.end(), input.values.begin(), input.values.end());
          break;
        case InputKind::kForcing:
          for (std::size_t k = 0; k < input.values.size(); ++k) {
            forcing.at(k % c.lanes, k / c.lanes, input.index) = static_cast<T>(input.values[k]);
          }
          break;
      }
    }
  }
  kernels::LaneInputs<T> lanes() const {
    kernels::LaneInputs<T> in{.forcing = &forcing, .basins = basins, .parameters = parameters};
    in.routing_parameters = routing;
    in.initial_states = states;
    for (std::size_t i = 0; i < daily.size(); ++i) in.dynamic.push_back({daily_index[i], daily[i]});
    return in;
  }
  kernels::ForcingTable<T> forcing;
  std::vector<std::int32_t> basins;
  std::vector<T> parameters, routing, states;
  std::vector<std::vector<T>> daily;
  std::vector<std::size_t> daily_index;
};

kernels::SimulationOptions engine_options(const GradientCase& c, std::size_t keep_every) {
  return {.model = c.model, .routing = c.routing, .steps = c.steps, .wanted = c.series, .keep_every = keep_every};
}

void add_forcings(GradientCase& c, RngStream& rng) {
  for (std::size_t v = 0; v < c.model->forcings().size(); ++v) {
    const physics::VariableInfo& row = c.model->forcings()[v];
    CaseInput input{.kind = InputKind::kForcing, .index = v, .name = std::string(row.name)};
    for (std::size_t k = 0; k < c.steps * c.lanes; ++k) input.values.push_back(weather(rng, row, k / c.lanes));
    c.inputs.push_back(std::move(input));
  }
}

void add_parameters(GradientCase& c, InputKind kind, std::span<const physics::ParameterInfo> table, bool daily, RngStream& rng) {
  for (std::size_t i = 0; i < table.size(); ++i) {
    const bool varies = daily && !c.model->must_be_static(i);
    CaseInput input{.kind = varies ? InputKind::kDailyParameter : kind, .index = i, .name = std::string(table[i].name)};
    for (std::size_t k = 0; k < (varies ? c.steps : 1) * c.lanes; ++k) input.values.push_back(inside(rng, table[i]));
    c.inputs.push_back(std::move(input));
  }
}

/// The states that a hundred days of other weather leave.
void add_states(GradientCase& c, RngStream& rng) {
  GradientCase before{.model = c.model, .lanes = c.lanes, .steps = 100};
  for (const CaseInput& input : c.inputs) {
    if (input.kind == InputKind::kParameter) before.inputs.push_back(input);
    if (input.kind != InputKind::kDailyParameter) continue;
    CaseInput first = input;
    first.kind = InputKind::kParameter;
    first.values.resize(c.lanes);
    before.inputs.push_back(std::move(first));
  }
  add_forcings(before, rng);
  const EngineInputs<double> inputs(before);
  const auto result = kernels::Simulation<double>(engine_options(before, 0)).run(inputs.lanes());
  for (std::size_t i = 0; i < c.model->states().size(); ++i) {
    const auto first = result.final_states.begin() + static_cast<std::ptrdiff_t>(i * c.lanes);
    c.inputs.push_back({.kind = InputKind::kInitialState,
                        .index = i,
                        .name = std::string(c.model->states()[i].name),
                        .values = {first, first + static_cast<std::ptrdiff_t>(c.lanes)}});
  }
}

}  // namespace

GradientCase make_case(const Model& model, const kernels::Routing* routing, const CaseOptions& options) {
  GradientCase c{.model = &model, .routing = routing, .lanes = options.lanes, .steps = options.steps};
  RngStream rng(options.seed, RngUse::kSynthetic, options.daily ? 1 : 0, options.given_start ? 1 : 0);
  add_parameters(c, InputKind::kParameter, model.parameters(), options.daily, rng);
  if (routing != nullptr) add_parameters(c, InputKind::kRoutingParameter, routing->parameters(), false, rng);
  if (options.given_start) add_states(c, rng);
  add_forcings(c, rng);
  c.series = {{}};
  for (std::size_t i = 0; i < model.states().size(); ++i) c.series.push_back({Series::Kind::kState, i});
  for (std::size_t i = 0; i < model.fluxes().size(); ++i) c.series.push_back({Series::Kind::kFlux, i});
  for (std::int32_t i = 0; i < model.table().delay_count; ++i) {
    c.series.push_back({Series::Kind::kDelayed, static_cast<std::size_t>(i)});
  }
  const auto random = [&](std::size_t size) {
    std::vector<double> values(size);
    for (double& value : values) value = 2 * rng.uniform() - 1;
    return values;
  };
  for (std::size_t i = 0; i < c.series.size(); ++i) c.seeds.push_back(random(c.steps * c.lanes));
  c.final_seeds = random(model.states().size() * c.lanes);
  return c;
}

WeightedSums engine_sums(const GradientCase& c) {
  const EngineInputs<double> inputs(c);
  const auto result = kernels::Simulation<double>(engine_options(c, 0)).run(inputs.lanes());
  WeightedSums sums{.sum = std::vector<double>(c.lanes), .size = std::vector<double>(c.lanes)};
  const auto add = [&](const auto& values, const std::vector<double>& seeds) {
    for (std::size_t k = 0; k < seeds.size(); ++k) {
      sums.sum[k % c.lanes] += seeds[k] * values[k];
      sums.size[k % c.lanes] += std::abs(seeds[k] * values[k]);
    }
  };
  for (std::size_t i = 0; i < c.series.size(); ++i) add(result.series[i], c.seeds[i]);
  add(result.final_states, c.final_seeds);
  return sums;
}

template <class T>
std::vector<std::vector<double>> engine_gradients(const GradientCase& c, bool discharge_alone) {
  const EngineInputs<T> inputs(c);
  kernels::Simulation<T> simulation(engine_options(c, 1));
  simulation.run(inputs.lanes());
  std::vector<std::vector<T>> seeds;
  for (std::size_t i = 0; i < (discharge_alone ? 1 : c.seeds.size()); ++i)
    seeds.emplace_back(c.seeds[i].begin(), c.seeds[i].end());
  const std::vector<T> final_seeds(c.final_seeds.begin(), discharge_alone ? c.final_seeds.begin() : c.final_seeds.end());
  const kernels::Gradients<T> g =
      simulation.adjoint(std::span(c.series).first(seeds.size()), {seeds.begin(), seeds.end()}, final_seeds, !discharge_alone);
  std::vector<std::vector<double>> out;
  std::size_t daily = 0;
  const auto row = [&](const std::vector<T>& rows, std::size_t i) {
    const auto first = rows.begin() + static_cast<std::ptrdiff_t>(i * c.lanes);
    out.emplace_back(first, first + static_cast<std::ptrdiff_t>(c.lanes));
  };
  for (const CaseInput& input : c.inputs) {
    switch (input.kind) {
      case InputKind::kParameter:
        row(g.parameters, input.index);
        break;
      case InputKind::kDailyParameter:
        out.emplace_back(g.dynamic[daily].begin(), g.dynamic[daily].end());
        ++daily;
        break;
      case InputKind::kRoutingParameter:
        row(g.routing_parameters, input.index);
        break;
      case InputKind::kInitialState:
        row(g.initial_states, input.index);
        break;
      case InputKind::kForcing:
        out.emplace_back();
        if (!discharge_alone) out.back().assign(g.forcings[input.index].begin(), g.forcings[input.index].end());
        break;
    }
  }
  return out;
}

template std::vector<std::vector<double>> engine_gradients<float>(const GradientCase&, bool);
template std::vector<std::vector<double>> engine_gradients<double>(const GradientCase&, bool);

}  // namespace freshet::witness
