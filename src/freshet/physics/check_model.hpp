#pragma once

#include <algorithm>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "freshet/physics/model.hpp"

/// What a model's tables must hold to, checked while it is compiled: a mistake stops the build with a sentence that names it.
namespace freshet::physics {
namespace detail {

/// A name is part of the generated code, of files' columns and of configurations: small letters, digits, underscores.
constexpr bool is_name(std::string_view name) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && name[0] >= 'a' && name[0] <= 'z' && std::all_of(name.begin(), name.end(), fits);
}

template <class Rows>
constexpr bool are_names(const Rows& rows) {
  return std::all_of(std::begin(rows), std::end(rows), [](const auto& row) { return is_name(row.name); });
}

template <class Rows>
constexpr std::ptrdiff_t count(const Rows& rows, std::string_view name) {
  return std::count_if(std::begin(rows), std::end(rows), [&](const auto& row) { return row.name == name; });
}

template <class Stage>
constexpr std::ptrdiff_t count_fluxes(std::string_view name) {
  std::ptrdiff_t n = count(Stage::kFluxes, name);
  if constexpr (has_substep<Stage>) n += count(Stage::kSubFluxes, name);
  return n;
}

/// How often a name is taken by the states, fluxes and delays of all stages.
template <class M>
constexpr std::ptrdiff_t count_results(std::string_view name) {
  std::ptrdiff_t n = count(delays_of<M>(), name);
  [&]<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    ((n += count(Stage::kStates, name) + count_fluxes<Stage>(name)), ...);
  }(std::type_identity<Stages<M>>{});
  return n;
}

/// Whether each of the names stands once among the results, and none is a column that every simulation has.
template <class M, class Rows>
constexpr bool are_free(const Rows& rows) {
  return std::all_of(std::begin(rows), std::end(rows), [](const auto& row) {
    return count_results<M>(row.name) == 1 && row.name != "date" && row.name != "discharge" && row.name != "discharge_routed";
  });
}

template <class Rows>
constexpr bool are_ranges(const Rows& rows) {
  return std::all_of(std::begin(rows), std::end(rows), [](const ParameterInfo& row) {
    return row.lower < row.upper && (row.scale != ParameterScale::kLog || row.lower > 0);
  });
}

template <class M>
constexpr std::ptrdiff_t count_all_fluxes(std::string_view name) {
  return []<class... Stage>(std::string_view flux, std::type_identity<std::tuple<Stage...>>) {
    return (count_fluxes<Stage>(flux) + ...);
  }(name, std::type_identity<Stages<M>>{});
}

template <class M>
constexpr bool are_delays() {
  return std::all_of(delays_of<M>().begin(), delays_of<M>().end(), [](const DelayInfo& row) {
    return is_name(row.name) && count_all_fluxes<M>(row.flux) == 1 && row.length > 0 &&
           row.first + row.length <= field_count<double, Derived<M, double>>();
  });
}

template <class M, class Stage>
constexpr void check_stage() {
  using S = double;
  static_assert(field_count<S, typename Stage::template State<S>>() == std::size(Stage::kStates),
                "kStates needs one row for each field of State, in order");
  static_assert(field_count<S, typename Stage::template Forcing<S>>() == std::size(Stage::kForcings),
                "kForcings needs one row for each field of Forcing, in order");
  static_assert(field_count<S, typename Stage::template Fluxes<S>>() == std::size(Stage::kFluxes),
                "kFluxes needs one row for each field of Fluxes, in order");
  static_assert(are_names(Stage::kStates) && are_names(Stage::kForcings) && are_names(Stage::kFluxes),
                "names of states, forcings and fluxes are made of small letters, digits and underscores");
  static_assert(are_free<M>(Stage::kStates) && are_free<M>(Stage::kFluxes),
                "a name stands twice among the states, fluxes and delays, or is one of date, discharge, discharge_routed");
  if constexpr (has_substep<Stage>) {
    static_assert(field_count<S, typename Stage::template SubFluxes<S>>() == std::size(Stage::kSubFluxes),
                  "kSubFluxes needs one row for each field of SubFluxes, in order");
    static_assert(are_names(Stage::kSubFluxes) && are_free<M>(Stage::kSubFluxes),
                  "a name of kSubFluxes is taken, or not made of small letters, digits and underscores");
    // Kernels know a stage without sub-steps by its empty carry.
    static_assert(field_count<S, CarryOf<M, Stage, S>>() > 0,
                  "a model with a substep needs a Carry of one field or more: what `step` hands to the sub-steps");
    static_assert(substeps_of<M>().size() == 2, "a model with a substep needs two rows in kSubsteps: the outer loop, the inner");
  }
}

}  // namespace detail

/// Fails to compile for a model whose tables do not fit together.
template <class M>
constexpr void check_model() {
  static_assert(detail::is_name(M::kName), "kName is made of small letters, digits and underscores");
  // Variants of a model may share one struct: the generator refuses a step that reads a field without a row.
  static_assert(field_count<double, typename M::template Parameters<double>>() >= std::size(M::kParameters),
                "kParameters has more rows than Parameters has fields");
  static_assert(detail::are_names(M::kParameters), "names of parameters are made of small letters, digits and underscores");
  static_assert(std::all_of(std::begin(M::kParameters), std::end(M::kParameters),
                            [](const auto& row) { return detail::count(M::kParameters, row.name) == 1; }),
                "a name stands twice in kParameters");
  static_assert(detail::are_ranges(M::kParameters), "lower < upper in each row of kParameters, and 0 < lower with kLog");
  static_assert(detail::count_all_fluxes<M>(M::kRunoff) == 1, "kRunoff is the name of one of the fluxes");
  static_assert(detail::are_delays<M>(), "a row of kDelays needs a flux of the model and fields of Derived for its ordinates");
  static_assert(substeps_of<M>().size() <= 2, "kSubsteps has at most two rows: an outer loop and an inner one");
  []<class... Stage>(std::type_identity<std::tuple<Stage...>>) {
    (detail::check_stage<M, Stage>(), ...);
  }(std::type_identity<Stages<M>>{});
}

}  // namespace freshet::physics
