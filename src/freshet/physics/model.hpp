#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "freshet/physics/model_tables.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// A process model is one type, the only place where its equations are written. It has
///   kName, kTitle                      how it is called, and what it is
///   kParameters, kForcings, kStates, kFluxes   its tables (model_tables.hpp)
///   kRunoff                            the flux that routing takes as its input
///   Parameters<S>, Forcing<S>, State<S>, Fluxes<S>   structs of fields of type S, in the order of the tables
///   step(state, forcing, parameters, [derived,] dt) -> Step<State<S>, Fluxes<S>>
/// templated on the number type S (scalar.hpp). Instantiated with double it is the reference; with a dual number, an
/// expression or a tensor it is differentiated, traced, or taught. It may have
///   Derived<S>, prepare(parameters, dt) -> Derived<S>   what depends on parameters alone, made once; a parameter that prepare
///                                      reads cannot vary from day to day
///   initial_state(parameters) -> State<S>   where a simulation starts if nothing else is said; else at zero
///   kSubsteps                          one or two loops inside a time step. With two, `step` also returns a Carry<S>, of one
///                                      field or more, and substep(state, carry, parameters, [derived,] dt) -> Step<State<S>,
///                                      SubFluxes<S>> runs within it; kSubFluxes are its fluxes
///   kExceptions                        what the checks must allow for
/// or be made of stages, each a type with kForcings, kStates, kFluxes, their structs and a step, run one after the other over
/// the whole series:
///   Stages                             a std::tuple of them; the model then has no step of its own
///   kDelays                            unit hydrographs between them. A forcing of a stage that carries the name of a delay, or
///                                      of a flux of an earlier stage, is that series.
/// docs/adding_a_model.md builds one from nothing.

template <class State, class Fluxes>
struct Step {
  State state;
  Fluxes fluxes;
};

/// What the outer of two loops returns: the carry goes to each of the inner sub-steps.
template <class State, class Fluxes, class Carry>
struct OuterStep {
  State state;
  Fluxes fluxes;
  Carry carry;
};

/// The fields of a struct made of nothing but fields of type S, or arrays of them, in order.
template <class S, class Fields>
constexpr std::size_t field_count() {
  if constexpr (std::is_empty_v<Fields>) {
    return 0;
  } else {
    static_assert(std::is_standard_layout_v<Fields> && sizeof(Fields) % sizeof(S) == 0);
    return sizeof(Fields) / sizeof(S);
  }
}

template <class S, class Fields>
std::span<S> fields(Fields& x) {
  return {reinterpret_cast<S*>(&x), field_count<S, Fields>()};
}

template <class S, class Fields>
std::span<const S> fields(const Fields& x) {
  return {reinterpret_cast<const S*>(&x), field_count<S, Fields>()};
}

/// A struct of fields from the first of `values`; fields without a value stay as they are made.
template <class Fields, class S>
Fields from_fields(std::span<const S> values) {
  Fields x{};
  const std::span<S> to = fields<S>(x);
  for (std::size_t i = 0; i < to.size() && i < values.size(); ++i) to[i] = values[i];
  return x;
}

template <class S>
struct NoFields {};

namespace detail {

template <class M>
struct StagesOf {
  using type = std::tuple<M>;
};
template <class M>
requires requires {
  typename M::Stages;
}
struct StagesOf<M> {
  using type = typename M::Stages;
};

template <class M, class S>
struct DerivedOf {
  using type = NoFields<S>;
};
template <class M, class S>
requires requires {
  typename M::template Derived<S>;
}
struct DerivedOf<M, S> {
  using type = typename M::template Derived<S>;
};

}  // namespace detail

/// The stages of a model; of a model without, the model itself.
template <class M>
using Stages = typename detail::StagesOf<M>::type;

template <class M, class S>
using Derived = typename detail::DerivedOf<M, S>::type;

template <class M>
constexpr bool has_prepare = requires {
  typename M::template Derived<double>;
};

template <class Stage>
constexpr bool has_substep = requires {
  Stage::kSubFluxes;
};

template <class M>
constexpr std::span<const DelayInfo> delays_of() {
  if constexpr (requires { M::kDelays; }) {
    return M::kDelays;
  } else {
    return {};
  }
}

template <class M>
constexpr std::span<const SubstepInfo> substeps_of() {
  if constexpr (requires { M::kSubsteps; }) {
    return M::kSubsteps;
  } else {
    return {};
  }
}

template <class M>
constexpr ModelExceptions exceptions_of() {
  if constexpr (requires { M::kExceptions; }) {
    return M::kExceptions;
  } else {
    return {};
  }
}

/// prepare, or nothing.
template <class M, class S>
Derived<M, S> prepare(const typename M::template Parameters<S>& p, S dt) {
  if constexpr (has_prepare<M>) {
    return M::prepare(p, dt);
  } else {
    return {};
  }
}

/// The state a stage starts from.
template <class Stage, class P>
auto initial_state(const P& p, auto scalar) {
  using S = decltype(scalar);
  using State = typename Stage::template State<S>;
  if constexpr (requires { Stage::initial_state(p); }) {
    return Stage::initial_state(p);
  } else {
    State state{};
    for (S& x : fields<S>(state)) x = S(0.0);
    return state;
  }
}

/// A stage's step, with or without derived values in its arguments.
template <class Stage, class X, class F, class P, class D, class S>
auto call_step(const X& state, const F& forcing, const P& p, const D& derived, const S& dt) {
  if constexpr (requires { Stage::step(state, forcing, p, derived, dt); }) {
    return Stage::step(state, forcing, p, derived, dt);
  } else {
    return Stage::step(state, forcing, p, dt);
  }
}

template <class Stage, class X, class C, class P, class D, class S>
auto call_substep(const X& state, const C& carry, const P& p, const D& derived, const S& dt) {
  if constexpr (requires { Stage::substep(state, carry, p, derived, dt); }) {
    return Stage::substep(state, carry, p, derived, dt);
  } else {
    return Stage::substep(state, carry, p, dt);
  }
}

/// What a stage's step hands to its sub-steps.
template <class M, class Stage, class S>
using CarryOf =
    decltype(call_step<Stage>(
                 std::declval<typename Stage::template State<S>>(), std::declval<typename Stage::template Forcing<S>>(),
                 std::declval<typename M::template Parameters<S>>(), std::declval<Derived<M, S>>(), std::declval<S>())
                 .carry);

/// How often a time step is divided: `outer` times, and each of these `inner` times.
struct Substeps {
  int outer = 1;
  int inner = 1;
};

}  // namespace freshet::physics
