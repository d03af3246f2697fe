#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>

#include "freshet/physics/model.hpp"
#include "freshet/physics/scalar.hpp"

namespace freshet::physics {

/// GR4J (Perrin et al. 2003): a production store, two unit hydrographs, a routing store, and an exchange of groundwater with the
/// outside. Equations, deviations and sources: docs/theory/gr4j.md.

template <class S>
struct Gr4jParameters {
  S x1{}, x2{}, x3{}, x4{};
};

/// The usual ranges of a search.
inline constexpr std::array<ParameterInfo, 4> kGr4jParameters = {{
    {"x1", "X1", "mm", 10, 2000, "capacity of the production store", ParameterScale::kLog},
    {"x2", "X2", "mm/day", -8, 6, "exchange of groundwater at a full routing store; a gain if positive"},
    {"x3", "X3", "mm", 10, 700, "capacity of the routing store", ParameterScale::kLog},
    {"x4", "X4", "day", 0.5, 6, "time base of the first unit hydrograph"},
}};

/// Greatest lengths of the two unit hydrographs, steps. They hold x4 up to 10 steps; of longer ones the last ordinate takes the
/// rest, so that no water is lost.
inline constexpr std::size_t kGr4jHydrograph1Length = 10;
inline constexpr std::size_t kGr4jHydrograph2Length = 20;

/// The share of the effective rainfall that takes the first unit hydrograph: 0.9 in single precision, as the authors' program
/// airGR stores it. It makes 2e-7 of the direct branch, and the digits of that program.
inline constexpr double kGr4jSlowShare = static_cast<double>(0.9F);

/// Ordinates of the unit hydrographs.
template <class S>
struct Gr4jHydrographs {
  std::array<S, kGr4jHydrograph1Length> first{};
  std::array<S, kGr4jHydrograph2Length> second{};
};

/// The delays between production and routing; the model's Derived starts with Gr4jHydrographs.
inline constexpr std::array<DelayInfo, 2> kGr4jDelays = {{
    {"q9", "slow_input", 0, kGr4jHydrograph1Length},
    {"q1", "fast_input", kGr4jHydrograph1Length, kGr4jHydrograph2Length},
}};

/// The ordinates: differences of the S-curves, with u = t / x4,
///   SH1 = u^(5/2) up to u = 1, then 1;  SH2 = u^(5/2) / 2 up to u = 1, 1 - (2 - u)^(5/2) / 2 up to u = 2, then 1.
/// @param x4  days, > 0
/// @param dt  length of a step, days
template <Scalar S>
Gr4jHydrographs<S> gr4j_hydrographs(S x4, S dt) {
  const S zero = S(0.0), one = S(1.0);
  const auto power = [](S x) { return x * x * sqrt(x); };  // x^(5/2)
  Gr4jHydrographs<S> out;
  S before = zero;
  for (std::size_t j = 0; j < out.first.size(); ++j) {
    const bool last = j + 1 == out.first.size();
    const S curve = last ? one : power(min(S(static_cast<double>(j + 1)) * dt / x4, one));
    out.first[j] = curve - before;
    before = curve;
  }
  before = zero;
  for (std::size_t j = 0; j < out.second.size(); ++j) {
    const bool last = j + 1 == out.second.size();
    const S u = S(static_cast<double>(j + 1)) * dt / x4;
    const S rising = power(min(u, one)), falling = power(min(max(S(2.0) - u, zero), one));
    const S curve = last ? one : S(0.5) * (one + rising - falling);
    out.second[j] = curve - before;
    before = curve;
  }
  return out;
}

/// 1 - (1 + dt x^4)^(-1/4): the share that a store with an outflow of fifth degree loses in dt days.
template <Scalar S>
S gr4j_drained_share(S x, S dt) {
  const S square = x * x;
  return S(1.0) - S(1.0) / sqrt(sqrt(S(1.0) + dt * square * square));
}

/// Evaporation and the production store: the first stage. Its water is precipitation, or with snow what reaches the ground.
template <bool kSnow>
struct Gr4jProduction {
  template <class S>
  struct Forcing {
    S water{}, pet{};
  };
  template <class S>
  struct State {
    S production_store{};
  };
  /// Means over a step, mm/day.
  template <class S>
  struct Fluxes {
    S evapotranspiration{}, infiltration{}, percolation{}, effective_rainfall{}, slow_input{}, fast_input{};
  };

  static constexpr std::array<VariableInfo, 2> kForcings = {{
      kSnow ? VariableInfo{"water_input", "mm/day", "rain and melt", WaterRole::kNone, 0}
            : VariableInfo{"precipitation", "mm/day", "precipitation, as rain", WaterRole::kGain, 0},
      {"pet", "mm/day", "potential evapotranspiration", WaterRole::kNone, 0},
  }};
  static constexpr std::array<VariableInfo, 1> kStates = {{
      {"production_store", "mm", "water in the production store", WaterRole::kStored},
  }};
  static constexpr std::array<VariableInfo, 6> kFluxes = {{
      {"evapotranspiration", "mm/day", "actual, of the rain and from the production store", WaterRole::kLoss},
      {"infiltration", "mm/day", "rain to the production store"},
      {"percolation", "mm/day", "out of the production store"},
      {"effective_rainfall", "mm/day", "rain past the production store, and percolation"},
      {"slow_input", "mm/day", "nine tenths of effective_rainfall, to the first unit hydrograph"},
      {"fast_input", "mm/day", "one tenth of effective_rainfall, to the second unit hydrograph"},
  }};

