#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "freshet/calibration/search.hpp"
#include "freshet/calibration/simplex_step.hpp"

namespace freshet::calibration {

/// The shuffled complex evolution method SCE-UA (Duan, Sorooshian and Gupta 1992, 1994; steps as in Duan's program of 1992).
///
/// A population of p complexes of m = 2n + 1 points is sorted and dealt out; each complex makes m evolution steps: of a simplex
/// of n + 1 points, chosen with triangular probabilities, the worst is reflected, else contracted, else replaced by a mutation;
/// then the complexes are put together and dealt out again.
///
/// The complexes of a loop do not see each other, so they advance side by side: each ask() has one candidate for every complex
/// that has steps left, in its own place of reflection, contraction and mutation. When the budget runs out within a loop, all
/// complexes stop at about the same step (the program of 1992 works through them one after the other and leaves the later ones
/// unchanged); the last ask() before it may have candidates of the first complexes only.
///
/// With sce_speculative each ask() has reflection, contraction and mutation of every such complex at once; those that the
/// sequence above would not have evaluated are thrown away and do not count. The population after each loop is the same with and
/// without; within a loop the same points are recorded in another order. A loop for which the budget might not suffice is
/// run without.
///
/// Theory, settings and success rates: docs/theory/calibration.md.
class SceUa : public Search {
 public:
  SceUa(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);

  /// Finished loops.
  std::int64_t loops() const { return static_cast<std::int64_t>(best_values_.size()); }
  /// Complexes of the loop under way.
  std::size_t complexes() const { return complexes_.size(); }
  /// The values of the population dealt out last, [point] ascending.
  std::span<const double> values() const { return values_; }

 protected:
  void advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) override;
  void archive(StateArchive& archive) override;

 private:
  /// What the next candidate of a complex is.
  enum class Stage { kReflection, kContraction, kMutation };

  struct Complex {
    std::vector<double> points;  ///< [point][parameter], best first
    std::vector<double> values;  ///< [point] ascending
    std::vector<std::int64_t> simplex;
    std::int64_t step = 0;
    Stage stage = Stage::kReflection;
  };

  /// How many points it begins with.
  std::size_t initial_points() const;
  void take_initial_points(std::span<const double> points, std::span<const double> values);
  bool should_stop();
  void drop_a_complex();
  void deal_out();
  void gather();
  void start_step(std::size_t complex);
  std::vector<double> candidate(std::size_t complex, Stage stage) const;
  void take(std::size_t complex, std::span<const double> point, double value);
  void replace_worst(Complex& complex, std::span<const double> point, double value) const;
  void propose_candidates();
  bool active(const Complex& complex) const { return complex.step < static_cast<std::int64_t>(complex_size_); }
  void archive_complex(StateArchive& archive, std::size_t index);

  std::size_t complex_size_;  ///< points of a complex, m; also its steps of a loop
  Mutation mutation_;
  std::int64_t loop_ = 0;            ///< under way, from 1; 0: the initial points
  std::vector<double> points_;       ///< the population before the loop, [point][parameter], best first
  std::vector<double> values_;       ///< [point] ascending
  std::vector<double> spread_;       ///< its standard deviation, [parameter]
  std::vector<double> best_values_;  ///< after each loop
  std::vector<Complex> complexes_;
  bool speculating_ = false;  ///< this loop
};

}  // namespace freshet::calibration
