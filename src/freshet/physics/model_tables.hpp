#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <string_view>

namespace freshet::physics {

/// How a parameter is spread over its range when it is searched or learned.
enum class ParameterScale {
  kLinear,  ///< lower + u (upper - lower), u in [0, 1]
  kLog,     ///< lower (upper / lower)^u; lower > 0
};

/// One row of a process model's parameter table.
struct ParameterInfo {
  std::string_view name;    ///< as in configurations and files: the paper's symbol in lower case
  std::string_view symbol;  ///< as in the paper
  std::string_view unit;    ///< "-" without unit
  double lower = 0;         ///< bounds of the usual range, used for scaling and search
  double upper = 0;
  std::string_view meaning;
  ParameterScale scale = ParameterScale::kLinear;
};

/// What a variable is to the water balance. Over a step of dt days
///   sum of changes of stored = dt (sum of gains - sum of losses).
enum class WaterRole {
  kNone,    ///< no part of it: a temperature, a flux between two stores, a sum given for convenience
  kStored,  ///< a state: water in the basin, mm
  kGain,    ///< a forcing or flux that brings water, mm/day
  kLoss,    ///< a flux that takes water out, mm/day
};

/// One forcing, state or flux of a process model.
struct VariableInfo {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  WaterRole role = WaterRole::kNone;
  /// Of a forcing: values below it have no meaning and are refused.
  double lowest = -std::numeric_limits<double>::infinity();
};

/// A unit hydrograph between two stages of a model: the series `flux` of an earlier stage, spread over the following steps, is
/// the forcing `name` of a later one. Its ordinates are `length` fields of the model's Derived, from field `first` on.
struct DelayInfo {
  std::string_view name;
  std::string_view flux;
  std::size_t first = 0;
  std::size_t length = 0;
};

/// A setting of how often a day is divided: first the outer loop of sub-steps, second the inner one.
struct SubstepInfo {
  std::string_view name;
  int per_day = 1;  ///< the default
  std::string_view meaning;
};

/// What a model does that the checks made of every model must allow for. Each is stated, never assumed.
struct ModelExceptions {
  bool negative_storage = false;  ///< some storage may fall below zero
  bool numerical_floor = false;   ///< a flux `floor_correction` makes water
  std::string_view reason;
};

}  // namespace freshet::physics
