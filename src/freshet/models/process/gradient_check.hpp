#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "freshet/kernels/model.hpp"

namespace freshet::witness {

struct GradientCheckOptions {
  std::size_t steps = 60, lanes = 8;
  std::uint64_t seed = 0;
};

/// How far the engine's derivatives to one kind of input are from one witness, the farthest of all inputs and lanes.
struct Distance {
  double largest = 0;        ///< relative difference; NaN counts as the largest
  std::string input;         ///< where
  std::size_t compared = 0;  ///< pairs of input and lane
  std::size_t tried = 0;     ///< of differences: with those where a kink lies between, which are not compared
  bool pass = true;
};

/// One kind of input.
struct GradientCheckRow {
  std::string kind;
  std::size_t inputs = 0;
  Distance dual, torch, differences;
  bool finite = true;  ///< in both precisions
  /// Inputs whose derivatives are zero in all lanes, of parameters static and daily: those that move values where they are moved
  /// far, and those that move none.
  std::vector<std::string> jumps, idle;
  /// Whether derivatives were held against differences at all.
  bool tested() const { return differences.compared > 0; }
  bool pass() const {
    return dual.pass && torch.pass && differences.pass && tested() && finite && idle.empty() && jumps.size() < inputs;
  }
};

/// Largest relative difference allowed to dual numbers and to LibTorch.
inline constexpr double kExactTolerance = 1e-10;

/// Checks the adjoints of a model that the engine runs (its best kernels, double precision; finite in single precision too) with
/// four witnesses. All are made of the programs of its equations alone, so that a plug-in's model can be checked where only its
/// tables are at hand:
/// - dual numbers forward through them: <J v, w> = <v, J' w>;
/// - LibTorch's automatic differentiation of the same lines;
/// - central differences of the engine's own values at two step sizes, where no comparison is decided otherwise between them; of
///   each kind of input at least one;
/// - finite, and zero only for inputs that move values by jumps.
/// Where the random cases leave an input idle or a kind without differences, a few others are tried.
/// Differences are relative to the sum of |w dy / dx| over days and series, or where that cancels, to 1e-3 of the sum of |w y|
/// per input.
std::vector<GradientCheckRow> check_gradients(const kernels::Model& model, const GradientCheckOptions& options);

}  // namespace freshet::witness
