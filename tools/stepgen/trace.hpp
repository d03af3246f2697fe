#pragma once

#include <limits>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "freshet/physics/check_model.hpp"
#include "freshet/physics/model.hpp"
#include "freshet/symbolic/differentiate.hpp"
#include "freshet/symbolic/expression.hpp"
#include "stepgen/traced_model.hpp"

/// Runs a model's functions once on expressions: what they compute becomes programs, and the programs' adjoints.
namespace freshet::stepgen {

/// A function on its way to a program: a graph with inputs, and outputs to seed. Groups of adjoints are taken in the order of
/// their inputs.
class Tracer {
 public:
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  /// A struct of new inputs, called by their names, or numbered. Steady ones stay the same over most time steps. A field without
  /// a name is not a number: the graph refuses it where it is used.
  template <class Fields, class Names>
  Fields inputs(const Names& names, bool steady) {
    Fields result{};
    const auto to = physics::fields<symbolic::Expression>(result);
    for (std::size_t i = 0; i < to.size(); ++i) {
      to[i] = i < std::size(names) ? input(std::string(names[i].name), steady)
                                   : symbolic::Expression(std::numeric_limits<double>::quiet_NaN());
    }
    return result;
  }
  template <class Fields>
  Fields numbered_inputs(const std::string& prefix, bool steady) {
    Fields result{};
    const auto to = physics::fields<symbolic::Expression>(result);
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = input(prefix + std::to_string(i), steady);
    return result;
  }
  symbolic::Expression input(const std::string& name, bool steady) {
    steady_.push_back(steady);
    inputs_.push_back(graph_.input(name));
    return {graph_, inputs_.back()};
  }

  /// The fields of a result become outputs.
  template <class Fields>
  void outputs(const Fields& values, const std::string& prefix) {
    std::size_t i = 0;
    for (const symbolic::Expression& value : physics::fields<symbolic::Expression>(values)) {
      outputs_.push_back(value.node(graph_));
      names_.push_back(prefix + std::to_string(i++));
    }
  }
  template <class Fields, class Names>
  void named_outputs(const Fields& values, const std::string& prefix, const Names& names) {
    const auto from = physics::fields<symbolic::Expression>(values);
    for (std::size_t i = 0; i < from.size(); ++i) {
      outputs_.push_back(from[i].node(graph_));
      names_.push_back(prefix + std::string(names[i].name));
    }
  }

  symbolic::Program program() const { return symbolic::compile(graph_, outputs_, names_, steady_); }

  /// The program of the adjoint. Call it once.
  /// @param seeded  [output] whether it has a seed; all seeds are inputs, in any case
  /// @param wanted  [input] whether its adjoint is computed (else it is zero); inputs that are not in `returned` have no output
  /// @param first_summed  the adjoints of inputs from this one on are added to sums, which are further inputs
  symbolic::Program adjoint(const std::vector<bool>& seeded, const std::vector<bool>& wanted, const std::vector<bool>& returned,
                            std::size_t first_summed = kNone) const;

  std::size_t input_count() const { return inputs_.size(); }
  std::size_t output_count() const { return outputs_.size(); }

 private:
  symbolic::Graph graph_;
  std::vector<symbolic::NodeId> inputs_, outputs_;
  std::vector<std::string> names_;
  std::vector<bool> steady_;
};

inline std::vector<bool> all(std::size_t n) {
  return std::vector<bool>(n, true);
}

template <class Rows>
auto to_vector(const Rows& rows) {
  return std::vector(std::begin(rows), std::end(rows));
}

/// The names that a stage's fluxes must serve: the runoff, the inputs of delays, the forcings of later stages.
template <class M>
std::set<std::string> names_in_demand() {
  std::set<std::string> names = {std::string(M::kRunoff)};
  for (const physics::DelayInfo& delay : physics::delays_of<M>()) names.emplace(delay.flux);
  [&]<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    const auto add = [&](const auto& forcings) {
      for (const physics::VariableInfo& row : forcings) names.emplace(row.name);
    };
    (add(Stage::kForcings), ...);
  }(std::type_identity<physics::Stages<M>>{});
  return names;
}

