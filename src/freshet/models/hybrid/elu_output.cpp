#include "freshet/models/hybrid/elu_output.hpp"

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/elu_kernels.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// `use(place of the row in x, of its group's weights, of its result)` for all rows in their order.
template <class Use>
void for_each_row(const EluShape& shape, const Tensor& group_of_row, Use use) {
  const std::int64_t* groups = group_of_row.const_data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < group_of_row.numel(); ++row)
    use(row * shape.filters * shape.steps, groups[row], row * shape.steps);
}

class Function : public torch::autograd::Function<Function> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& x, const Tensor& weight, const Tensor& bias,
                        const Tensor& group_of_row) {
    const EluShape shape{.filters = x.size(1), .steps = x.size(2)};
    const Tensor y = torch::empty({x.size(0), shape.steps});
    const float *in = x.const_data_ptr<float>(), *w = weight.const_data_ptr<float>(), *b = bias.const_data_ptr<float>();
    float* const out = y.data_ptr<float>();
    for_each_row(shape, group_of_row, [&](std::int64_t from, std::int64_t group, std::int64_t to) {
      elu_output_row(shape, in + from, w + group * shape.filters, b[group], out + to);
    });
    context->save_for_backward({x, weight, group_of_row});
    return y;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (torch::GradMode::is_enabled()) throw InternalError("elu_output has no gradient of a gradient");
    const variable_list saved = context->get_saved_variables();
    const Tensor &x = saved[0], &weight = saved[1], d_y = gradients[0].contiguous();
    const EluShape shape{.filters = x.size(1), .steps = x.size(2)};
    const Tensor d_x = torch::empty_like(x), d_weight = torch::zeros_like(weight), d_bias = torch::zeros({weight.size(0), 1});
    const float *in = x.const_data_ptr<float>(), *w = weight.const_data_ptr<float>(), *d_out = d_y.const_data_ptr<float>();
    float *d_in = d_x.data_ptr<float>(), *d_w = d_weight.data_ptr<float>(), *d_b = d_bias.data_ptr<float>();
    for_each_row(shape, saved[2], [&](std::int64_t from, std::int64_t group, std::int64_t to) {
      elu_output_row_gradient(shape, in + from, w + group * shape.filters, d_out + to, d_in + from, d_w + group * shape.filters,
                              d_b + group);
    });
    return {d_x, d_weight, d_bias, Tensor()};
  }
};

}  // namespace

Tensor elu_output(const Tensor& x, const Tensor& weight, const Tensor& bias, const RowGroups& rows) {
  if (x.scalar_type() == torch::kFloat64) return elu_output_reference(x, weight, bias, rows);
  if (!is_plain(x, 3) || !is_plain(weight, 2) || !is_plain(bias, 2) || rows.group_of_row.numel() != x.size(0) ||
      weight.size(0) != rows.size() || bias.size(0) != rows.size() || weight.size(1) != x.size(1) || bias.size(1) != 1)
    throw InternalError("wrong shapes or types of the output of a convolutional network");
  return Function::apply(x.contiguous(), weight.contiguous(), bias.contiguous(), rows.group_of_row);
}

Tensor elu_output_reference(const Tensor& x, const Tensor& weight, const Tensor& bias, const RowGroups& rows) {
  const Tensor of_rows = weight.index_select(0, rows.group_of_row).unsqueeze(2);
  return (torch::elu(x) * of_rows).sum(1) + bias.index_select(0, rows.group_of_row);
}

}  // namespace freshet
