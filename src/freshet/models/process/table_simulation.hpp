#pragma once

#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/model.hpp"
#include "freshet/symbolic/op.hpp"

namespace freshet::witness {

/// All that a lane of a simulation takes, on numbers of type S (witness_numbers.hpp).
template <class S>
struct LaneValues {
  std::vector<std::vector<S>> parameters;  ///< [parameter][step], or [parameter][1] of one that stays the same
  std::vector<S> routing_parameters;       ///< [routing parameter]
  std::vector<S> initial_states;           ///< [state]; empty: the model's own start
  std::vector<std::vector<S>> forcings;    ///< [forcing][step]
};

template <class S>
struct LaneOutputs {
  std::vector<S> discharge;                             ///< [step]
  std::vector<std::vector<S>> states, fluxes, delayed;  ///< [state, flux, delay][step]
  std::vector<S> final_states;
};

/// A line of a program on numbers of any type. Conditions are numbers too, 1 or 0.
template <class S>
S value_of(const kernels::InstructionRow& line, const std::vector<S>& values) {
  using symbolic::Op;
  const auto at = [&](std::int32_t i) -> const S& { return values[static_cast<std::size_t>(i)]; };
  switch (static_cast<Op>(line.op)) {
    case Op::kConstant:
      return S(line.value);
    case Op::kAdd:
      return at(line.a) + at(line.b);
    case Op::kSubtract:
      return at(line.a) - at(line.b);
    case Op::kMultiply:
      return at(line.a) * at(line.b);
    case Op::kDivide:
      return at(line.a) / at(line.b);
    case Op::kNegate:
      return S(0.0) - at(line.a);
    case Op::kMin:
      return select(less(at(line.b), at(line.a)), at(line.b), at(line.a));
    case Op::kMax:
      return select(less(at(line.a), at(line.b)), at(line.b), at(line.a));
    case Op::kLess:
      return less(at(line.a), at(line.b));
    case Op::kLessEqual:
      return less_equal(at(line.a), at(line.b));
    case Op::kSelect:
      return select(at(line.a), at(line.b), at(line.c));
    case Op::kSqrt:
      return sqrt(at(line.a));
    case Op::kExp:
      return exp(at(line.a));
    case Op::kExpm1:
      return expm1(at(line.a));
    case Op::kLog1p:
      return log1p(at(line.a));
    case Op::kTanh:
      return tanh(at(line.a));
    case Op::kExp2:
      return exp2(at(line.a));
    case Op::kLog2:
      return log2(at(line.a));
    case Op::kFma:
      return at(line.a) * at(line.b) + at(line.c);
    default:
      throw InternalError(fmt::format("a program of a model's equations holds the operation {}", line.op));
  }
}

/// Runs a program: inputs to outputs.
template <class S>
std::vector<S> run(const kernels::ProgramTable& program, const std::vector<S>& inputs) {
  std::vector<S> values;
  values.reserve(static_cast<std::size_t>(program.lines));
  for (std::int32_t i = 0; i < program.lines; ++i) {
    const kernels::InstructionRow& line = program.code[i];
    const bool is_input = static_cast<symbolic::Op>(line.op) == symbolic::Op::kInput;
    values.push_back(is_input ? inputs[static_cast<std::size_t>(line.input)] : value_of(line, values));
  }
  std::vector<S> outputs;
  for (std::int32_t i = 0; i < program.output_count; ++i) outputs.push_back(values[static_cast<std::size_t>(program.outputs[i])]);
  return outputs;
}

/// A model as its tables say, day after day, in the plainest way and without the engine: the programs of its equations alone,
/// none of their adjoints. What the engine's derivatives are checked against, for models of plug-ins too.
template <class S>
class TableSimulation {
 public:
  TableSimulation(const kernels::Model& model, const kernels::Routing* routing, const LaneValues<S>& lane,
                  physics::Substeps substeps)
      : model_(model), routing_(routing), lane_(lane), substeps_(substeps), steps_(lane.forcings.front().size()) {}

  LaneOutputs<S> run_all() {
    std::vector<S> inputs = parameters(0);
    inputs.push_back(S(1.0));
    derived_ = run(model_.table().prepare, inputs);
    out_.delayed.resize(static_cast<std::size_t>(model_.table().delay_count));
    for (std::size_t s = 0; s < model_.stage_count(); ++s) {
      run_stage(s);
      for (std::size_t d = 0; d < out_.delayed.size(); ++d) {
        const kernels::DelayRow& row = model_.table().delays[d];
        if (model_.delay_input(d).stage != s) continue;
        const auto first = derived_.begin() + row.first;
        out_.delayed[d] = spread(flux(model_.delay_input(d)), {first, first + row.length});
      }
    }
    const std::vector<S>& runoff = out_.fluxes[model_.runoff()];
    if (routing_ == nullptr) {
      out_.discharge = runoff;
    } else {
      inputs = lane_.routing_parameters;
      inputs.push_back(S(1.0));
      out_.discharge = spread(runoff, run(routing_->table().ordinates, inputs));
    }
    return out_;
  }

