#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>

#include "freshet/kernels/aligned.hpp"
#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// The adjoint of a series of a block, [step][lane], while its parts are added up. Rows of the caller's that are the only part,
/// and as wide as the block, are read where they lie: copying them took a tenth of an adjoint run's time.
template <class T>
class SeriesAdjoint {
 public:
  /// Zero, for a series of `steps` rows of `width` lanes, the first `count` of them in use.
  void clear(std::size_t steps, std::size_t width, std::size_t count) {
    steps_ = steps;
    width_ = width;
    count_ = count;
    rows_ = {};
  }
  /// Whether no part was added: all values are zero.
  bool empty() const { return rows_.at == nullptr; }
  /// As an argument of a kernel that only reads it.
  Rows<T> rows() const { return {const_cast<T*>(rows_.at), rows_.stride}; }

  /// Rows `stride` apart, which outlive the adjoint run.
  void add(const T* from, std::size_t stride) {
    if (empty() && count_ == width_) {
      rows_ = {from, static_cast<std::int64_t>(stride)};
      return;
    }
    T* to = sum();
    for (std::size_t t = 0; t < steps_; ++t) {
      for (std::size_t l = 0; l < count_; ++l) to[t * width_ + l] += from[t * stride + l];
    }
  }
  /// A whole buffer, whose memory it may keep and give another one for.
  void take(AlignedVector<T>& part) {
    if (empty()) {
      std::swap(own_, part);
      rows_ = {own_.data(), static_cast<std::int64_t>(width_)};
      return;
    }
    T* to = sum();
    for (std::size_t k = 0; k < part.size(); ++k) to[k] += part[k];
  }
  /// Rows `width` apart to add to.
  T* sum() {
    if (rows_.at == own_.data() && !empty()) return own_.data();
    own_.resize(steps_ * width_);
    for (std::size_t t = 0; t < steps_; ++t) {
      T* to = own_.data() + t * width_;
      if (empty()) {
        std::fill_n(to, width_, T(0));
      } else {
        std::copy_n(rows_.at + t * static_cast<std::size_t>(rows_.stride), width_, to);
      }
    }
    rows_ = {own_.data(), static_cast<std::int64_t>(width_)};
    return own_.data();
  }

 private:
  std::size_t steps_ = 0, width_ = 0, count_ = 0;
  Rows<const T> rows_{};
  AlignedVector<T> own_;
};

}  // namespace freshet::kernels
