#include "freshet/models/neural/gates.hpp"

#include "freshet/models/neural/simd_exp.hpp"
#include "freshet/models/neural/simd_level.hpp"
#include "freshet/models/neural/simd_targets.hpp"

namespace freshet {
namespace {

FRESHET_INLINE float sigmoid_of(float x) {
  const ScaledExp e = scaled_exp(clamp(-x, 87.0F));
  return 1.0F / (1.0F + (e.scale + e.scale * e.p));
}

// tanh(x) = u / (u + 2) with u = exp(2x) - 1; is 1 to the last bit from |x| = 9.02 on.
FRESHET_INLINE float tanh_of(float x) {
  const ScaledExp e = scaled_exp(2.0F * clamp(x, 10.0F));
  const float u = e.scale * e.p + (e.scale - 1.0F);
  return u / (u + 2.0F);
}

FRESHET_INLINE void forward_body(const GateForwardStep& s) {
  const std::int64_t hidden = s.hidden;
  for (std::int64_t row = 0; row < s.rows; ++row) {
    float* const gates = s.gates + row * 4 * hidden;
    const float* const offset = s.offset + row * 4 * hidden;
    const float* const c_before = s.c_before + row * hidden;
    float* const c = s.c + row * hidden;
    float* const h = s.h + row * hidden;
#pragma GCC ivdep
    for (std::int64_t k = 0; k < hidden; ++k) {
      const float i = sigmoid_of(gates[k] + offset[k]);
      const float f = sigmoid_of(gates[k + hidden] + offset[k + hidden]);
      const float g = tanh_of(gates[k + 2 * hidden] + offset[k + 2 * hidden]);
      const float o = sigmoid_of(gates[k + 3 * hidden] + offset[k + 3 * hidden]);
      const float cell = f * c_before[k] + i * g;
      gates[k] = i;
      gates[k + hidden] = f;
      gates[k + 2 * hidden] = g;
      gates[k + 3 * hidden] = o;
      c[k] = cell;
      h[k] = o * tanh_of(cell);
    }
  }
}

FRESHET_INLINE void backward_body(const GateBackwardStep& s) {
  const std::int64_t hidden = s.hidden;
  for (std::int64_t row = 0; row < s.rows; ++row) {
    const float* const gates = s.gates + row * 4 * hidden;
    float* const d_gates = s.d_gates + row * 4 * hidden;
    float* const d_offset = s.d_offset + row * 4 * hidden;
    const std::int64_t at = row * hidden;
#pragma GCC ivdep
    for (std::int64_t k = 0; k < hidden; ++k) {
      const float i = gates[k], f = gates[k + hidden], g = gates[k + 2 * hidden], o = gates[k + 3 * hidden];
      const float tanh_c = tanh_of(s.c[at + k]);
      const float d_h = s.d_hidden[at + k] + s.d_h[at + k];
      const float d_c = s.d_c[at + k] + d_h * o * (1.0F - tanh_c * tanh_c);
      const float d_i = d_c * g * (i * (1.0F - i));
      const float d_f = d_c * s.c_before[at + k] * (f * (1.0F - f));
      const float d_g = d_c * i * (1.0F - g * g);
      const float d_o = d_h * tanh_c * (o * (1.0F - o));
      s.d_c[at + k] = d_c * f;
      d_gates[k] = d_i;
      d_gates[k + hidden] = d_f;
      d_gates[k + 2 * hidden] = d_g;
      d_gates[k + 3 * hidden] = d_o;
      d_offset[k] += d_i;
      d_offset[k + hidden] += d_f;
      d_offset[k + 2 * hidden] += d_g;
      d_offset[k + 3 * hidden] += d_o;
    }
  }
}

FRESHET_INLINE void sigmoid_body(const float* x, float* y, std::int64_t n) {
#pragma GCC ivdep
  for (std::int64_t k = 0; k < n; ++k) y[k] = sigmoid_of(x[k]);
}

FRESHET_INLINE void tanh_body(const float* x, float* y, std::int64_t n) {
#pragma GCC ivdep
  for (std::int64_t k = 0; k < n; ++k) y[k] = tanh_of(x[k]);
}

struct Kernels {
  void (*forward)(const GateForwardStep&);
  void (*backward)(const GateBackwardStep&);
  void (*sigmoid)(const float*, float*, std::int64_t);
  void (*tanh)(const float*, float*, std::int64_t);
};

#define FRESHET_GATE_KERNELS(name, ...)                                       \
  __VA_ARGS__ void forward_##name(const GateForwardStep& s) {                 \
    forward_body(s);                                                          \
  }                                                                           \
  __VA_ARGS__ void backward_##name(const GateBackwardStep& s) {               \
    backward_body(s);                                                         \
  }                                                                           \
  __VA_ARGS__ void sigmoid_##name(const float* x, float* y, std::int64_t n) { \
    sigmoid_body(x, y, n);                                                    \
  }                                                                           \
  __VA_ARGS__ void tanh_##name(const float* x, float* y, std::int64_t n) {    \
    tanh_body(x, y, n);                                                       \
  }                                                                           \
  constexpr Kernels kKernels_##name = {forward_##name, backward_##name, sigmoid_##name, tanh_##name};

FRESHET_GATE_KERNELS(baseline, )
FRESHET_GATE_KERNELS(avx2, FRESHET_TARGET_AVX2)
FRESHET_GATE_KERNELS(avx512, FRESHET_TARGET_AVX512)

const Kernels& kernels() {
  return kernels_for_machine(kKernels_baseline, kKernels_avx2, kKernels_avx512);
}

}  // namespace

void lstm_gates_forward(const GateForwardStep& step) {
  kernels().forward(step);
}
void lstm_gates_backward(const GateBackwardStep& step) {
  kernels().backward(step);
}
void sigmoid(const float* x, float* y, std::int64_t n) {
  kernels().sigmoid(x, y, n);
}
void tanh(const float* x, float* y, std::int64_t n) {
  kernels().tanh(x, y, n);
}

}  // namespace freshet
