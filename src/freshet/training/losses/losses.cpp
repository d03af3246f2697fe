#include "freshet/training/losses/losses.hpp"

namespace freshet {
namespace {

/// Targets with zeros where missing, and a 0/1 mask. The zeros keep NaN out of the arithmetic: 0 * NaN would be NaN.
struct Masked {
  torch::Tensor target;
  torch::Tensor mask;
  double count;
};

Masked masked(const torch::Tensor& target) {
  const torch::Tensor present = torch::isfinite(target);
  return {torch::where(present, target, torch::zeros_like(target)), present.to(target.dtype()),
          static_cast<double>(present.sum().item<std::int64_t>())};
}

torch::Tensor raw(const torch::Tensor& standardised, const LossInput& input) {
  return standardised * input.scale + input.center;
}

}  // namespace

LossInput LossInput::rows(std::int64_t first, std::int64_t end) const {
  const auto cut = [first, end](const torch::Tensor& tensor, std::int64_t dim) {
    return tensor.slice(dim, first, end).contiguous();
  };
  return {cut(prediction, 1), cut(target, 1), cut(target_mean, 0), cut(target_std, 0), cut(center, 0), cut(scale, 0)};
}

LossTerm squared_error(const LossInput& input) {
  const Masked m = masked(input.target);
  const torch::Tensor error = (input.prediction - m.target) * m.mask;
  return {error.square().sum(), m.count};
}

LossTerm basin_weighted_squared_error(const LossInput& input) {
  constexpr double kEpsilon = 0.1;
  const Masked m = masked(input.target);
  const torch::Tensor error = (input.prediction - m.target) * m.mask / (input.target_std + kEpsilon);
  return {error.square().sum(), m.count};
}

LossTerm kling_gupta(const LossInput& input) {
  constexpr double kSmall = 1e-6;
  const Masked m = masked(input.target);
  const torch::Tensor days = m.mask.sum(0);  // [B, target]
  const torch::Tensor safe_days = days.clamp_min(1);
  const torch::Tensor o = raw(m.target, input) * m.mask;
  const torch::Tensor s = raw(input.prediction, input) * m.mask;
  const torch::Tensor o_mean = o.sum(0) / safe_days;
  const torch::Tensor s_mean = s.sum(0) / safe_days;
  const torch::Tensor o_dev = (o - o_mean) * m.mask;
  const torch::Tensor s_dev = (s - s_mean) * m.mask;
  const torch::Tensor o_var = o_dev.square().sum(0) / safe_days;
  const torch::Tensor s_var = s_dev.square().sum(0) / safe_days;
  const torch::Tensor o_std = (o_var + kSmall).sqrt();
  const torch::Tensor s_std = (s_var + kSmall).sqrt();
  const torch::Tensor r = (o_dev * s_dev).sum(0) / safe_days / (o_std * s_std);
  const torch::Tensor alpha = s_std / o_std;
  const torch::Tensor beta = s_mean / (o_mean + kSmall);
  const torch::Tensor distance = ((r - 1).square() + (alpha - 1).square() + (beta - 1).square() + kSmall * kSmall).sqrt();
  const torch::Tensor counted = ((days >= kFewestDaysOfKge) & (o_var > kSmall)).to(torch::kFloat32);
  return {(distance * counted).sum(), counted.sum().item<double>()};
}

LossTerm window_nse(const LossInput& input) {
  const Masked m = masked(input.target);
  const torch::Tensor days = m.mask.sum(0);  // [B, target]
  const torch::Tensor mean = m.target.sum(0) / days.clamp_min(1);
  const torch::Tensor variation = ((m.target - mean) * m.mask).square().sum(0);
  const torch::Tensor counted = (days >= kFewestDaysOfWindow) & (variation > 0);
  const torch::Tensor error = ((input.prediction - m.target) * m.mask).square().sum(0);
  const torch::Tensor ratio = error / torch::where(counted, variation, torch::ones_like(variation));
  return {(ratio * counted).sum(), static_cast<double>(counted.sum().item<std::int64_t>())};
}

LossTerm log_squared_error(const LossInput& input) {
  const Masked m = masked(input.target);
  const torch::Tensor epsilon = 0.01 * input.target_mean.clamp_min(0) + 1e-3;
  const auto logarithm = [&epsilon](const torch::Tensor& flow) {
    return epsilon.log() + torch::sign(flow) * torch::log1p(flow.abs() / epsilon);
  };
  const torch::Tensor error = (logarithm(raw(input.prediction, input)) - logarithm(raw(m.target, input))) * m.mask;
  return {error.square().sum(), m.count};
}

}  // namespace freshet
