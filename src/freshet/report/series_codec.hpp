#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace freshet {

/// How the report page stores a series: 16-bit codes on an asinh scale, deflated, as base64 text.
///
///   code  = round(asinh(v / kSeriesFloor) / step) - base      0 <= code < kMissingCode
///   value = kSeriesFloor * sinh(step * (code + base))
///
/// The scale is logarithmic above kSeriesFloor, so that low flows keep their digits, and linear around zero, so that
/// zero (exact) and negative values have their place.
///
/// Error: |value - v| <= (|v| + kSeriesFloor) * (exp(step / 2) - 1). Since sinh(x + h) - sinh(x) is at most
/// (|sinh x| + 1) * (exp|h| - 1) and |h| <= step / 2. With the usual step this is kSeriesRelativeError of
/// |v| + kSeriesFloor. The step grows only where a series would need more than 65535 codes, that is for values beyond
/// 1e50 times the floor or for very large values of both signs; over the whole range of float it stays below 0.003.

constexpr double kSeriesFloor = 0.001;  ///< mm/day
constexpr double kSeriesStep = 0.002;
constexpr double kSeriesRelativeError = 0.00101;  ///< above exp(kSeriesStep / 2) - 1
constexpr std::uint16_t kMissingCode = 0xFFFF;

/// A series in that form. The bytes under `data` are, before zlib's deflate: the high bytes of all numbers, then the low
/// bytes. The numbers are the codes or, with `delta`, the zigzag-mapped 16-bit differences of consecutive codes (the first
/// one's from 0); whichever packs better.
struct EncodedSeries {
  std::size_t size = 0;
  std::int64_t base = 0;
  double step = kSeriesStep;
  bool delta = false;
  std::string data;  ///< base64 of a zlib stream (RFC 1950)
};

/// Encodes a series (any length, also none). Values that are not finite are stored as missing.
EncodedSeries encode_series(std::span<const float> values);

}  // namespace freshet
