#include "freshet/kernels/plan.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet::kernels {
namespace {

void expect_size(std::string_view what, std::size_t got, std::size_t expected) {
  if (got == expected) return;
  throw InputError({.what = fmt::format("the array of {} has the wrong size", what),
                    .expected = fmt::format("{} values", expected),
                    .got = std::to_string(got)});
}

}  // namespace

Series find_series(const Model& model, std::string_view name) {
  if (name == "discharge") return {};
  if (const auto state = model.find_state(name)) return {Series::Kind::kState, *state};
  if (const auto flux = model.find_flux(name)) return {Series::Kind::kFlux, *flux};
  for (std::int32_t d = 0; d < model.table().delay_count; ++d) {
    if (name == model.table().delays[d].name) return {Series::Kind::kDelayed, static_cast<std::size_t>(d)};
  }
  std::vector<std::string> names = {"discharge"};
  for (const auto& row : model.states()) names.emplace_back(row.name);
  for (const auto& row : model.fluxes()) names.emplace_back(row.name);
  const auto near = nearest(name, names);
  throw InputError(
      {.what = fmt::format("the model `{}` has no state or flux `{}`", model.name(), name),
       .hint = near ? fmt::format("Did you mean `{}`?", *near) : fmt::format("`freshet list models --verbose` names them")});
}

std::string_view series_name(const Model& model, Series series) {
  switch (series.kind) {
    case Series::Kind::kState:
      return model.states()[series.index].name;
    case Series::Kind::kFlux:
      return model.fluxes()[series.index].name;
    case Series::Kind::kDelayed:
      return model.table().delays[series.index].name;
    case Series::Kind::kDischarge:
      break;
  }
  return "discharge";
}

std::size_t history_rows(const Model& model, const Routing* routing) {
  std::size_t rows = routing == nullptr ? 0 : routing->length() - 1;
  for (std::int32_t d = 0; d < model.table().delay_count; ++d)
    rows += static_cast<std::size_t>(model.table().delays[d].length - 1);
  return rows;
}

template <class T>
void check(const SimulationOptions& options, const LaneInputs<T>& inputs) {
  const Model& model = *options.model;
  const std::size_t lanes = inputs.lanes();
  if (!(options.dt > 0.0 && options.dt <= 1.0)) {
    throw InputError({.what = "the time step is out of range",
                      .expected = "more than 0, at most 1 day",
                      .got = fmt::format("{} days", options.dt)});
  }
  expect_size("parameters", inputs.parameters.size(), model.parameters().size() * lanes);
  expect_size("routing parameters", inputs.routing_parameters.size(),
              options.routing == nullptr ? 0 : options.routing->parameters().size() * lanes);
  if (!inputs.initial_states.empty()) expect_size("initial states", inputs.initial_states.size(), model.states().size() * lanes);
  if (!inputs.histories.empty()) expect_size("histories", inputs.histories.size(), history_rows(model, options.routing) * lanes);
  if (!inputs.starts.empty()) expect_size("first steps", inputs.starts.size(), lanes);
  expect_size("forcings", inputs.forcing->variables(), model.forcings().size());
  for (const DynamicParameter<T>& dynamic : inputs.dynamic) {
    expect_size("a dynamic parameter", dynamic.values.size(), options.steps * lanes);
    if (model.must_be_static(dynamic.parameter)) {
      throw InputError({.what = fmt::format("the model `{}` reads this parameter once, before the first step", model.name()),
                        .variable = std::string(model.parameters()[dynamic.parameter].name),
                        .hint = "Let it be the same on all days."});
    }
  }
  for (std::size_t l = 0; l < lanes; ++l) {
    const std::int64_t start = inputs.starts.empty() ? 0 : inputs.starts[l];
    const bool known = inputs.basins[l] >= 0 && static_cast<std::size_t>(inputs.basins[l]) < inputs.forcing->basins();
    if (!known || start < 0 || static_cast<std::size_t>(start) + options.steps > inputs.forcing->steps()) {
      throw InputError({.what = fmt::format("lane {} reaches outside the forcing", l),
                        .expected = fmt::format("{} basins, {} steps", inputs.forcing->basins(), inputs.forcing->steps()),
                        .got = fmt::format("basin {}, steps {} to {}", inputs.basins[l], start,
                                           start + static_cast<std::int64_t>(options.steps))});
    }
  }
}

template void check(const SimulationOptions&, const LaneInputs<float>&);
template void check(const SimulationOptions&, const LaneInputs<double>&);

}  // namespace freshet::kernels
