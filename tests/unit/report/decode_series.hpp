#pragma once

#include <zlib.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "freshet/report/series_codec.hpp"

namespace freshet::test {

/// What the page does in the browser, written anew from the format's description.
inline std::vector<unsigned char> unbase64(const std::string& text) {
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<unsigned char> bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes.push_back(static_cast<unsigned char>(bits >> count & 0xFF));
    }
  }
  return bytes;
}

inline std::vector<double> decode_series(const EncodedSeries& series) {
  const std::vector<unsigned char> packed = unbase64(series.data);
  std::vector<unsigned char> bytes(2 * series.size + 1);
  uLongf size = bytes.size();
  if (uncompress(bytes.data(), &size, packed.data(), packed.size()) != Z_OK || size != 2 * series.size) {
    throw std::runtime_error("not a zlib stream of the right size");
  }
  std::vector<double> values(series.size, std::numeric_limits<double>::quiet_NaN());
  long code = 0;
  for (std::size_t i = 0; i < series.size; ++i) {
    const long number = bytes[i] * 256 + bytes[series.size + i];
    const long difference = number % 2 == 0 ? number / 2 : -(number + 1) / 2;
    code = series.delta ? (code + difference + 65536) % 65536 : number;
    if (code != kMissingCode) values[i] = kSeriesFloor * std::sinh(series.step * static_cast<double>(code + series.base));
  }
  return values;
}

}  // namespace freshet::test
