#pragma once

#include <cstdint>

namespace freshet {

/// One time step of the LSTM gates of `rows` samples with `hidden` cells each. All arrays are dense and row-major, and the
/// rows of the 4H-wide ones hold the gates in PyTorch's order: input i, forget f, cell candidate g, output o.
struct GateForwardStep {
  std::int64_t rows = 0;
  std::int64_t hidden = 0;
  float* gates = nullptr;           ///< [rows, 4H], in: W [x, h]; out: the activated gates
  const float* offset = nullptr;    ///< [rows, 4H], added before the activation
  const float* c_before = nullptr;  ///< [rows, H]
  float* c = nullptr;               ///< [rows, H], may be c_before
  float* h = nullptr;               ///< [rows, H]
};

/// i, f, o = sigmoid(.), g = tanh(.), c = f c_before + i g, h = o tanh(c) (Hochreiter & Schmidhuber 1997; Gers et al. 2000).
/// Exponentials are polynomials accurate to a few units in the last place; saturates at large values; NaN propagates.
void lstm_gates_forward(const GateForwardStep& step);

/// The adjoint of one step; see GateForwardStep for the layout.
struct GateBackwardStep {
  std::int64_t rows = 0;
  std::int64_t hidden = 0;
  const float* gates = nullptr;     ///< [rows, 4H], activated, as the forward step left them
  const float* c_before = nullptr;  ///< [rows, H]
  const float* c = nullptr;         ///< [rows, H]
  const float* d_hidden = nullptr;  ///< [rows, H], gradient of this step's h from outside
  const float* d_h = nullptr;       ///< [rows, H], gradient of this step's h from the next step
  float* d_c = nullptr;             ///< [rows, H], in: gradient of c; out: gradient of c_before
  float* d_gates = nullptr;         ///< [rows, 4H], out: gradient before the activation
  float* d_offset = nullptr;        ///< [rows, 4H], d_gates is added to it
};

/// d_gates, d_offset and d_c from the gradients of h and c.
void lstm_gates_backward(const GateBackwardStep& step);

/// y[k] = 1 / (1 + exp(-x[k])) and y[k] = tanh(x[k]), as the gates compute them.
void sigmoid(const float* x, float* y, std::int64_t n);
void tanh(const float* x, float* y, std::int64_t n);

}  // namespace freshet
