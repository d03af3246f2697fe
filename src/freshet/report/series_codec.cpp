#include "freshet/report/series_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/report/base64.hpp"

namespace freshet {
namespace {

using Codes = std::vector<std::uint16_t>;
using Bytes = std::vector<std::uint8_t>;

double to_scale(float value) {
  return std::asinh(static_cast<double>(value) / kSeriesFloor);
}

/// Chooses base and step for the values and returns their codes.
Codes quantise(std::span<const float> values, EncodedSeries& encoded) {
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, to_scale(value));
    high = std::max(high, to_scale(value));
  }
  Codes codes(values.size(), kMissingCode);
  if (!(low <= high)) return codes;
  // Rounding both ends can widen the range by one code, hence one code less than there are.
  encoded.step = std::max(kSeriesStep, (high - low) / (kMissingCode - 2));
  encoded.base = std::llround(low / encoded.step);
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i])) continue;
    codes[i] = static_cast<std::uint16_t>(std::llround(to_scale(values[i]) / encoded.step) - encoded.base);
  }
  return codes;
}

/// Differences modulo 2^16, read as -32768..32767 and folded to 0, -1, 1, -2, ... -> 0, 1, 2, 3, ...
Codes zigzag_differences(const Codes& codes) {
  Codes folded(codes.size());
  std::uint16_t previous = 0;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const auto difference = static_cast<std::int16_t>(static_cast<std::uint16_t>(codes[i] - previous));
    folded[i] = static_cast<std::uint16_t>(static_cast<std::uint32_t>(difference) << 1 ^ (difference < 0 ? 0xFFFFu : 0u));
    previous = codes[i];
  }
  return folded;
}

Bytes split_bytes(const Codes& numbers) {
  Bytes bytes(numbers.size() * 2);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(numbers[i] >> 8);
    bytes[numbers.size() + i] = static_cast<std::uint8_t>(numbers[i] & 0xFF);
  }
  return bytes;
}

Bytes deflate_bytes(const Bytes& bytes) {
  uLongf size = compressBound(bytes.size());
  Bytes packed(size);
  if (compress2(packed.data(), &size, bytes.data(), bytes.size(), Z_BEST_COMPRESSION) != Z_OK) {
    throw InternalError("zlib could not deflate a series of the report");
  }
  packed.resize(size);
  return packed;
}

}  // namespace

EncodedSeries encode_series(std::span<const float> values) {
  EncodedSeries encoded{.size = values.size()};
  const Codes codes = quantise(values, encoded);
  Bytes packed = deflate_bytes(split_bytes(codes));
  Bytes packed_differences = deflate_bytes(split_bytes(zigzag_differences(codes)));
  encoded.delta = packed_differences.size() < packed.size();
  encoded.data = base64(encoded.delta ? packed_differences : packed);
  return encoded;
}

}  // namespace freshet
