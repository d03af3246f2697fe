#pragma once

#include <cstddef>
#include <vector>

namespace freshet::synth {

/// How often and how long a condition holds, as the frequency and duration attributes of CAMELS-US (Addor et al. 2017).
struct Spells {
  double days_per_year = 0;
  double mean_length = 0;  ///< days; 0 if it never holds
};

inline Spells spells(const std::vector<bool>& holds) {
  std::size_t days = 0, runs = 0;
  for (std::size_t t = 0; t < holds.size(); ++t) {
    if (!holds[t]) continue;
    ++days;
    if (t == 0 || !holds[t - 1]) ++runs;
  }
  const double count = static_cast<double>(days);
  return {count * 365.25 / static_cast<double>(holds.size()), runs > 0 ? count / static_cast<double>(runs) : 0.0};
}

}  // namespace freshet::synth
