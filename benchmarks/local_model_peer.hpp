#pragma once

#include <cmath>
#include <vector>

#include <torch/torch.h>

#include "freshet/training/sharded_step.hpp"
#include "local_models.hpp"
#include "torch_number.hpp"

namespace freshet::benchmarks {

using torch::Tensor;

/// The weights of one basin as the peer has them, or their gradients: one kernel for all channels.
inline GroupWeights as_of_peer(GroupWeights weights, bool process) {
  if (process && weights.size() > 1) {
    weights[1] = torch::cat({weights[1], weights.back()}, 1);
    weights.pop_back();
  }
  return weights;
}

enum class Loop { kPlain, kHoisted };

/// A plain LibTorch program: one basin, its windows side by side.
class Peer {
 public:
  Peer(const ModelOptions& options, const PreparedData& data, std::int32_t basin, std::int64_t windows, Loop loop)
      : process_(options.model != "common"),
        network_(options.model != "process"),
        loop_(loop),
        weights_(first_weights(options)),
        optimizer_(weights_, torch::optim::AdamOptions(kRate)) {
    Batch batch = samples(data, basin, windows);
    const ModelInput input = model_input(batch, data);
    for (const Tensor& series : input.forcing.unbind(2)) forcing_.push_back(series.clone());  // [T, B] each
    for (const Tensor& series : forcing_) days_.push_back(series.unbind(0));
    if (network_) {
      Tensor inputs = input.dynamic;
      if (options.network_input_scaling == "sequence") inputs = (inputs - inputs.mean(0, true)) / inputs.std(0, false, true);
      inputs_ = padded(inputs.permute({1, 2, 0}));
    }
    target_ = loss_input(batch, data, {}).target.squeeze(2).clone();
    variation_ = (target_ - target_.mean(0)).square().sum(0);
    for (const auto& row : physics::kExpHydroParameters) {
      const bool upper = std::abs(row.upper) >= std::abs(row.lower);
      bounds_.push_back(static_cast<float>(upper ? row.upper : row.lower));
      lowest_.push_back(static_cast<float>(upper ? row.lower / row.upper : row.upper / row.lower));
    }
  }

  double epoch() {
    optimizer_.zero_grad();
    const Tensor loss = ((discharge() - target_).square().sum(0) / variation_).mean();
    loss.backward();
    optimizer_.step();
    constrain();
    return loss.item<double>();
  }

  GroupWeights weights() const {
    GroupWeights own;
    for (const Tensor& weight : weights_) own.push_back(weight.detach());
    return own;
  }
  /// Of the last epoch.
  GroupWeights gradients() const {
    GroupWeights own;
    for (const Tensor& weight : weights_) own.push_back(weight.grad().clone());
    return own;
  }

 private:
  static GroupWeights first_weights(const ModelOptions& options) {
    const auto models = fresh_models(options, 1);
    GroupWeights own;
    for (const Tensor& weight : models->weights()) own.push_back(weight.detach()[0]);
    own = as_of_peer(own, options.model != "common");
    for (Tensor& weight : own) weight = weight.clone().requires_grad_();
    return own;
  }
  static Tensor padded(const Tensor& channels) { return torch::constant_pad_nd(channels, {9, 0}).contiguous(); }

  /// [day of the target, window]
  Tensor discharge() const {
    Tensor series;
    if (process_) {
      const Tensor values = (weights_[0] * torch::tensor(bounds_)).unsqueeze(1).expand({-1, target_.size(1)}).contiguous();
      const std::vector<Tensor> p = values.unbind(0);
      series = loop_ == Loop::kPlain ? plain(p) : hoisted(p);
    }
    if (network_) series = convolved(series);
    return series.slice(0, kSamples.warm_up());
  }

