#pragma once

#include <torch/torch.h>

namespace freshet {

struct LstmSequenceOutput {
  torch::Tensor hidden;  ///< [T, B, H], h of every step
  torch::Tensor h_last;  ///< [B, H]
  torch::Tensor c_last;  ///< [B, H]
};

/// Runs an LSTM (Hochreiter & Schmidhuber 1997, with forget gate) over a sequence:
///   gates = gate_offset + weight [x_t, h_{t-1}],  i, f, o = sigmoid(gates), g = tanh(gates),
///   c_t = f c_{t-1} + i g,  h_t = o tanh(c_t).
///
/// x [T, B, D]: what changes with time. gate_offset [B, 4H]: the projection of what does not (static inputs, biases).
/// weight [4H, D + H] = [W_ih | W_hh], gates in PyTorch's order i, f, g, o. h0, c0 [B, H]: the state before the first step.
/// All are float32 on the CPU; NaN propagates within its row. Gradients of all three outputs flow to every argument that asks
/// for one; a gradient of a gradient is refused. Wrong shapes or types are an InternalError.
///
/// The work is done in the calling thread alone, and subnormal numbers count as zero. Bit for bit, the result does not depend on
/// the thread; a row's values depend neither on its place nor on the other rows or their number; running T steps equals running
/// the first t and then, from the state they leave, the rest. Machines of different vector width differ in the last bits.
LstmSequenceOutput lstm_sequence(const torch::Tensor& x, const torch::Tensor& gate_offset, const torch::Tensor& weight,
                                 const torch::Tensor& h0, const torch::Tensor& c0);

/// The same in plain LibTorch operations, for any floating type and device: slow, the measure of lstm_sequence.
LstmSequenceOutput lstm_sequence_reference(const torch::Tensor& x, const torch::Tensor& gate_offset, const torch::Tensor& weight,
                                           const torch::Tensor& h0, const torch::Tensor& c0);

}  // namespace freshet
