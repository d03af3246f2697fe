#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "freshet/calibration/search.hpp"

namespace freshet::calibration {

/// One descent of a function of unbounded parameters, by values and gradients it is given one at a time.
class Descent {
 public:
  virtual ~Descent() = default;
  /// Begins anew from `start`, [parameter].
  virtual void begin(std::span<const double> start) = 0;
  /// The point to evaluate now, [parameter].
  virtual std::span<const double> point() const = 0;
  /// Takes value and gradient of point(), both finite, or an infinite value and a gradient without meaning; returns whether the
  /// descent goes on.
  virtual bool take(double value, std::span<const double> gradient) = 0;
  /// Names the descent's state, each name beginning with `prefix`.
  virtual void archive(StateArchive& archive, const std::string& prefix) = 0;
};

/// The largest absolute value.
double largest_magnitude(std::span<const double> values);
/// ln(x / (1 - x)) of each value, in (0, 1).
std::vector<double> logits(std::span<const double> values);
/// 1 / (1 + exp(-y)) of each value.
std::vector<double> sigmoids(std::span<const double> values);

/// Gradient descents from several starts side by side, one candidate each in every ask().
///
/// They descend in the logits y = ln(x / (1 - x)) of the parameters, so that bounds hold without further rules; a minimum on a
/// bound is approached, not reached. Starts are a Latin hypercube (the first one the initial point, if given), kept 0.01 from
/// the bounds, where the sigmoid is still steep. A descent that ends makes place for a restart from a uniform random point, until
/// gradient_restarts are used. An evaluation is a value with its gradient. When the budget runs out, the last ask() may have
/// candidates of the first descents only.
class GradientSearch final : public Search {
 public:
  GradientSearch(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin,
                 const std::function<std::unique_ptr<Descent>()>& make_descent);

  bool wants_gradients() const override { return true; }

 protected:
  void advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) override;
  void archive(StateArchive& archive) override;

 private:
  std::vector<double> start(std::int64_t number) const;
  void propose_candidates();

  std::vector<std::unique_ptr<Descent>> descents_;
  std::vector<std::int64_t> active_;  ///< [descent], 0 when it has ended for good
  std::int64_t begun_ = 0;            ///< descents begun, restarts included
};

}  // namespace freshet::calibration