  Tensor plain(const std::vector<Tensor>& p) const {
    const physics::ExpHydroParameters<Number> set = {Number(p[0]), Number(p[1]), Number(p[2]),
                                                     Number(p[3]), Number(p[4]), Number(p[5])};
    const Number empty(torch::zeros({target_.size(1)}));
    physics::ExpHydroState<Number> state = {empty, empty};
    std::vector<Tensor> runoff;
    for (std::size_t t = 0; t < days_[0].size(); ++t) {
      const auto step = physics::ExpHydro::step<Number>(state, {Number(days_[0][t]), Number(days_[1][t]), Number(days_[2][t])},
                                                        set, Number(1.0));
      state = step.state;
      runoff.push_back(step.fluxes.runoff.tensor);
    }
    return torch::stack(runoff);
  }

  static Tensor smooth_step(const Tensor& x) { return torch::sigmoid(10 * x); }

  Tensor hoisted(const std::vector<Tensor>& p) const {
    const Tensor &f = p[0], &smax = p[1], &qmax = p[2], &ddf = p[3], &tmin = p[4], &tmax = p[5];
    const Tensor &precipitation = forcing_[0], &temperature = forcing_[1];
    const Tensor all_rain = smooth_step(temperature - tmin) * precipitation, degrees = temperature - tmax;
    const std::vector<Tensor> rain = all_rain.unbind(0), snow = (precipitation - all_rain).unbind(0),
                              warm = smooth_step(degrees).unbind(0), potential = (ddf * degrees).unbind(0);
    const auto& pet = days_[2];
    Tensor snowpack = torch::zeros_like(rain[0]), bucket = snowpack;
    std::vector<Tensor> buckets;
    for (std::size_t t = 0; t < rain.size(); ++t) {
      const Tensor melt = warm[t] * smooth_step(snowpack) * torch::minimum(potential[t], snowpack);
      const Tensor overflow = bucket - smax, above = smooth_step(overflow), below = 1 - above;
      const Tensor losses = pet[t] * (above + below * (bucket / smax)) +
                            qmax * (above + below * torch::exp(torch::clamp_max(f * overflow, 50))) + above * overflow;
      snowpack = snowpack + (snow[t] - melt);
      bucket = bucket + (rain[t] + melt - smooth_step(bucket) * losses);
      buckets.push_back(bucket);
    }
    const Tensor all = torch::stack(buckets), overflow = all - smax, above = smooth_step(overflow);
    const Tensor declined = torch::exp(torch::clamp_max(f * overflow, 50));
    return smooth_step(all) * (qmax * (above + (1 - above) * declined) + above * overflow);
  }

  Tensor convolved(const Tensor& runoff) const {
    const std::size_t first = process_ ? 1 : 0;
    const Tensor channels = process_ ? torch::cat({inputs_, padded(runoff.t().unsqueeze(1))}, 1) : inputs_;
    const Tensor filtered = torch::elu(torch::conv1d(channels, weights_[first], weights_[first + 1]));
    const Tensor day = torch::conv1d(filtered, weights_[first + 2].view({1, -1, 1}), weights_[first + 3]);
    return torch::elu(day).squeeze(1).t();
  }

  /// The published constraint on the norm of a parameter's weight.
  void constrain() {
    if (!process_) return;
    const torch::NoGradGuard no_grad;
    const Tensor norm = weights_[0].abs();
    const Tensor inside = torch::maximum(norm, torch::tensor(lowest_)).clamp_max(1);
    weights_[0].mul_((0.9 * inside + 0.1 * norm) / (1e-7 + norm));
  }

  bool process_, network_;
  Loop loop_;
  GroupWeights weights_;
  torch::optim::Adam optimizer_;
  std::vector<Tensor> forcing_;            ///< [variable] [T, B]
  std::vector<std::vector<Tensor>> days_;  ///< [variable][day] [B]
  Tensor inputs_, target_, variation_;     ///< [B, input, 9 + T], [N, B], [B]
  std::vector<float> bounds_, lowest_;
};

}  // namespace freshet::benchmarks
