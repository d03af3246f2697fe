#include "freshet/kernels/interpreter.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/lanes/lane_math.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/scalar_lane.hpp"
#include "freshet/kernels/lanes/stage_loop.hpp"
#include "freshet/symbolic/op.hpp"

namespace freshet::kernels {
namespace {

using symbolic::Op;

/// A line's value; a condition is 1 or 0.
template <class V>
V value_of(const InstructionRow& line, const V* values) {
  using T = typename V::Value;
  const auto at = [&](std::int32_t i) -> const V& { return values[i < 0 ? 0 : i]; };
  const V &a = at(line.a), &b = at(line.b), &c = at(line.c);
  const V zero(T(0)), one(T(1));
  switch (static_cast<Op>(line.op)) {
    case Op::kConstant:
      return V(static_cast<T>(line.value));
    case Op::kDerivativeFloor:
      return V(MathConstants<T>::kDerivativeFloor);
    case Op::kAdd:
      return a + b;
    case Op::kSubtract:
      return a - b;
    case Op::kMultiply:
      return a * b;
    case Op::kDivide:
      return a / b;
    case Op::kNegate:
      return -a;
    case Op::kMin:
      return min(a, b);
    case Op::kMax:
      return max(a, b);
    case Op::kLess:
      return select(a < b, one, zero);
    case Op::kLessEqual:
      return select(a <= b, one, zero);
    case Op::kSelect:
      return select(zero < a, b, c);
    case Op::kSqrt:
      return sqrt(a);
    case Op::kExp:
      return exp(a);
    case Op::kExpm1:
      return expm1(a);
    case Op::kLog1p:
      return log1p(a);
    case Op::kTanh:
      return tanh(a);
    case Op::kExp2:
      return exp2(a);
    case Op::kLog2:
      return log2(a);
    case Op::kFma:
      return fma(a, b, c);
    case Op::kInput:
    case Op::kLog:
    case Op::kPow:
      break;
  }
  throw InternalError("a program holds an operation that the interpreter does not know");
}

/// Runs a program; `input(i)` gives an input, `output(i, value)` takes an output.
template <class V, class Input, class Output>
void run(const ProgramTable& program, V* values, Input input, Output output) {
  for (std::int32_t i = 0; i < program.lines; ++i) {
    const InstructionRow& line = program.code[i];
    values[i] = static_cast<Op>(line.op) == Op::kInput ? input(line.input) : value_of(line, values);
  }
  for (std::int32_t i = 0; i < program.output_count; ++i) output(i, values[program.outputs[i]]);
}

/// Arrays one after the other, as a program numbers its inputs or outputs.
template <class Pointer, std::size_t N>
Pointer place(const std::array<std::pair<Pointer, std::int32_t>, N>& arrays, std::int32_t i) {
  for (const auto& [at, size] : arrays) {
    if (i < size) return at + i;
    i -= size;
  }
  throw InternalError("a program has more inputs or outputs than its stage");
}

/// A stage as lanes/stage_loop.hpp wants it, whose functions are programs.
template <class V>
class InterpretedStage {
 public:
  static constexpr std::size_t kMaxStates = 64, kMaxForcings = 32, kMaxFluxes = 128, kMaxCarry = 64, kMaxParameters = 96,
                               kMaxDerived = 192;

  explicit InterpretedStage(const StageTable& table) : table_(table) {
    std::int32_t lines = 0;
    for (const ProgramTable* program :
         {&table.step, &table.adjoint, &table.adjoint_main, &table.substep, &table.sub_adjoint, &table.sub_adjoint_main}) {
      lines = std::max(lines, program->lines);
    }
    values_.resize(static_cast<std::size_t>(lines));
  }

  StageCounts counts() const { return table_.counts; }
  bool is_main(std::int32_t i) const { return table_.main[i] != 0; }
  bool is_link(std::int32_t i) const { return table_.link[i] != 0; }

