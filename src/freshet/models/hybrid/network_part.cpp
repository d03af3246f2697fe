#include "freshet/models/hybrid/network_part.hpp"

#include <cmath>

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/causal_convolution.hpp"
#include "freshet/models/hybrid/elu_output.hpp"
#include "freshet/models/neural/lstm_sequence.hpp"

namespace freshet {
namespace {

using torch::Tensor;

// Half-width of the uniform distribution that initial weights of convolutions and dense layers are drawn from (Jiang et al.
// 2020).
constexpr double kInitialBound = 0.05;

/// Of each group: `use(group, rows' slice of x)`, results joined along the rows (dimension 1).
template <class Use>
Tensor by_group(const Tensor& x, const RowGroups& rows, Use use) {
  if (rows.size() == 1) return use(0, x);
  std::vector<Tensor> parts;
  for (std::int64_t g = 0; g < rows.size(); ++g) {
    const RowGroup& group = rows.groups[static_cast<std::size_t>(g)];
    parts.push_back(use(g, x.slice(1, group.first, group.end)));
  }
  return torch::cat(parts, 1);
}

/// The channels in one tensor.
Tensor joined(const Tensor& inputs, const Tensor& discharge) {
  return discharge.defined() ? torch::cat({inputs, discharge}, 2) : inputs;
}

/// The kernel over the discharge is a weight of its own: where weights come from networks of attributes, it has one of its own
/// (Jiang et al. 2020), and inputs, which no gradient is asked for, are convolved apart.
class Convolution final : public NetworkPart {
 public:
  Convolution(const ModelOptions& options, std::int64_t inputs, bool discharge)
      : inputs_(inputs), filters_(options.network_filters), kernel_(options.network_kernel), discharge_(discharge) {}

  std::vector<WeightSpec> specs() const override {
    std::vector<WeightSpec> specs = {{.name = "kernel", .shape = {filters_, inputs_, kernel_}, .bound = kInitialBound},
                                     {.name = "bias", .shape = {filters_}},
                                     {.name = "output_weight", .shape = {filters_}, .bound = kInitialBound},
                                     {.name = "output_bias", .shape = {1}}};
    if (discharge_) specs.push_back({.name = "discharge_kernel", .shape = {filters_, 1, kernel_}, .bound = kInitialBound});
    return specs;
  }

  Output run(const Tensor& inputs, const Tensor& discharge, const GroupWeights& weights, const RowGroups& rows,
             const Tensor& memory) const override {
    const std::int64_t of_inputs = inputs_ * (kernel_ - 1);
    Tensor last, last_discharge;
    Tensor filtered =
        causal_convolution(with_days_before(inputs, memory.slice(1, 0, of_inputs), last), weights[0], weights[1], rows);
    if (discharge_) {
      const Tensor series = with_days_before(discharge, memory.slice(1, of_inputs), last_discharge);
      filtered = filtered + causal_convolution(series, weights[4], torch::zeros_like(weights[1]), rows);
      last = torch::cat({last, last_discharge}, 1);
    }
    const Tensor values = elu_output(filtered, weights[2], weights[3], rows);
    return {values.t(), last};
  }
  std::int64_t memory_width() const override { return (inputs_ + (discharge_ ? 1 : 0)) * (kernel_ - 1); }

 private:
  /// [B, channel, K - 1 + T], and in `last` the days that the next call needs before its first.
  Tensor with_days_before(const Tensor& channels, const Tensor& before, Tensor& last) const {
    const std::int64_t batch = channels.size(1), count = channels.size(2);
    const Tensor series = torch::cat({before.reshape({batch, count, kernel_ - 1}), channels.permute({1, 2, 0})}, 2);
    last = series.slice(2, series.size(2) - (kernel_ - 1)).detach().reshape({batch, count * (kernel_ - 1)});
    return series;
  }

  std::int64_t inputs_, filters_, kernel_;
  bool discharge_;
};

class Perceptron final : public NetworkPart {
 public:
  Perceptron(const ModelOptions& options, std::int64_t channels) : channels_(channels), hidden_(options.hidden_size) {}

