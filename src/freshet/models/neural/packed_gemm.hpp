#pragma once

#include <cstdint>
#include <memory>

#include "freshet/models/neural/simd_level.hpp"

namespace freshet {

/// A float32 matrix in memory: element (row, column) lies at data[row * row_stride + column * column_stride].
struct MatrixView {
  const float* data = nullptr;
  std::int64_t row_stride = 0;
  std::int64_t column_stride = 1;
};

/// C [m, n] = A [m, k] B [k, n] in float32 with B rearranged once for the machine's registers; worth it where the same B meets
/// many A of few rows. A and C are dense and row-major.
///
/// Every element of C is the sum over k in ascending order, in one accumulator: a row of C depends on the same row of A alone,
/// bit for bit, whatever m is. The work is done in the calling thread; several threads may run() the same object.
class PackedGemm {
 public:
  PackedGemm(std::int64_t k, std::int64_t n, MatrixView b);
  void run(std::int64_t m, const float* a, float* c) const;

 private:
  struct Free {
    void operator()(float* data) const;
  };
  std::int64_t k_, n_;
  SimdLevel level_;
  std::unique_ptr<float[], Free> panels_;
};

/// C [m, n] += A^T B with A [k, m] and B [k, n], all dense and row-major, in the calling thread. Best for k of a few hundred.
void add_transposed_product(std::int64_t k, std::int64_t m, std::int64_t n, const float* a, const float* b, float* c);

}  // namespace freshet