/// Marks of the adjoint's inputs: of [state, forcing or carry, parameters, derived, dt], which are wanted and returned.
inline std::vector<bool> marks(std::size_t states, const std::vector<bool>& inputs, std::size_t rest, bool dt) {
  std::vector<bool> result = all(states);
  result.insert(result.end(), inputs.begin(), inputs.end());
  result.insert(result.end(), rest, true);
  result.push_back(dt);
  return result;
}

template <class M, class Stage>
void trace_initial(TracedStage& out) {
  using E = symbolic::Expression;
  Tracer tracer;
  const auto p = tracer.inputs<typename M::template Parameters<E>>(M::kParameters, true);
  tracer.named_outputs(physics::initial_state<Stage>(p, E()), "", Stage::kStates);
  out.initial = tracer.program();
  out.initial_adjoint = tracer.adjoint(all(tracer.output_count()), all(tracer.input_count()), all(tracer.input_count()));
}

template <class M, class Stage>
void trace_step(TracedStage& out) {
  using E = symbolic::Expression;
  Tracer tracer;
  const auto x = tracer.inputs<typename Stage::template State<E>>(Stage::kStates, false);
  const auto f = tracer.inputs<typename Stage::template Forcing<E>>(Stage::kForcings, false);
  const auto p = tracer.inputs<typename M::template Parameters<E>>(M::kParameters, true);
  const auto d = tracer.numbered_inputs<physics::Derived<M, E>>("derived_", true);
  const E dt = tracer.input("dt", true);
  const auto step = physics::call_step<Stage>(x, f, p, d, dt);
  tracer.named_outputs(step.state, "next_", Stage::kStates);
  tracer.named_outputs(step.fluxes, "", Stage::kFluxes);
  std::vector<bool> main_seeds = all(std::size(Stage::kStates));
  for (std::size_t i = 0; i < std::size(Stage::kFluxes); ++i) main_seeds.push_back(out.main[i]);
  if constexpr (physics::has_substep<Stage>) {
    tracer.outputs(step.carry, "carry_");
    out.carry = physics::field_count<E, decltype(step.carry)>();
    main_seeds.insert(main_seeds.end(), out.carry, true);
  }
  const std::size_t states = std::size(Stage::kStates), forcings = std::size(Stage::kForcings);
  const std::size_t rest = tracer.input_count() - states - forcings - 1;
  const auto returned = marks(states, all(forcings), rest, false);
  out.step = tracer.program();
  out.adjoint = tracer.adjoint(all(tracer.output_count()), returned, returned, states + forcings);
  out.adjoint_main = tracer.adjoint(main_seeds, marks(states, out.link, rest, false), returned, states + forcings);
}

template <class M, class Stage>
void trace_substep(TracedStage& out) {
  using E = symbolic::Expression;
  Tracer tracer;
  const auto x = tracer.inputs<typename Stage::template State<E>>(Stage::kStates, false);
  const auto c = tracer.numbered_inputs<physics::CarryOf<M, Stage, E>>("carry_", false);
  const auto p = tracer.inputs<typename M::template Parameters<E>>(M::kParameters, true);
  const auto d = tracer.numbered_inputs<physics::Derived<M, E>>("derived_", true);
  const E dt = tracer.input("dt", true);
  const auto step = physics::call_substep<Stage>(x, c, p, d, dt);
  tracer.named_outputs(step.state, "next_", Stage::kStates);
  tracer.named_outputs(step.fluxes, "", Stage::kSubFluxes);
  std::vector<bool> main_seeds = all(std::size(Stage::kStates));
  main_seeds.insert(main_seeds.end(), out.main.begin() + static_cast<std::ptrdiff_t>(std::size(Stage::kFluxes)), out.main.end());
  const std::size_t rest = tracer.input_count() - std::size(Stage::kStates) - out.carry - 1;
  const auto returned = marks(std::size(Stage::kStates), all(out.carry), rest, false);
  const std::size_t first_summed = std::size(Stage::kStates) + out.carry;
  out.substep = tracer.program();
  out.sub_adjoint = tracer.adjoint(all(tracer.output_count()), returned, returned, first_summed);
  out.sub_adjoint_main = tracer.adjoint(main_seeds, returned, returned, first_summed);
}

