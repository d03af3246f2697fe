#include "freshet/models/neural/lstm_sequence.hpp"

#include <algorithm>
#include <cstring>
#include <sstream>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/models/neural/gates.hpp"
#include "freshet/models/neural/packed_gemm.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/models/neural/trace_memory.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Rows per product of the weight gradient: large enough to amortise its additions, small enough to stay in cache.
constexpr std::int64_t kChunkRows = 128;

struct Shape {
  std::int64_t steps, rows, inputs, hidden;
  std::int64_t width() const { return inputs + hidden; }
};

void require(const char* name, const Tensor& tensor, std::initializer_list<std::int64_t> sizes) {
  if (tensor.defined() && tensor.device().is_cpu() && tensor.scalar_type() == torch::kFloat32 &&
      tensor.sizes() == c10::IntArrayRef(sizes)) {
    return;
  }
  std::ostringstream text;
  text << "lstm_sequence: " << name << " must be a float32 CPU tensor of shape " << c10::IntArrayRef(sizes);
  if (tensor.defined()) text << ", got " << tensor.toString() << " " << tensor.sizes();
  throw InternalError(text.str());
}

Shape checked_shape(const Tensor& x, const Tensor& gate_offset, const Tensor& weight, const Tensor& h0, const Tensor& c0) {
  if (!x.defined() || x.dim() != 3 || !h0.defined() || h0.dim() != 2 || x.numel() == 0 || h0.numel() == 0) {
    throw InternalError("lstm_sequence: x must be [T, B, D] and h0 [B, H], neither empty");
  }
  const Shape s{x.size(0), x.size(1), x.size(2), h0.size(1)};
  require("x", x, {s.steps, s.rows, s.inputs});
  require("gate_offset", gate_offset, {s.rows, 4 * s.hidden});
  require("weight", weight, {4 * s.hidden, s.inputs + s.hidden});
  require("h0", h0, {s.rows, s.hidden});
  require("c0", c0, {s.rows, s.hidden});
  return s;
}

float* data(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}
Tensor empty(c10::IntArrayRef sizes) {
  return torch::empty(sizes, torch::kFloat32);
}
Tensor zeros(c10::IntArrayRef sizes) {
  return torch::zeros(sizes, torch::kFloat32);
}

void copy_rows(const float* from, std::int64_t from_stride, float* to, std::int64_t to_stride, std::int64_t rows,
               std::int64_t n) {
  for (std::int64_t row = 0; row < rows; ++row) std::memcpy(to + row * to_stride, from + row * from_stride, n * sizeof(float));
}

// What the backward pass needs of the forward one.
struct Trace {
  Tensor gates;  // [T, B, 4H], activated
  Tensor c;      // [T, B, H]
  Tensor xh;     // [T, B, D + H], rows [x_t, h_{t-1}]
};

// Without a trace one step's gates and cells are kept and overwritten.
LstmSequenceOutput forward(const Shape& s, const Tensor& x, const Tensor& gate_offset, const Tensor& weight, const Tensor& h0,
                           const Tensor& c0, Trace* trace) {
  const std::int64_t kept = trace ? s.steps : 1, state = s.rows * s.hidden;
  const Tensor gates = trace_tensor({kept, s.rows, 4 * s.hidden}), c = trace_tensor({kept, s.rows, s.hidden});
  const Tensor xh = trace_tensor({kept, s.rows, s.width()});
  LstmSequenceOutput out{trace_tensor({s.steps, s.rows, s.hidden}), empty({s.rows, s.hidden}), empty({s.rows, s.hidden})};
  const PackedGemm product(s.width(), 4 * s.hidden, {data(weight), 1, s.width()});

  const float* c_before = data(c0);
  const float* h_before = data(h0);
  for (std::int64_t t = 0; t < s.steps; ++t) {
    const std::int64_t at = trace ? t : 0;
    float* const xh_t = data(xh) + at * s.rows * s.width();
    copy_rows(data(x) + t * s.rows * s.inputs, s.inputs, xh_t, s.width(), s.rows, s.inputs);
    copy_rows(h_before, s.hidden, xh_t + s.inputs, s.width(), s.rows, s.hidden);
    float* const gates_t = data(gates) + at * 4 * state;
    product.run(s.rows, xh_t, gates_t);
    float* const c_t = data(c) + at * state;
    float* const h_t = data(out.hidden) + t * state;
    lstm_gates_forward({s.rows, s.hidden, gates_t, data(gate_offset), c_before, c_t, h_t});
    c_before = c_t;
    h_before = h_t;
  }
  std::memcpy(data(out.h_last), h_before, state * sizeof(float));
  std::memcpy(data(out.c_last), c_before, state * sizeof(float));
  if (trace) *trace = {gates, c, xh};
  return out;
}

// Which of the gradients that cost something extra are asked for.
struct Wanted {
  bool x, weight, h0;
};

struct Gradients {
  Tensor x, gate_offset, weight, h0, c0;
};

