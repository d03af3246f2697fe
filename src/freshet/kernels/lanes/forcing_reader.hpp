#pragma once

#include <cstddef>
#include <cstdint>

#include "freshet/kernels/lanes/lane.hpp"
#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// A row of forcing for a group of vectors: of each vector contiguous, one basin for all its lanes, or picked lane by lane.
template <class G>
class ForcingReader {
 public:
  using T = typename G::Value;
  using V = typename G::Vector;

  FRESHET_LANE ForcingReader(const StageCall<T>& call, std::int64_t lane) : offsets_(call.offsets + lane), lane_(lane) {
    for (std::size_t k = 0; k < G::kCount; ++k) {
      const std::int64_t* offsets = offsets_ + k * V::kWidth;
      bool same = true, contiguous = true;
      for (std::size_t i = 0; i < V::kWidth; ++i) {
        same = same && offsets[i] == offsets[0];
        contiguous = contiguous && offsets[i] == offsets[0] + static_cast<std::int64_t>(i);
      }
      kinds_[k] = same ? Kind::kOneBasin : contiguous ? Kind::kContiguous : Kind::kPicked;
    }
  }

  FRESHET_LANE G read(const ForcingRows<T>& rows, std::int64_t t) const {
    const T* row = rows.at + t * rows.stride;
    if (rows.per_lane != 0) return G::load(row + lane_);
    return G::make([&](std::size_t k) FRESHET_INLINE_LAMBDA { return read_vector(row, k); });
  }

 private:
  enum class Kind { kOneBasin, kContiguous, kPicked };

  FRESHET_LANE V read_vector(const T* row, std::size_t k) const {
    const std::int64_t* offsets = offsets_ + k * V::kWidth;
    switch (kinds_[k]) {
      case Kind::kOneBasin:
        return V(row[offsets[0]]);
      case Kind::kContiguous:
        return V::load(row + offsets[0]);
      case Kind::kPicked:
        break;
    }
    alignas(64) T picked[V::kWidth];
    for (std::size_t i = 0; i < V::kWidth; ++i) picked[i] = row[offsets[i]];
    return V::load(picked);
  }

  const std::int64_t* offsets_;
  std::int64_t lane_;
  Kind kinds_[G::kCount];
};

}  // namespace freshet::kernels
