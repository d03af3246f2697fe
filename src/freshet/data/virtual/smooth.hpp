#pragma once

#include <cmath>

namespace freshet::synth {

/// Smooth building blocks of the virtual landscape.

/// 1 / (1 + exp(-x)).
inline double sigmoid(double x) {
  return 1.0 / (1.0 + std::exp(-x));
}

/// 1 at the centre, exp(-1) one width away.
inline double bump(double x, double centre, double width) {
  const double z = (x - centre) / width;
  return std::exp(-z * z);
}

/// From lower to upper as z goes from -infinity to infinity.
inline double between(double lower, double upper, double z) {
  return lower + (upper - lower) * sigmoid(z);
}

/// Rounded to so many decimals: the number a reader gets back from the printed text.
inline double rounded(double value, int decimals) {
  const double scale = std::pow(10.0, decimals);
  return std::round(value * scale) / scale;
}

}  // namespace freshet::synth
