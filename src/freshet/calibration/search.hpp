#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "freshet/calibration/options.hpp"
#include "freshet/calibration/state_archive.hpp"
#include "freshet/core/rng.hpp"

namespace freshet::calibration {

/// Why a search ended.
enum class StopReason {
  kNone,              ///< it has not ended
  kEvaluations,       ///< max_evaluations are used up
  kTime,              ///< max_seconds are over
  kNoImprovement,     ///< SCE-UA: the best value hardly changed over sce_kstop loops
  kPointsConverged,   ///< SCE-UA: the points cover a tiny part of the bounds
  kDescentsConverged  ///< gradient methods: every descent, restarts included, came to an end
};

/// The reason as a clause, e.g. "the budget of evaluations is used up".
std::string_view to_text(StopReason reason);

/// One evaluation that counts, as the trace hook sees it.
struct Evaluation {
  std::int64_t number = 0;        ///< from 1
  std::span<const double> point;  ///< [parameter], in [0, 1]; valid during the call only
  double value = 0;               ///< infinite if infeasible
  double best_value = 0;          ///< so far, this one included
};

/// A search for the minimum of a function of n parameters scaled to [0, 1], which the caller evaluates: ask() gives points, the
/// caller evaluates them in any way - the candidates of hundreds of basins side by side in the lanes of one kernel call - and
/// tell() brings the values. Optimisers of libraries call the function themselves, one point at a time, which is why the methods
/// here are written out.
///
///   while (!search.finished()) {
///     evaluate(search.ask(), values);
///     search.tell(values);
///   }
///
/// A search depends on (options, number of parameters, seed, basin) and the values alone: all random numbers are functions of
/// (seed, basin, place in the search), so neither other searches beside it nor the order of evaluation changes a bit. Only
/// max_seconds makes the end depend on the machine; what comes before the end does not change.
class Search {
 public:
  virtual ~Search() = default;
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  /// The points to evaluate now, [candidate][parameter], each in [0, 1]; the same until tell(). Empty when finished.
  std::span<const double> ask() const;

  /// The values of the points of ask(), to be minimised. NaN and infinite values mean infeasible and count as the worst.
  /// InternalError if the search has finished, for another number of values, or for a method that wants gradients.
  void tell(std::span<const double> values) { tell(values, {}); }
  /// Likewise with the derivatives of each value by the parameters scaled to [0, 1], [candidate][parameter]; a point with a
  /// derivative that is not finite is infeasible. For a method that does not want gradients they must be empty.
  void tell(std::span<const double> values, std::span<const double> gradients);

  virtual bool wants_gradients() const { return false; }
  std::size_t parameters() const { return parameters_; }

  /// Evaluations that count. Never more than max_evaluations.
  std::int64_t evaluations() const { return evaluations_; }
  /// The best point so far, [parameter]; of equal ones the lexicographically smallest. Empty before the first tell().
  std::span<const double> best_point() const { return best_point_; }
  /// Infinite until a feasible point was found.
  double best_value() const { return best_value_; }

  bool finished() const { return reason_ != StopReason::kNone; }
  StopReason stop_reason() const { return reason_; }

  /// Called for every evaluation that counts; it may copy what it sees and must not use the search. Not part of the state.
  void set_trace(std::function<void(const Evaluation&)> trace) { trace_ = std::move(trace); }

  /// Everything a search made by make_search with the same arguments needs to go on with the same bits as this one.
  nlohmann::json save() const;
  /// Takes over a saved state. A search that ended by time goes on if max_seconds is now more than it has used.
  /// InputError if the state is damaged or of another method, number of parameters, seed or basin; the search is of no use then.
  void restore(const nlohmann::json& state);

 protected:
  Search(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);

  /// Takes the values of the points asked for, and calls either propose or finish. Values are finite or +infinity.
  virtual void advance(std::span<const double> points, std::span<const double> values, std::span<const double> gradients) = 0;
  /// Names every variable of the method's own state.
  virtual void archive(StateArchive& archive) = 0;

  const SearchOptions& options() const { return options_; }
  std::int64_t evaluations_left() const { return options_.max_evaluations - evaluations_; }
  /// Counts an evaluation and keeps the best.
  void record(std::span<const double> point, double value);
  /// The points of the next ask().
  void propose(std::vector<double> points) { batch_ = std::move(points); }
  void finish(StopReason reason) { reason_ = reason; }
  /// The random numbers of a place in the search.
  RngStream stream(std::uint64_t a, std::uint32_t b) const;

 private:
  void archive_all(StateArchive& archive);
  double seconds() const;

  SearchOptions options_;
  std::size_t parameters_;
  std::uint64_t seed_;
  std::uint64_t basin_;
  std::vector<double> batch_;
  std::int64_t evaluations_ = 0;
  std::vector<double> best_point_;
  double best_value_;
  StopReason reason_ = StopReason::kNone;
  double seconds_before_ = 0;  ///< used before the last restore
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::function<void(const Evaluation&)> trace_;
};

}  // namespace freshet::calibration
