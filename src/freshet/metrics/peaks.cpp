#include "freshet/metrics/peaks.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

#include "freshet/metrics/pairs.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t kTimingDistance = 100;
constexpr std::int64_t kMissedDistance = 30;
constexpr double kMissedQuantile = 0.8;

std::vector<std::int64_t> local_maxima(std::span<const double> series) {
  std::vector<std::int64_t> maxima;
  const std::int64_t n = std::ssize(series);
  for (std::int64_t first = 1; first < n - 1;) {
    std::int64_t end = first + 1;
    while (end < n && series[end] == series[first]) ++end;
    if (series[first - 1] < series[first] && end < n && series[end] < series[first]) maxima.push_back((first + end - 1) / 2);
    first = end;
  }
  return maxima;
}

/// Keeps the highest peaks that are at least `distance` apart.
std::vector<std::int64_t> thin_out(std::span<const double> series, const std::vector<std::int64_t>& peaks,
                                   std::int64_t distance) {
  std::vector<std::size_t> order(peaks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater(), [&](std::size_t i) { return series[peaks[i]]; });
  std::vector<bool> keep(peaks.size(), true);
  for (const std::size_t i : order) {
    if (!keep[i]) continue;
    for (std::size_t k = i; k > 0 && peaks[i] - peaks[k - 1] < distance; --k) keep[k - 1] = false;
    for (std::size_t k = i + 1; k < peaks.size() && peaks[k] - peaks[i] < distance; ++k) keep[k] = false;
  }
  std::vector<std::int64_t> kept;
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    if (keep[i]) kept.push_back(peaks[i]);
  }
  return kept;
}

double prominence(std::span<const double> series, std::int64_t peak) {
  const double height = series[peak];
  double left = height;
  for (std::int64_t i = peak; i >= 0 && series[i] <= height; --i) left = std::min(left, series[i]);
  double right = height;
  for (std::int64_t i = peak; i < std::ssize(series) && series[i] <= height; ++i) right = std::min(right, series[i]);
  return height - std::max(left, right);
}

std::vector<std::int64_t> flood_peaks(const Pairs& pairs) {
  return find_peaks(pairs.observed, {.distance = kTimingDistance, .prominence = moments(pairs.observed).deviation});
}

/// Half a day in steps, but not less than `least`.
std::int64_t window_of(std::int64_t step_minutes, std::int64_t least) {
  return std::max(kMinutesPerDay / 2 / step_minutes, least);
}

/// True if the steps from peak - window to peak + window all have values.
bool is_window_whole(const Pairs& pairs, std::int64_t peak, std::int64_t window) {
  if (peak - window < 0 || peak + window >= std::ssize(pairs.position)) return false;
  return pairs.position[peak + window] - pairs.position[peak - window] == 2 * window;
}

/// Distance in steps from an observed peak to the simulated one, looked for in a whole window.
std::int64_t lag(const std::vector<double>& simulated, std::int64_t peak, std::int64_t window) {
  if (simulated[peak] > simulated[peak - 1] && simulated[peak] > simulated[peak + 1]) return 0;
  const auto begin = simulated.begin() + (peak - window);
  const auto highest = std::max_element(begin, begin + (2 * window + 1));
  return std::abs(highest - begin - window);
}

}  // namespace

std::vector<std::int64_t> find_peaks(std::span<const double> series, const PeakRule& rule) {
  std::vector<std::int64_t> peaks = local_maxima(series);
  std::erase_if(peaks, [&](std::int64_t peak) { return series[peak] < rule.height; });
  if (rule.distance > 1) peaks = thin_out(series, peaks, rule.distance);
  if (rule.prominence > 0) std::erase_if(peaks, [&](std::int64_t peak) { return prominence(series, peak) < rule.prominence; });
  return peaks;
}

double peak_timing(std::span<const double> observed, std::span<const double> simulated, std::int64_t step_minutes) {
  const Pairs pairs = valid_pairs(observed, simulated);
  const std::int64_t window = window_of(step_minutes, 3);
  std::int64_t lags = 0;
  std::int64_t count = 0;
  for (const std::int64_t peak : flood_peaks(pairs)) {
    if (!is_window_whole(pairs, peak, window)) continue;
    lags += lag(pairs.simulated, peak, window);
    ++count;
  }
  return count == 0 ? kNaN : static_cast<double>(lags) / static_cast<double>(count);
}

double peak_mape(std::span<const double> observed, std::span<const double> simulated) {
  const Pairs pairs = valid_pairs(observed, simulated);
  const std::vector<std::int64_t> peaks = flood_peaks(pairs);
  if (peaks.empty()) return kNaN;
  double sum = 0;
  for (const std::int64_t peak : peaks) {
    if (pairs.observed[peak] == 0) return kNaN;
    sum += std::abs((pairs.simulated[peak] - pairs.observed[peak]) / pairs.observed[peak]);
  }
  return 100 * sum / static_cast<double>(peaks.size());
}

double missed_peaks(std::span<const double> observed, std::span<const double> simulated, std::int64_t step_minutes) {
  const Pairs pairs = valid_pairs(observed, simulated);
  if (pairs.too_few()) return kNaN;
  const auto high_peaks = [](const std::vector<double>& series) {
    return find_peaks(series, {.height = quantile_valid(series, kMissedQuantile), .distance = kMissedDistance});
  };
  const std::vector<std::int64_t> peaks = high_peaks(pairs.observed);
  const std::vector<std::int64_t> found = high_peaks(pairs.simulated);
  if (peaks.empty()) return 0;
  const std::int64_t window = window_of(step_minutes, 1);
  const auto missed = std::ranges::count_if(peaks, [&](std::int64_t peak) {
    return is_window_whole(pairs, peak, window) &&
           std::ranges::none_of(found, [&](std::int64_t other) { return std::abs(other - peak) <= window; });
  });
  return static_cast<double>(missed) / static_cast<double>(peaks.size());
}

}  // namespace freshet
