#pragma once

#include <cstdint>
#include <memory>

namespace freshet {

/// A float32 matrix in memory: element (row, column) lies at data[row * row_stride + column * column_stride].
struct MatrixView {
  const float* data = nullptr;
  std::int64_t row_stride = 0;
  std::int64_t column_stride = 1;
};

/// C [m, n] = A [m, k] B [k, n] with B rearranged once for the machine's registers and caches; worth it where the same B meets
/// many A of few rows. A and C are dense and row-major. Call it within a SingleThreadScope, from one thread at a time.
class PackedGemm {
 public:
  PackedGemm(std::int64_t m, std::int64_t n, std::int64_t k, MatrixView b);
  ~PackedGemm();
  PackedGemm(PackedGemm&&) noexcept;
  PackedGemm& operator=(PackedGemm&&) noexcept;

  void run(const float* a, float* c);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// C [m, n] = A B + beta C for single large products, all row-major; transpose_a: A is stored as [k, m].
/// lda, ldb, ldc are the distances between stored rows. Call it within a SingleThreadScope.
void gemm(bool transpose_a, std::int64_t m, std::int64_t n, std::int64_t k, const float* a, std::int64_t lda, const float* b,
          std::int64_t ldb, float beta, float* c, std::int64_t ldc);

}  // namespace freshet
