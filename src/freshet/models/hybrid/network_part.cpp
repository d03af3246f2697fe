#include "freshet/models/hybrid/network_part.hpp"

#include <cmath>

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/causal_convolution.hpp"
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

class Convolution final : public NetworkPart {
 public:
  Convolution(const ModelOptions& options, std::int64_t channels)
      : channels_(channels), filters_(options.network_filters), kernel_(options.network_kernel) {}

  std::vector<WeightSpec> specs() const override {
    return {{.name = "kernel", .shape = {filters_, channels_, kernel_}, .bound = kInitialBound},
            {.name = "bias", .shape = {filters_}},
            {.name = "output_weight", .shape = {filters_}, .bound = kInitialBound},
            {.name = "output_bias", .shape = {1}}};
  }

  Output run(const Tensor& channels, const GroupWeights& weights, const RowGroups& rows, const Tensor& memory) const override {
    const std::int64_t batch = channels.size(1);
    const Tensor before = memory.view({batch, channels_, kernel_ - 1});
    const Tensor series = torch::cat({before, channels.permute({1, 2, 0})}, 2);                    // [B, channel, K - 1 + T]
    const Tensor filtered = torch::elu(causal_convolution(series, weights[0], weights[1], rows));  // [B, filter, T]
    const Tensor output_weight = weights[2].index_select(0, rows.group_of_row).unsqueeze(2);
    const Tensor values = (filtered * output_weight).sum(1) + weights[3].index_select(0, rows.group_of_row);
    const Tensor last = series.slice(2, series.size(2) - (kernel_ - 1)).detach().reshape({batch, memory_width()});
    return {values.t(), last};
  }
  std::int64_t memory_width() const override { return channels_ * (kernel_ - 1); }

 private:
  std::int64_t channels_, filters_, kernel_;
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

  Output run(const Tensor& channels, const GroupWeights& weights, const RowGroups& rows, const Tensor& memory) const override {
    const Tensor values = by_group(channels, rows, [&](std::int64_t g, const Tensor& x) {
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

  Output run(const Tensor& channels, const GroupWeights& weights, const RowGroups& rows, const Tensor& memory) const override {
    std::vector<Tensor> last;
    const Tensor values = by_group(channels, rows, [&](std::int64_t g, const Tensor& x) {
      const RowGroup& group = rows.groups[static_cast<std::size_t>(g)];
      const Tensor state = memory.slice(0, group.first, group.end);
      Tensor bias = weights[1][g];
      const Tensor none = torch::zeros_like(weights[2][g]);
      bias = bias + torch::cat({none, weights[2][g], none, none});
      const LstmSequenceOutput lstm =
          lstm_sequence(x.contiguous(), bias.expand({x.size(1), -1}).contiguous(), weights[0][g],
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

std::unique_ptr<NetworkPart> make_network_part(const ModelOptions& options, std::int64_t channels) {
  if (options.network == "conv1d") return std::make_unique<Convolution>(options, channels);
  if (options.network == "mlp") return std::make_unique<Perceptron>(options, channels);
  if (options.network == "lstm") return std::make_unique<Recurrent>(options, channels);
  throw InternalError("network `" + options.network + "` is a config choice but not known here");
}

}  // namespace freshet