  void step(const V* x, const V* f, const V* p, const V* d, V dt, V* next, V* flux, V* carry) const {
    const StageCounts n = table_.counts;
    call(table_.step, inputs(x, f, n.forcings, p, d, dt),
         std::array{Out{next, n.states}, Out{flux, n.fluxes}, Out{carry, n.carry}});
  }
  void substep(const V* x, const V* c, const V* p, const V* d, V dt, V* next, V* flux) const {
    const StageCounts n = table_.counts;
    call(table_.substep, inputs(x, c, n.carry, p, d, dt), std::array{Out{next, n.states}, Out{flux, n.sub_fluxes}});
  }
  void adjoint_all(const V* x, const V* f, const V* p, const V* d, V dt, const V* nseed, const V* fseed, const V* cseed, V* xa,
                   V* fa, V* pa, V* da) const {
    adjoint(table_.adjoint, x, f, p, d, dt, nseed, fseed, cseed, xa, fa, pa, da);
  }
  void adjoint_main(const V* x, const V* f, const V* p, const V* d, V dt, const V* nseed, const V* fseed, const V* cseed, V* xa,
                    V* fa, V* pa, V* da) const {
    adjoint(table_.adjoint_main, x, f, p, d, dt, nseed, fseed, cseed, xa, fa, pa, da);
  }
  void sub_adjoint_all(const V* x, const V* c, const V* p, const V* d, V dt, const V* nseed, const V* fseed, V* xa, V* ca, V* pa,
                       V* da) const {
    sub_adjoint(table_.sub_adjoint, x, c, p, d, dt, nseed, fseed, xa, ca, pa, da);
  }
  void sub_adjoint_main(const V* x, const V* c, const V* p, const V* d, V dt, const V* nseed, const V* fseed, V* xa, V* ca, V* pa,
                        V* da) const {
    sub_adjoint(table_.sub_adjoint_main, x, c, p, d, dt, nseed, fseed, xa, ca, pa, da);
  }

 private:
  using In = std::pair<const V*, std::int32_t>;
  using Out = std::pair<V*, std::int32_t>;

  std::array<In, 5> inputs(const V* x, const V* second, std::int32_t second_size, const V* p, const V* d, const V& dt) const {
    const StageCounts n = table_.counts;
    dt_ = dt;
    return {{{x, n.states}, {second, second_size}, {p, n.parameters}, {d, n.derived}, {&dt_, 1}}};
  }

  template <std::size_t N, std::size_t M>
  void call(const ProgramTable& program, const std::array<In, N>& from, const std::array<Out, M>& to) const {
    run(
        program, values_.data(), [&](std::int32_t i) { return *place(from, i); },
        [&](std::int32_t i, const V& value) { *place(to, i) = value; });
  }

  void adjoint(const ProgramTable& program, const V* x, const V* f, const V* p, const V* d, const V& dt, const V* nseed,
               const V* fseed, const V* cseed, V* xa, V* fa, V* pa, V* da) const {
    const StageCounts n = table_.counts;
    const auto first = inputs(x, f, n.forcings, p, d, dt);
    call(program,
         std::array{first[0], first[1], first[2], first[3], first[4], In{nseed, n.states}, In{fseed, n.fluxes},
                    In{cseed, n.carry}, In{pa, n.parameters}, In{da, n.derived}},
         std::array{Out{xa, n.states}, Out{fa, n.forcings}, Out{pa, n.parameters}, Out{da, n.derived}});
  }

  void sub_adjoint(const ProgramTable& program, const V* x, const V* c, const V* p, const V* d, const V& dt, const V* nseed,
                   const V* fseed, V* xa, V* ca, V* pa, V* da) const {
    const StageCounts n = table_.counts;
    const auto first = inputs(x, c, n.carry, p, d, dt);
    call(program,
         std::array{first[0], first[1], first[2], first[3], first[4], In{nseed, n.states}, In{fseed, n.sub_fluxes},
                    In{pa, n.parameters}, In{da, n.derived}},
         std::array{Out{xa, n.states}, Out{ca, n.carry}, Out{pa, n.parameters}, Out{da, n.derived}});
  }