 private:
  std::vector<S> parameters(std::size_t step) const {
    std::vector<S> values;
    for (const std::vector<S>& row : lane_.parameters) values.push_back(row.size() == 1 ? row[0] : row[step]);
    return values;
  }

  const std::vector<S>& flux(kernels::StagePlace place) const {
    std::size_t first = 0;
    for (std::size_t s = 0; s < place.stage; ++s) {
      first += static_cast<std::size_t>(model_.stage(s).counts.fluxes + model_.stage(s).counts.sub_fluxes);
    }
    return out_.fluxes[first + place.index];
  }

  std::vector<S> spread(const std::vector<S>& in, const std::vector<S>& weights) const {
    std::vector<S> out;
    for (std::size_t t = 0; t < in.size(); ++t) {
      S sum = weights[0] * in[t];
      for (std::size_t k = 1; k < weights.size() && k <= t; ++k) sum = sum + weights[k] * in[t - k];
      out.push_back(sum);
    }
    return out;
  }

  const std::vector<S>& forcing(const kernels::ForcingSource& source) const {
    switch (source.kind) {
      case kernels::ForcingSource::Kind::kFlux:
        return flux({source.stage, source.index});
      case kernels::ForcingSource::Kind::kDelay:
        return out_.delayed[source.index];
      case kernels::ForcingSource::Kind::kForcing:
        break;
    }
    return lane_.forcings[source.index];
  }

  /// Runs a program of a stage: state, forcing or carry, parameters, derived, dt.
  std::vector<S> call(const kernels::ProgramTable& program, const std::vector<S>& state, const std::vector<S>& second,
                      const std::vector<S>& p, double dt) const {
    std::vector<S> inputs = state;
    inputs.insert(inputs.end(), second.begin(), second.end());
    inputs.insert(inputs.end(), p.begin(), p.end());
    inputs.insert(inputs.end(), derived_.begin(), derived_.end());
    inputs.push_back(S(dt));
    return run(program, inputs);
  }

  /// Takes `count` results from `from` on, weighed, and adds them to sums.
  static void add(std::vector<S>& sums, std::size_t first, const std::vector<S>& from, std::size_t begin, std::size_t count,
                  double weight) {
    for (std::size_t i = 0; i < count; ++i) sums[first + i] = sums[first + i] + from[begin + i] * S(weight);
  }

  void run_stage(std::size_t s);

  const kernels::Model& model_;
  const kernels::Routing* routing_;
  const LaneValues<S>& lane_;
  physics::Substeps substeps_;
  std::size_t steps_;
  std::vector<S> derived_;
  LaneOutputs<S> out_;
};

template <class S>
void TableSimulation<S>::run_stage(std::size_t s) {
  const kernels::StageTable& stage = model_.stage(s);
  const auto states = static_cast<std::size_t>(stage.counts.states), fluxes = static_cast<std::size_t>(stage.counts.fluxes),
             sub_fluxes = static_cast<std::size_t>(stage.counts.sub_fluxes);
  const std::size_t first_state = out_.states.size(), first_flux = out_.fluxes.size();
  out_.states.resize(first_state + states);
  out_.fluxes.resize(first_flux + fluxes + sub_fluxes);
  std::vector<S> state = run(stage.initial, parameters(0));
  if (!lane_.initial_states.empty()) {
    const auto first = lane_.initial_states.begin() + static_cast<std::ptrdiff_t>(first_state);
    state.assign(first, first + static_cast<std::ptrdiff_t>(states));
  }
  const bool has_substep = stage.substep.lines > 0;
  const int outer = substeps_.outer, inner = substeps_.inner;
  for (std::size_t t = 0; t < steps_; ++t) {
    const std::vector<S> p = parameters(t);
    std::vector<S> today;
    for (const kernels::ForcingSource& source : model_.sources(s)) today.push_back(forcing(source)[t]);
    std::vector<S> means(fluxes + sub_fluxes, S(0.0));
    for (int o = 0; o < outer; ++o) {
      const std::vector<S> step = call(stage.step, state, today, p, 1.0 / outer);
      const auto end_of_state = step.begin() + static_cast<std::ptrdiff_t>(states);
      state.assign(step.begin(), end_of_state);
      add(means, 0, step, states, fluxes, 1.0 / outer);
      const std::vector<S> carry(end_of_state + static_cast<std::ptrdiff_t>(fluxes), step.end());
      for (int k = 0; has_substep && k < inner; ++k) {
        const std::vector<S> sub = call(stage.substep, state, carry, p, 1.0 / (outer * inner));
        state.assign(sub.begin(), sub.begin() + static_cast<std::ptrdiff_t>(states));
        add(means, fluxes, sub, states, sub_fluxes, 1.0 / (outer * inner));
      }
    }
    for (std::size_t i = 0; i < states; ++i) out_.states[first_state + i].push_back(state[i]);
    for (std::size_t i = 0; i < means.size(); ++i) out_.fluxes[first_flux + i].push_back(means[i]);
  }
  out_.final_states.insert(out_.final_states.end(), state.begin(), state.end());
}

}  // namespace freshet::witness
