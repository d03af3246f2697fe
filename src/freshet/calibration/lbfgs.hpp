#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/gradient_search.hpp"

namespace freshet::calibration {

/// -H g of L-BFGS by the two-loop recursion (Nocedal 1980), with s'y / y'y of the newest pair as the first scale; -g without
/// pairs.
/// @param steps, changes  [pair][parameter], oldest first: s = change of the point, y = change of the gradient, s'y > 0
std::vector<double> lbfgs_direction(std::span<const double> gradient, std::span<const double> steps,
                                    std::span<const double> changes);

/// L-BFGS with a line search for the weak Wolfe conditions (constants 1e-4 and 0.9) by doubling and bisection (Lewis and Overton
/// 2013), which needs one value and gradient at a time and copes with the kinks of bucket models.
///
/// A first step of a line search that would move a logit by more than 2 is shortened to that: the sigmoid is flat beyond. A line
/// search without success within 30 points is tried once more along the steepest descent. The descent ends at a gradient within
/// gradient_tolerance, at a step that decreases the value by no more than gradient_value_tolerance, after a line search without
/// success along the steepest descent, and at an infeasible start.
class LbfgsDescent final : public Descent {
 public:
  LbfgsDescent(const SearchOptions& options, std::size_t parameters);

  void begin(std::span<const double> start) override;
  std::span<const double> point() const override { return trial_; }
  bool take(double value, std::span<const double> gradient) override;
  void archive(StateArchive& archive, const std::string& prefix) override;

 private:
  void start_line();
  void place_trial();
  bool accept(double value, std::span<const double> gradient);

  SearchOptions options_;
  std::vector<double> trial_;  ///< point to evaluate
  std::vector<double> base_;   ///< point the line search began at
  std::vector<double> gradient_;
  double value_ = std::numeric_limits<double>::infinity();  ///< at base_; infinite before the first evaluation
  std::vector<double> direction_;
  double length_ = 0;  ///< trial = base + length direction
  double too_short_ = 0;
  double too_long_ = std::numeric_limits<double>::infinity();
  std::int64_t trials_ = 0;      ///< of this line search
  std::vector<double> steps_;    ///< [pair][parameter]
  std::vector<double> changes_;  ///< [pair][parameter]
};

}  // namespace freshet::calibration
