#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "freshet/calibration/search.hpp"

namespace freshet::calibration {

/// The chance that DDS perturbs a parameter at step i = 1 ... steps: 1 - ln(i) / ln(steps); 1 if there is one step only.
double dds_chance(std::int64_t step, std::int64_t steps);

/// `x` moved by `change`, within [0, 1]: beyond a bound it is mirrored there, or put on the bound if `absorb` is true or the
/// mirror image lies beyond the other bound.
double dds_moved(double x, double change, bool absorb);

/// Dynamically dimensioned search (Tolson and Shoemaker 2007): the best point so far is perturbed in a random set of parameters
/// that shrinks from all to one as the budget is used up; the new point is kept if it is not worse.
///
/// It begins with the best of max(5, 0.005 budget) uniform points, or with the initial point. A perturbation beyond a bound is
/// mirrored half of the time and put on the bound otherwise, as in later programs by the author, so that minima on bounds are
/// reached; the paper always mirrors.
///
/// dds_trials independent searches share max_evaluations evenly and advance side by side, a candidate each; the first of them
/// alone begins with the initial point.
class Dds final : public Search {
 public:
  Dds(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);

 protected:
  void advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) override;
  void archive(StateArchive& archive) override;

 private:
  std::int64_t budget(std::size_t trial) const;
  std::int64_t random_points(std::size_t trial) const;
  std::vector<double> candidate(std::size_t trial) const;
  void propose_candidates();

  std::size_t trials_;
  std::int64_t round_ = 0;            ///< evaluations of each trial that has budget left
  std::vector<double> trial_points_;  ///< best of each trial, [trial][parameter]
  std::vector<double> trial_values_;  ///< [trial]
};

}  // namespace freshet::calibration
