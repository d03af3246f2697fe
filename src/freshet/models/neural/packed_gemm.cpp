#include "freshet/models/neural/packed_gemm.hpp"

#include <algorithm>
#include <cstdlib>
#include <new>

#include "freshet/models/neural/simd_targets.hpp"

// B lies in panels of two vectors' width, k rows long, the last one filled up with zeros. A tile of C, some rows of one
// panel's width, stays in registers while k runs: two loads of B serve all its rows, one number of A two multiplications.
namespace freshet {
namespace {

template <int kWidth>
struct Simd {
  using Vector [[gnu::vector_size(kWidth * sizeof(float)), gnu::aligned(alignof(float)), gnu::may_alias]] = float;
};

// How A is stored, and with it what happens to C: kRows [m, k], C is replaced; kColumns [k, m], C is added to.
enum class Layout { kRows, kColumns };

struct Product {
  std::int64_t m, n, k;
  const float* a;
  const float* panels;
  float* c;
  std::int64_t c_stride;
};

template <int kWidth, int kTileRows, Layout kLayout>
FRESHET_INLINE void multiply_tile(const Product& p, std::int64_t row, std::int64_t column) {
  using Vector = typename Simd<kWidth>::Vector;
  // Three rows share a pointer: x86 has 16 registers for addresses, of which a tile of 12 rows would take them all.
  constexpr int kPointers = kLayout == Layout::kRows ? (kTileRows + 2) / 3 : 1;
  const std::int64_t stride = kLayout == Layout::kRows ? p.k : 1, advance = kLayout == Layout::kRows ? 1 : p.m;
  const float* a[kPointers];
  for (int i = 0; i < kPointers; ++i) a[i] = p.a + (row + 3 * i) * stride;
  const float* b = p.panels + column * p.k;
  Vector sum[kTileRows][2] = {};
#pragma GCC unroll 1
  for (std::int64_t k = 0; k < p.k; ++k) {
    const Vector left = *reinterpret_cast<const Vector*>(b), right = *reinterpret_cast<const Vector*>(b + kWidth);
    b += 2 * kWidth;
#pragma GCC unroll 12
    for (int r = 0; r < kTileRows; ++r) {
      const float x = kLayout == Layout::kRows ? a[r / 3][(r % 3) * stride] : a[0][r];
      sum[r][0] += left * x;
      sum[r][1] += right * x;
    }
#pragma GCC unroll 12
    for (int i = 0; i < kPointers; ++i) a[i] += advance;
  }

  const std::int64_t columns = std::min<std::int64_t>(2 * kWidth, p.n - column);
#pragma GCC unroll 12
  for (int r = 0; r < kTileRows; ++r) {
    float* const c = p.c + (row + r) * p.c_stride + column;
    float part[2 * kWidth];
    float* const to = columns == 2 * kWidth ? c : part;
    if (kLayout == Layout::kColumns) {
      if (to == part) std::copy_n(c, columns, part);
      sum[r][0] += *reinterpret_cast<const Vector*>(to);
      sum[r][1] += *reinterpret_cast<const Vector*>(to + kWidth);
    }
    *reinterpret_cast<Vector*>(to) = sum[r][0];
    *reinterpret_cast<Vector*>(to + kWidth) = sum[r][1];
    if (to == part) std::copy_n(part, columns, c);
  }
}

// The rows are shared out evenly over the tiles: 16 rows are two tiles of 8, not one of 12 and one of 4.
template <int kWidth, int kMostRows, Layout kLayout>
FRESHET_INLINE void multiply(const Product& p) {
  const std::int64_t tiles = (p.m + kMostRows - 1) / kMostRows;
  for (std::int64_t column = 0; column < p.n; column += 2 * kWidth) {
    for (std::int64_t tile = 0, row = 0; tile < tiles; ++tile) {
      const std::int64_t rows = (p.m - row + tiles - tile - 1) / (tiles - tile);
      switch (rows) {
#define FRESHET_TILE(n)                                                              \
  case n:                                                                            \
    if constexpr (n <= kMostRows) multiply_tile<kWidth, n, kLayout>(p, row, column); \
    break;
        FRESHET_TILE(1)
        FRESHET_TILE(2)
        FRESHET_TILE(3)
        FRESHET_TILE(4)
        FRESHET_TILE(5)
        FRESHET_TILE(6)
        FRESHET_TILE(7)
        FRESHET_TILE(8)
        FRESHET_TILE(9)
        FRESHET_TILE(10)
        FRESHET_TILE(11)
        FRESHET_TILE(12)
#undef FRESHET_TILE
      }
      row += rows;
    }
  }
}

// Tiles fill the registers: 32 of them with AVX-512, else 16.
void rows_baseline(const Product& p) {
  multiply<4, 6, Layout::kRows>(p);
}
void columns_baseline(const Product& p) {
  multiply<4, 6, Layout::kColumns>(p);
}
FRESHET_TARGET_AVX2 void rows_avx2(const Product& p) {
  multiply<8, 6, Layout::kRows>(p);
}
FRESHET_TARGET_AVX2 void columns_avx2(const Product& p) {
  multiply<8, 6, Layout::kColumns>(p);
}
FRESHET_TARGET_AVX512 void rows_avx512(const Product& p) {
  multiply<16, 12, Layout::kRows>(p);
}
FRESHET_TARGET_AVX512 void columns_avx512(const Product& p) {
  multiply<16, 12, Layout::kColumns>(p);
}

struct Kernels {
  std::int64_t panel_width;
  void (*rows)(const Product&);
  void (*columns)(const Product&);
};

Kernels kernels(SimdLevel level) {
  switch (level) {
    case SimdLevel::kAvx512:
      return {32, rows_avx512, columns_avx512};
    case SimdLevel::kAvx2:
      return {16, rows_avx2, columns_avx2};
    case SimdLevel::kBaseline:
      break;
  }
  return {8, rows_baseline, columns_baseline};
}

// Aligned to cache lines, for a vector that straddles two costs a second load.
float* allocate(std::int64_t numbers) {
  constexpr std::size_t kLine = 64;
  const std::size_t bytes = (static_cast<std::size_t>(numbers) * sizeof(float) + kLine - 1) / kLine * kLine;
  void* const data = std::aligned_alloc(kLine, bytes);
  if (!data) throw std::bad_alloc();
  return static_cast<float*>(data);
}

void pack_panel(const MatrixView& b, std::int64_t k, std::int64_t columns, std::int64_t width, float* panel) {
  for (std::int64_t row = 0; row < k; ++row) {
    const float* const from = b.data + row * b.row_stride;
    for (std::int64_t column = 0; column < columns; ++column) panel[column] = from[column * b.column_stride];
    std::fill(panel + columns, panel + width, 0.0F);
    panel += width;
  }
}

}  // namespace

void PackedGemm::Free::operator()(float* data) const {
  std::free(data);
}

PackedGemm::PackedGemm(std::int64_t k, std::int64_t n, MatrixView b) : k_(k), n_(n), level_(simd_level()) {
  const std::int64_t width = kernels(level_).panel_width;
  panels_.reset(allocate((n + width - 1) / width * width * k));
  for (std::int64_t column = 0; column < n; column += width) {
    const MatrixView from{b.data + column * b.column_stride, b.row_stride, b.column_stride};
    pack_panel(from, k, std::min(width, n - column), width, panels_.get() + column * k);
  }
}

void PackedGemm::run(std::int64_t m, const float* a, float* c) const {
  kernels(level_).rows({m, n_, k_, a, panels_.get(), c, n_});
}

void add_transposed_product(std::int64_t k, std::int64_t m, std::int64_t n, const float* a, const float* b, float* c) {
  const Kernels kernel = kernels(simd_level());
  const std::int64_t width = kernel.panel_width;
  const std::unique_ptr<float[], decltype(&std::free)> panel(allocate(width * k), &std::free);
  for (std::int64_t column = 0; column < n; column += width) {
    const std::int64_t columns = std::min(width, n - column);
    pack_panel({b + column, n, 1}, k, columns, width, panel.get());
    kernel.columns({m, columns, k, a, panel.get(), c + column, n});
  }
}

}  // namespace freshet
