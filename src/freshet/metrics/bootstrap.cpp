#include "freshet/metrics/bootstrap.hpp"

#include <algorithm>
#include <numeric>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/core/rng.hpp"
#include "freshet/metrics/summary.hpp"

namespace freshet {
namespace {

/// A column with the order of its values, so that the median of a draw takes one walk instead of a sort.
struct SortedColumn {
  std::span<const double> values;
  std::vector<std::uint32_t> order;
};

SortedColumn sorted_column(std::span<const double> values) {
  SortedColumn column{.values = values, .order = std::vector<std::uint32_t>(values.size())};
  std::iota(column.order.begin(), column.order.end(), 0U);
  std::ranges::sort(column.order, {}, [values](std::uint32_t i) { return values[i]; });
  return column;
}

/// How often a draw has each basin.
std::vector<std::uint32_t> draw(std::size_t n, std::uint64_t seed, std::size_t number) {
  RngStream rng(seed, RngUse::kBootstrap, number);
  std::vector<std::uint32_t> counts(n, 0);
  for (std::size_t i = 0; i < n; ++i) ++counts[rng.below(n)];
  return counts;
}

double mean_of(const SortedColumn& column, const std::vector<std::uint32_t>& counts) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) sum += counts[i] * column.values[i];
  return sum / static_cast<double>(counts.size());
}

double median_of(const SortedColumn& column, const std::vector<std::uint32_t>& counts) {
  const std::size_t n = counts.size();
  const std::size_t lower_rank = (n - 1) / 2, upper_rank = n / 2;  // from 0; the same for odd n
  std::size_t at = 0;
  std::size_t passed = counts[column.order[0]];
  const auto value_at = [&](std::size_t rank) {
    while (passed <= rank) passed += counts[column.order[++at]];
    return column.values[column.order[at]];
  };
  const double lower = value_at(lower_rank);
  const double upper = value_at(upper_rank);
  return lower + 0.5 * (upper - lower);
}

}  // namespace

std::vector<ResampledCentres> resample_centres(std::span<const std::vector<double>> columns, const BootstrapOptions& options,
                                               std::size_t threads) {
  std::vector<ResampledCentres> centres(columns.size());
  if (columns.empty()) return centres;
  const std::size_t n = columns.front().size();
  std::vector<SortedColumn> sorted;
  for (const auto& column : columns) {
    if (column.size() != n) throw InternalError("bootstrap: columns of different lengths");
    sorted.push_back(sorted_column(column));
  }
  if (n < 2) return centres;
  for (ResampledCentres& of_column : centres) {
    of_column.medians.resize(options.resamples);
    of_column.means.resize(options.resamples);
  }
  constexpr std::size_t kBlock = 64;
  parallel_for((options.resamples + kBlock - 1) / kBlock, threads, [&](std::size_t block) {
    for (std::size_t r = block * kBlock; r < std::min(options.resamples, (block + 1) * kBlock); ++r) {
      const auto counts = draw(n, options.seed, r);
      for (std::size_t c = 0; c < sorted.size(); ++c) {
        centres[c].medians[r] = median_of(sorted[c], counts);
        centres[c].means[r] = mean_of(sorted[c], counts);
      }
    }
  });
  return centres;
}

Interval percentile_interval(std::span<const double> resampled, double confidence) {
  const double tail = 0.5 * (1 - confidence);
  return {.low = quantile_valid(resampled, tail), .high = quantile_valid(resampled, 1 - tail)};
}

}  // namespace freshet
