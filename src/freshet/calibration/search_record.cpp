#include "freshet/calibration/search_record.hpp"

#include <cstring>

#include "freshet/core/error.hpp"

namespace freshet::calibration {

namespace {

/// The bytes of a vector: exact, and a tenth of the size of a list of numbers.
template <class T>
nlohmann::json packed(const std::vector<T>& values) {
  nlohmann::json::binary_t bytes(std::vector<std::uint8_t>(values.size() * sizeof(T)));
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

template <class T>
std::vector<T> unpacked(const nlohmann::json& state, const char* key) {
  const nlohmann::json::binary_t& bytes = state.at(key).get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

}  // namespace

void SearchRecord::add(const Evaluation& evaluation) {
  if (improvements_.empty() || evaluation.best_value < improvements_.back().value)
    improvements_.push_back({evaluation.number, evaluation.best_value});
  if ((evaluation.number - 1) % stride_ != 0) return;
  numbers_.push_back(evaluation.number);
  values_.push_back(evaluation.value);
  for (const double x : evaluation.point) points_.push_back(static_cast<float>(x));
  if (numbers_.size() > capacity_) thin();
}

void SearchRecord::thin() {
  stride_ *= 2;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < numbers_.size(); ++i) {
    if ((numbers_[i] - 1) % stride_ != 0) continue;
    numbers_[kept] = numbers_[i];
    values_[kept] = values_[i];
    for (std::size_t j = 0; j < dimensions_; ++j) points_[kept * dimensions_ + j] = points_[i * dimensions_ + j];
    ++kept;
  }
  numbers_.resize(kept);
  values_.resize(kept);
  points_.resize(kept * dimensions_);
}

nlohmann::json SearchRecord::save() const {
  return {{"stride", stride_},
          {"improvements", packed(improvements_)},
          {"numbers", packed(numbers_)},
          {"values", packed(values_)},
          {"points", packed(points_)}};
}

void SearchRecord::restore(const nlohmann::json& state) {
  try {
    stride_ = state.at("stride").get<std::int64_t>();
    improvements_ = unpacked<Improvement>(state, "improvements");
    numbers_ = unpacked<std::int64_t>(state, "numbers");
    values_ = unpacked<double>(state, "values");
    points_ = unpacked<float>(state, "points");
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = std::string("the state of the search is damaged: ") + error.what()});
  }
  if (stride_ < 1 || values_.size() != numbers_.size() || points_.size() != numbers_.size() * dimensions_)
    throw InputError({.what = "the state of the search is damaged: its record does not fit"});
}

}  // namespace freshet::calibration
