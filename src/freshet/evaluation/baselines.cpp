#include "freshet/evaluation/baselines.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace freshet {
namespace {

constexpr int kDays = 366;
constexpr int kHalfWindow = 7;

bool inside(Time time, const std::vector<Period>& periods) {
  for (const Period& period : periods) {
    if (period.first <= time && time <= period.last) return true;
  }
  return false;
}

}  // namespace

std::vector<float> persistence(std::span<const float> observed) {
  std::vector<float> out(observed.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t t = 1; t < observed.size(); ++t) out[t] = observed[t - 1];
  return out;
}

std::vector<float> climatology(const TimeAxis& axis, std::span<const float> observed, const std::vector<Period>& training,
                               const TimeAxis& wanted) {
  std::array<double, kDays> sum{}, count{};
  for (std::int64_t t = 0; t < axis.size && t < static_cast<std::int64_t>(observed.size()); ++t) {
    const float value = observed[static_cast<std::size_t>(t)];
    if (std::isnan(value) || !inside(axis.at(t), training)) continue;
    const auto day = static_cast<std::size_t>(day_of_year(axis.at(t)) - 1);
    sum[day] += value;
    count[day] += 1;
  }
  std::array<float, kDays> mean{};
  for (int day = 0; day < kDays; ++day) {
    double total = 0, n = 0;
    for (int offset = -kHalfWindow; offset <= kHalfWindow; ++offset) {
      const auto near = static_cast<std::size_t>((day + offset + kDays) % kDays);
      total += sum[near];
      n += count[near];
    }
    mean[static_cast<std::size_t>(day)] = n > 0 ? static_cast<float>(total / n) : std::numeric_limits<float>::quiet_NaN();
  }
  std::vector<float> out;
  for (std::int64_t t = 0; t < wanted.size; ++t) out.push_back(mean[static_cast<std::size_t>(day_of_year(wanted.at(t)) - 1)]);
  return out;
}

}  // namespace freshet
