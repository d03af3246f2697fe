#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <nlohmann/json.hpp>

#include "freshet/calibration/search.hpp"

namespace freshet::calibration {

/// What a search went through: every improvement, and the evaluated points, thinned to a bounded number.
class SearchRecord {
 public:
  struct Improvement {
    std::int64_t number = 0;  ///< of the evaluation, from 1
    double value = 0;
  };

  /// @param capacity  points that are kept at most. When there are more, every second one is dropped, and from then on every
  ///                  second one is not taken, and so on.
  SearchRecord(std::size_t dimensions, std::size_t capacity) : dimensions_(dimensions), capacity_(capacity) {}

  void add(const Evaluation& evaluation);

  const std::vector<Improvement>& improvements() const { return improvements_; }
  /// Evaluations kept, ascending; their values, infinite if infeasible; their points, [kept][dimension] in [0, 1].
  std::span<const std::int64_t> numbers() const { return numbers_; }
  std::span<const double> values() const { return values_; }
  std::span<const float> points() const { return points_; }

  nlohmann::json save() const;
  /// @throws InputError if the state is damaged
  void restore(const nlohmann::json& state);

 private:
  void thin();

  std::size_t dimensions_, capacity_;
  std::int64_t stride_ = 1;
  std::vector<Improvement> improvements_;
  std::vector<std::int64_t> numbers_;
  std::vector<double> values_;
  std::vector<float> points_;
};

}  // namespace freshet::calibration
