#pragma once

#include <limits>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/gradient_search.hpp"

namespace freshet::calibration {

/// Adam (Kingma and Ba 2015) with beta 0.9 and 0.999, epsilon 1e-8. Without an improvement of the best value for adam_patience
/// steps, and at an infeasible point at once, it goes back to the best point with new moments and half the rate; the sixth time
/// it ends instead. It also ends at a gradient within gradient_tolerance, and at an infeasible start.
class AdamDescent final : public Descent {
 public:
  AdamDescent(const SearchOptions& options, std::size_t parameters);

  void begin(std::span<const double> start) override;
  std::span<const double> point() const override { return point_; }
  bool take(double value, std::span<const double> gradient) override;
  void archive(StateArchive& archive, const std::string& prefix) override;

 private:
  bool go_back();

  SearchOptions options_;
  std::vector<double> point_;
  std::vector<double> first_;   ///< moment
  std::vector<double> second_;  ///< moment
  std::int64_t step_ = 0;       ///< since the moments were new
  std::int64_t halvings_ = 0;
  std::int64_t steps_without_gain_ = 0;
  std::vector<double> best_point_;
  std::vector<double> best_gradient_;
  double best_value_ = std::numeric_limits<double>::infinity();
  double reference_ = std::numeric_limits<double>::infinity();  ///< value that the next gain is measured from
};

}  // namespace freshet::calibration