  /// The store starts at 30 % of its capacity.
  template <template <class> class P, class S>
  static State<S> initial_state(const P<S>& p) {
    return {S(0.3) * p.x1};
  }

  /// One time step.
  /// @param p   with x1, mm, > 0
  /// @param dt  length of the step, days, 0 < dt <= 1. The store's equations are solved exactly over the step.
  /// Differentiable but for the kink at precipitation = pet.
  template <template <class> class P, Scalar S>
  static Step<State<S>, Fluxes<S>> step(const State<S>& state, const Forcing<S>& forcing, const P<S>& p, S dt) {
    const S zero = S(0.0), one = S(1.0);
    const S rain = forcing.water * dt, demand = forcing.pet * dt;  // mm in the step
    const S surplus = rain - demand;
    const S store = state.production_store;
    const S filled = min(store / p.x1, one);
    // Of surplus and deficit one is zero; both go through the same tanh.
    const S limit = tanh(min(max(surplus, zero - surplus) / p.x1, S(13.0)));
    const S infiltration = select(surplus < zero, zero, p.x1 * (one - filled * filled) * limit / (one + filled * limit));
    const S withdrawn =
        select(surplus < zero, min(store * (S(2.0) - filled) * limit / (one + (one - filled) * limit), store), zero);
    const S after = store + infiltration - withdrawn;
    const S percolation = after * gr4j_drained_share(S(4.0 / 9.0) * after / p.x1, dt);
    const S effective = percolation + (max(surplus, zero) - infiltration);
    const S rate = one / dt;
    return {{after - percolation},
            {(min(demand, rain) + withdrawn) * rate, infiltration * rate, percolation * rate, effective * rate,
             S(kGr4jSlowShare) * effective * rate, S(1.0 - kGr4jSlowShare) * effective * rate}};
  }
};

/// The routing store, the direct branch and the exchange: the last stage.
struct Gr4jRouting {
  template <class S>
  struct Forcing {
    S q9{}, q1{};
  };
  template <class S>
  struct State {
    S routing_store{};
  };
  /// Means over a step, mm/day.
  template <class S>
  struct Fluxes {
    S potential_exchange{}, exchange{}, routed_flow{}, direct_flow{}, runoff{};
  };

  static constexpr std::array<VariableInfo, 2> kForcings = {{
      {"q9", "mm/day", "slow_input after the first unit hydrograph", WaterRole::kNone, 0},
      {"q1", "mm/day", "fast_input after the second unit hydrograph", WaterRole::kNone, 0},
  }};
  static constexpr std::array<VariableInfo, 1> kStates = {{
      {"routing_store", "mm", "water in the routing store", WaterRole::kStored},
  }};
  static constexpr std::array<VariableInfo, 5> kFluxes = {{
      {"potential_exchange", "mm/day", "exchange of groundwater that each of the two branches asks for"},
      {"exchange", "mm/day", "exchange of both branches together; less than was asked for where the water does not suffice",
       WaterRole::kGain},
      {"routed_flow", "mm/day", "out of the routing store"},
      {"direct_flow", "mm/day", "past the routing store"},
      {"runoff", "mm/day", "routed_flow + direct_flow", WaterRole::kLoss},
  }};

  /// The store starts at 50 % of its capacity.
  template <template <class> class P, class S>
  static State<S> initial_state(const P<S>& p) {
    return {S(0.5) * p.x3};
  }

  /// One time step.
  /// @param p   with x2, mm/day, and x3, mm, > 0
  /// @param dt  length of the step, days, 0 < dt <= 1
  /// Differentiable but for kinks where a negative exchange takes all water of a branch.
  template <template <class> class P, Scalar S>
  static Step<State<S>, Fluxes<S>> step(const State<S>& state, const Forcing<S>& forcing, const P<S>& p, S dt) {
    const S zero = S(0.0);
    const S filled = state.routing_store / p.x3;
    const S asked = dt * p.x2 * (filled * filled * filled * sqrt(filled));
    const S slow = state.routing_store + dt * forcing.q9, fast = dt * forcing.q1;
    const S store = max(slow + asked, zero), direct = max(fast + asked, zero);
    const S routed = store * gr4j_drained_share(store / p.x3, dt);
    const S rate = S(1.0) / dt;
    return {{store - routed},
            {asked * rate, ((store - slow) + (direct - fast)) * rate, routed * rate, direct * rate, (routed + direct) * rate}};
  }
};

/// The model (model.hpp).
struct Gr4j {
  static constexpr std::string_view kName = "gr4j";
  static constexpr std::string_view kTitle = "GR4J, 4 parameters";
  using Stages = std::tuple<Gr4jProduction<false>, Gr4jRouting>;
  static constexpr const auto& kParameters = kGr4jParameters;
  static constexpr const auto& kForcings = Gr4jProduction<false>::kForcings;
  static constexpr const auto& kDelays = kGr4jDelays;
  static constexpr std::string_view kRunoff = "runoff";
  template <class S>
  using Parameters = Gr4jParameters<S>;
  template <class S>
  using Derived = Gr4jHydrographs<S>;

  template <Scalar S>
  static Gr4jHydrographs<S> prepare(const Gr4jParameters<S>& p, S dt) {
    return gr4j_hydrographs(p.x4, dt);
  }
};

}  // namespace freshet::physics