  const StageTable& table_;
  mutable std::vector<V> values_;
  mutable V dt_;
};

template <class V>
struct WithSubsteps : InterpretedStage<V> {
  using InterpretedStage<V>::InterpretedStage;
  static constexpr bool kFixed = false, kHasSubsteps = true;
};
template <class V>
struct WithoutSubsteps : InterpretedStage<V> {
  using InterpretedStage<V>::InterpretedStage;
  static constexpr bool kFixed = false, kHasSubsteps = false;
};

template <class T>
using Group = Pack<ScalarLane<T>, 16>;

/// Calls `run` with a loop over each group of lanes in use.
template <class T, class Stage, class Run>
typename StageKernels<T>::Function over_groups(const StageTable& table, Run run) {
  return [&table, run](const StageCall<T>* call) {
    const Stage stage(table);
    for (std::int64_t lane = 0; lane < call->lanes; lane += static_cast<std::int64_t>(Group<T>::kWidth)) {
      StageLoop<Stage, Group<T>> loop(stage, *call, lane);
      run(loop);
    }
  };
}

template <class T, class Stage>
StageKernels<T> kernels_of(const StageTable& table) {
  return {
      .forward = over_groups<T, Stage>(table, [](auto& loop) { loop.template forward<false>(); }),
      .forward_all = over_groups<T, Stage>(table, [](auto& loop) { loop.template forward<true>(); }),
      .adjoint = over_groups<T, Stage>(table, [](auto& loop) { loop.template adjoint<true, false>(); }),
      .adjoint_dynamic = over_groups<T, Stage>(table, [](auto& loop) { loop.template adjoint<true, true>(); }),
      .adjoint_all = over_groups<T, Stage>(table, [](auto& loop) { loop.template adjoint<false, true>(); }),
  };
}

}  // namespace

template <class T>
void run_program(const ProgramTable& program, std::size_t lanes, std::span<const T* const> inputs, std::span<T* const> outputs) {
  using V = ScalarLane<T>;
  std::vector<V> values(static_cast<std::size_t>(program.lines));
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    run(
        program, values.data(), [&](std::int32_t i) { return V(inputs[static_cast<std::size_t>(i)][lane]); },
        [&](std::int32_t i, const V& value) { outputs[static_cast<std::size_t>(i)][lane] = value.v; });
  }
}

template <class T>
StageKernels<T> interpreted_kernels(const StageTable& stage, bool has_substeps) {
  using Limits = InterpretedStage<Group<T>>;
  const StageCounts n = stage.counts;
  const auto fits = [](std::int32_t count, std::size_t most) { return static_cast<std::size_t>(count) <= most; };
  if (!fits(n.states, Limits::kMaxStates) || !fits(n.forcings, Limits::kMaxForcings) ||
      !fits(n.fluxes + n.sub_fluxes, Limits::kMaxFluxes) || !fits(n.carry, Limits::kMaxCarry) ||
      !fits(n.parameters, Limits::kMaxParameters) || !fits(n.derived, Limits::kMaxDerived)) {
    throw InputError({.what = fmt::format("the stage `{}` is too large for the interpreter", stage.name),
                      .hint = "At most 64 states, 32 forcings, 128 fluxes, 96 parameters, 192 derived values."});
  }
  return has_substeps ? kernels_of<T, WithSubsteps<Group<T>>>(stage) : kernels_of<T, WithoutSubsteps<Group<T>>>(stage);
}

template void run_program(const ProgramTable&, std::size_t, std::span<const float* const>, std::span<float* const>);
template void run_program(const ProgramTable&, std::size_t, std::span<const double* const>, std::span<double* const>);
template StageKernels<float> interpreted_kernels(const StageTable&, bool);
template StageKernels<double> interpreted_kernels(const StageTable&, bool);

}  // namespace freshet::kernels