template <class M, class Stage>
TracedStage trace_stage(const std::set<std::string>& in_demand, const std::set<std::string>& made_before) {
  TracedStage out;
  out.forcings = to_vector(Stage::kForcings);
  out.states = to_vector(Stage::kStates);
  out.fluxes = to_vector(Stage::kFluxes);
  if constexpr (physics::has_substep<Stage>) {
    out.sub_fluxes = std::size(Stage::kSubFluxes);
    out.fluxes.insert(out.fluxes.end(), std::begin(Stage::kSubFluxes), std::end(Stage::kSubFluxes));
  }
  for (const physics::VariableInfo& row : out.fluxes) out.main.push_back(in_demand.contains(std::string(row.name)));
  for (const physics::VariableInfo& row : out.forcings) out.link.push_back(made_before.contains(std::string(row.name)));
  trace_initial<M, Stage>(out);
  trace_step<M, Stage>(out);
  if constexpr (physics::has_substep<Stage>) trace_substep<M, Stage>(out);
  return out;
}

template <class M>
void trace_prepare(TracedModel& out) {
  using E = symbolic::Expression;
  Tracer tracer;
  const auto p = tracer.inputs<typename M::template Parameters<E>>(M::kParameters, true);
  const E dt = tracer.input("dt", true);
  tracer.outputs(physics::prepare<M, E>(p, dt), "derived_");
  std::vector<bool> returned = all(tracer.input_count());
  returned.back() = false;
  out.derived = tracer.output_count();
  out.prepare = tracer.program();
  out.prepare_adjoint = tracer.adjoint(all(tracer.output_count()), returned, returned);
}

/// All programs of a model.
template <class M>
TracedModel trace_model() {
  physics::check_model<M>();
  TracedModel out{.name = std::string(M::kName), .title = std::string(M::kTitle), .runoff = std::string(M::kRunoff)};
  out.parameters = to_vector(M::kParameters);
  out.delays = to_vector(physics::delays_of<M>());
  out.substeps = to_vector(physics::substeps_of<M>());
  out.exceptions = physics::exceptions_of<M>();
  trace_prepare<M>(out);
  const std::set<std::string> in_demand = names_in_demand<M>();
  std::set<std::string> made;
  const auto add = [&]<class Stage>() {
    out.stages.push_back(trace_stage<M, Stage>(in_demand, made));
    for (const physics::VariableInfo& row : out.stages.back().fluxes) made.emplace(row.name);
    for (const physics::DelayInfo& delay : out.delays) {
      if (made.contains(std::string(delay.flux))) made.emplace(delay.name);
    }
  };
  [&]<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    (add.template operator()<Stage>(), ...);
  }(std::type_identity<physics::Stages<M>>{});
  for (std::size_t i = 0; i < out.stages.size(); ++i) {
    out.stages[i].name = out.stages.size() == 1 ? out.name : out.name + "_stage_" + std::to_string(i + 1);
  }
  return out;
}

template <class R>
TracedRouting trace_routing() {
  using E = symbolic::Expression;
  TracedRouting out{.name = std::string(R::kName), .title = std::string(R::kTitle), .length = R::kLength};
  out.parameters = to_vector(R::kParameters);
  Tracer tracer;
  const auto p = tracer.inputs<typename R::template Parameters<E>>(R::kParameters, true);
  const E dt = tracer.input("dt", true);
  tracer.outputs(R::ordinates(p, dt), "ordinate_");
  std::vector<bool> returned = all(tracer.input_count());
  returned.back() = false;
  out.ordinates = tracer.program();
  out.ordinates_adjoint = tracer.adjoint(all(tracer.output_count()), returned, returned);
  return out;
}

}  // namespace freshet::stepgen