  std::vector<WeightSpec> specs() const override {
    const double bound = 1.0 / std::sqrt(static_cast<double>(channels_));
    const double output_bound = 1.0 / std::sqrt(static_cast<double>(hidden_));
    return {{.name = "weight", .shape = {channels_, hidden_}, .bound = bound},
            {.name = "bias", .shape = {hidden_}},
            {.name = "output_weight", .shape = {hidden_}, .bound = output_bound},
            {.name = "output_bias", .shape = {1}}};
  }

  Output run(const Tensor& inputs, const Tensor& discharge, const GroupWeights& weights, const RowGroups& rows,
             const Tensor& memory) const override {
    const Tensor values = by_group(joined(inputs, discharge), rows, [&](std::int64_t g, const Tensor& x) {
      const Tensor hidden = torch::elu(torch::matmul(x, weights[0][g]) + weights[1][g]);
      return torch::matmul(hidden, weights[2][g]) + weights[3][g];
    });
    return {values, memory};
  }
  std::int64_t memory_width() const override { return 0; }

 private:
  std::int64_t channels_, hidden_;
};

class Recurrent final : public NetworkPart {
 public:
  Recurrent(const ModelOptions& options, std::int64_t channels)
      : channels_(channels), hidden_(options.hidden_size), forget_bias_(options.initial_forget_bias.value_or(0)) {}

  std::vector<WeightSpec> specs() const override {
    const double bound = 1.0 / std::sqrt(static_cast<double>(hidden_));
    return {{.name = "weight", .shape = {4 * hidden_, channels_ + hidden_}, .bound = bound},
            {.name = "bias", .shape = {4 * hidden_}, .bound = bound},
            {.name = "forget_bias", .shape = {hidden_}, .start = forget_bias_},
            {.name = "output_weight", .shape = {hidden_}, .bound = bound},
            {.name = "output_bias", .shape = {1}, .bound = bound}};
  }

  Output run(const Tensor& inputs, const Tensor& discharge, const GroupWeights& weights, const RowGroups& rows,
             const Tensor& memory) const override {
    std::vector<Tensor> last;
    const Tensor values = by_group(joined(inputs, discharge), rows, [&](std::int64_t g, const Tensor& x) {
      const RowGroup& group = rows.groups[static_cast<std::size_t>(g)];
      const Tensor state = memory.slice(0, group.first, group.end);
      Tensor bias = weights[1][g];
      const Tensor none = torch::zeros_like(weights[2][g]);
      bias = bias + torch::cat({none, weights[2][g], none, none});
      const auto run = x.scalar_type() == torch::kFloat64 ? lstm_sequence_reference : lstm_sequence;
      const LstmSequenceOutput lstm = run(x.contiguous(), bias.expand({x.size(1), -1}).contiguous(), weights[0][g],
                                          state.slice(1, 0, hidden_).contiguous(), state.slice(1, hidden_).contiguous());
      last.push_back(torch::cat({lstm.h_last, lstm.c_last}, 1));
      return torch::matmul(lstm.hidden, weights[3][g]) + weights[4][g];
    });
    return {values, torch::cat(last, 0)};
  }
  std::int64_t memory_width() const override { return 2 * hidden_; }

 private:
  std::int64_t channels_, hidden_;
  double forget_bias_;
};

}  // namespace

std::unique_ptr<NetworkPart> make_network_part(const ModelOptions& options, std::int64_t inputs, bool discharge) {
  const std::int64_t channels = inputs + (discharge ? 1 : 0);
  if (options.network == "conv1d") return std::make_unique<Convolution>(options, inputs, discharge);
  if (options.network == "mlp") return std::make_unique<Perceptron>(options, channels);
  if (options.network == "lstm") return std::make_unique<Recurrent>(options, channels);
  throw InternalError("network `" + options.network + "` is a config choice but not known here");
}

}  // namespace freshet