// d_hidden [T, B, H], d_h_last and d_c_last [B, H] may be undefined, which stands for zero.
Gradients backward(const Shape& s, const Trace& trace, const Tensor& weight, const Tensor& c0, const Tensor& d_hidden,
                   const Tensor& d_h_last, const Tensor& d_c_last, const Wanted& wanted) {
  const std::int64_t state = s.rows * s.hidden, chunk = std::max<std::int64_t>(1, kChunkRows / s.rows);
  const Tensor none = zeros({s.rows, s.hidden});
  const Tensor d_h = d_h_last.defined() ? d_h_last.clone(torch::MemoryFormat::Contiguous) : zeros({s.rows, s.hidden});
  const Tensor d_c = d_c_last.defined() ? d_c_last.clone(torch::MemoryFormat::Contiguous) : zeros({s.rows, s.hidden});
  const Tensor d_gates = empty({std::min(chunk, s.steps), s.rows, 4 * s.hidden});
  const Tensor d_offset = zeros({s.rows, 4 * s.hidden});
  const Tensor d_weight = wanted.weight ? zeros({s.width(), 4 * s.hidden}) : Tensor();  // transposed
  const Tensor d_x = wanted.x ? empty({s.steps, s.rows, s.inputs}) : Tensor();
  const PackedGemm to_h(4 * s.hidden, s.hidden, {data(weight) + s.inputs, s.width(), 1});
  const PackedGemm to_x(4 * s.hidden, wanted.x ? s.inputs : 0, {data(weight), s.width(), 1});

  for (std::int64_t to = s.steps; to > 0; to = std::max<std::int64_t>(0, to - chunk)) {
    const std::int64_t from = std::max<std::int64_t>(0, to - chunk);
    for (std::int64_t t = to - 1; t >= from; --t) {
      float* const d_gates_t = data(d_gates) + (t - from) * 4 * state;
      const float* const c_before = t > 0 ? data(trace.c) + (t - 1) * state : data(c0);
      const float* const d_hidden_t = d_hidden.defined() ? data(d_hidden) + t * state : data(none);
      lstm_gates_backward({s.rows, s.hidden, data(trace.gates) + t * 4 * state, c_before, data(trace.c) + t * state, d_hidden_t,
                           data(d_h), data(d_c), d_gates_t, data(d_offset)});
      if (t > 0 || wanted.h0) to_h.run(s.rows, d_gates_t, data(d_h));
    }
    const std::int64_t rows = (to - from) * s.rows, first = from * s.rows;
    if (wanted.x) to_x.run(rows, data(d_gates), data(d_x) + first * s.inputs);
    if (wanted.weight) {
      add_transposed_product(rows, s.width(), 4 * s.hidden, data(trace.xh) + first * s.width(), data(d_gates), data(d_weight));
    }
  }
  return {d_x, d_offset, wanted.weight ? d_weight.t().contiguous() : Tensor(), wanted.h0 ? d_h : Tensor(), d_c};
}

Tensor contiguous(const Tensor& tensor) {
  return tensor.defined() ? tensor.contiguous() : tensor;
}

class LstmSequenceFunction : public torch::autograd::Function<LstmSequenceFunction> {
 public:
  static variable_list forward(AutogradContext* context, const Tensor& x, const Tensor& gate_offset, const Tensor& weight,
                               const Tensor& h0, const Tensor& c0) {
    const Shape shape = checked_shape(x, gate_offset, weight, h0, c0);
    Trace trace;
    const LstmSequenceOutput out = freshet::forward(shape, x, gate_offset, weight, h0, c0, &trace);
    context->set_materialize_grads(false);
    context->saved_data["inputs"] = shape.inputs;
    context->save_for_backward({weight, c0, trace.gates, trace.c, trace.xh});
    return {out.hidden, out.h_last, out.c_last};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    // With create_graph the result would have to carry a graph of its own; it does not, and must not pass for a constant.
    if (torch::GradMode::is_enabled()) throw InternalError("lstm_sequence has no gradient of a gradient");
    const SingleThreadScope single_thread;
    const FlushSubnormals flush;
    const auto saved = context->get_saved_variables();
    const Trace trace{saved[2], saved[3], saved[4]};
    const Shape shape{trace.c.size(0), trace.c.size(1), context->saved_data["inputs"].toInt(), trace.c.size(2)};
    const Wanted wanted{context->needs_input_grad(0), context->needs_input_grad(2), context->needs_input_grad(3)};
    Gradients out =
        freshet::backward(shape, trace, saved[0], saved[1], contiguous(gradients[0]), gradients[1], gradients[2], wanted);
    return {out.x, out.gate_offset, out.weight, out.h0, out.c0};
  }
};

}  // namespace

LstmSequenceOutput lstm_sequence(const Tensor& x, const Tensor& gate_offset, const Tensor& weight, const Tensor& h0,
                                 const Tensor& c0) {
  const SingleThreadScope single_thread;
  const FlushSubnormals flush;
  const Shape shape = checked_shape(x, gate_offset, weight, h0, c0);
  const Tensor dense[] = {x.contiguous(), gate_offset.contiguous(), weight.contiguous(), h0.contiguous(), c0.contiguous()};
  const bool traced = torch::GradMode::is_enabled() && std::any_of(std::begin(dense), std::end(dense),
                                                                   [](const Tensor& tensor) { return tensor.requires_grad(); });
  if (!traced) return forward(shape, dense[0], dense[1], dense[2], dense[3], dense[4], nullptr);
  const auto out = LstmSequenceFunction::apply(dense[0], dense[1], dense[2], dense[3], dense[4]);
  return {out[0], out[1], out[2]};
}

LstmSequenceOutput lstm_sequence_reference(const Tensor& x, const Tensor& gate_offset, const Tensor& weight, const Tensor& h0,
                                           const Tensor& c0) {
  Tensor h = h0, c = c0;
  std::vector<Tensor> hidden;
  for (std::int64_t t = 0; t < x.size(0); ++t) {
    const auto gates = (gate_offset + torch::cat({x[t], h}, 1).matmul(weight.t())).chunk(4, 1);
    c = torch::sigmoid(gates[1]) * c + torch::sigmoid(gates[0]) * torch::tanh(gates[2]);
    h = torch::sigmoid(gates[3]) * torch::tanh(c);
    hidden.push_back(h);
  }
  return {torch::stack(hidden), h, c};
}

}  // namespace freshet
