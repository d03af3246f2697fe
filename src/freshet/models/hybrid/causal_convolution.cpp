#include "freshet/models/hybrid/causal_convolution.hpp"

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/convolution_kernels.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ConvolutionShape shape_of(const Tensor& series, const Tensor& kernel) {
  return {.filters = kernel.size(1),
          .channels = kernel.size(2),
          .kernel = kernel.size(3),
          .steps = series.size(2) - kernel.size(3) + 1};
}

/// `use(group, row)` for all rows in their order.
template <class Use>
void for_each_row(const Tensor& group_of_row, Use use) {
  const std::int64_t* groups = group_of_row.const_data_ptr<std::int64_t>();
  for (std::int64_t row = 0; row < group_of_row.numel(); ++row) use(groups[row], row);
}

class Function : public torch::autograd::Function<Function> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& series, const Tensor& kernel, const Tensor& bias,
                        const Tensor& group_of_row) {
    const ConvolutionShape shape = shape_of(series, kernel);
    const Tensor result = torch::empty({series.size(0), shape.filters, shape.steps});
    for_each_row(group_of_row, [&](std::int64_t group, std::int64_t row) {
      convolve(shape, series[row].const_data_ptr<float>(), kernel[group].const_data_ptr<float>(),
               bias[group].const_data_ptr<float>(), result[row].data_ptr<float>());
    });
    context->save_for_backward({series, kernel, group_of_row});
    return result;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    if (torch::GradMode::is_enabled()) throw InternalError("causal_convolution has no gradient of a gradient");
    const variable_list saved = context->get_saved_variables();
    const Tensor &series = saved[0], &kernel = saved[1], d_result = gradients[0].contiguous();
    const ConvolutionShape shape = shape_of(series, kernel);
    const Tensor d_series = context->needs_input_grad(0) ? torch::empty_like(series) : Tensor();
    const Tensor d_kernel = torch::zeros_like(kernel), d_bias = torch::zeros({kernel.size(0), shape.filters});
    for_each_row(saved[2], [&](std::int64_t group, std::int64_t row) {
      const float* const d_row = d_result[row].const_data_ptr<float>();
      add_kernel_gradient(shape, series[row].const_data_ptr<float>(), d_row, d_kernel[group].data_ptr<float>(),
                          d_bias[group].data_ptr<float>());
      if (d_series.defined())
        series_gradient(shape, kernel[group].const_data_ptr<float>(), d_row, d_series[row].data_ptr<float>());
    });
    return {d_series, d_kernel, d_bias, Tensor()};
  }
};

}  // namespace

Tensor causal_convolution(const Tensor& series, const Tensor& kernel, const Tensor& bias, const RowGroups& rows) {
  if (series.scalar_type() == torch::kFloat64) return causal_convolution_reference(series, kernel, bias, rows);
  if (!is_plain(series, 3) || !is_plain(kernel, 4) || !is_plain(bias, 2) || kernel.size(2) != series.size(1) ||
      series.size(2) < kernel.size(3) || rows.group_of_row.numel() != series.size(0) || kernel.size(0) != rows.size() ||
      bias.size(0) != rows.size() || bias.size(1) != kernel.size(1))
    throw InternalError("wrong shapes or types of a causal convolution");
  return Function::apply(series.contiguous(), kernel.contiguous(), bias.contiguous(), rows.group_of_row);
}

Tensor causal_convolution_reference(const Tensor& series, const Tensor& kernel, const Tensor& bias, const RowGroups& rows) {
  std::vector<Tensor> parts;
  for (std::int64_t g = 0; g < rows.size(); ++g) {
    const RowGroup& group = rows.groups[static_cast<std::size_t>(g)];
    parts.push_back(torch::conv1d(series.slice(0, group.first, group.end), kernel[g], bias[g]));
  }
  return torch::cat(parts, 0);
}

}  // namespace freshet
