#include "freshet/training/losses/losses.hpp"

#include <cmath>
#include <functional>
#include <map>
#include <ostream>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/training/losses/registry.hpp"

namespace freshet {

/// Names the loss in test output.
void PrintTo(const LossKind& kind, std::ostream* out) {
  *out << kind.name;
}

namespace {

using torch::Tensor;

constexpr std::int64_t kSteps = 30, kRows = 4, kTargets = 2;

Tensor normal(c10::IntArrayRef sizes, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  return torch::randn(sizes, generator, torch::kFloat64);
}

/// In double precision, with a fifth of the targets missing, one series wholly, one but for eight days, and one constant.
LossInput random_input() {
  Tensor target = normal({kSteps, kRows, kTargets}, 1);
  target.masked_fill_(normal(target.sizes(), 2) > 0.84, std::nan(""));
  using torch::indexing::Slice;
  target.index_put_({Slice(), 1, 0}, std::nan(""));
  target.index_put_({Slice(8), 2, 1}, std::nan(""));
  target.index_put_({Slice(), 3, 1}, 0.5);
  return {.prediction = normal({kSteps, kRows, kTargets}, 3),
          .target = target,
          .target_mean = normal({kRows, kTargets}, 4),
          .target_std = normal({kRows, kTargets}, 5).abs(),
          .center = torch::tensor({2.0, 0.5}, torch::kFloat64) + 0.1 * normal({kRows, kTargets}, 6),
          .scale = torch::tensor({1.5, 0.25}, torch::kFloat64) * normal({kRows, kTargets}, 7).abs().add(0.5)};
}

struct Sum {
  double value = 0;
  double count = 0;
};

/// The numbers of a loss input, one by one.
struct Numbers {
  const LossInput& input;
  double s(std::int64_t t, std::int64_t b, std::int64_t k) const { return input.prediction[t][b][k].item<double>(); }
  double o(std::int64_t t, std::int64_t b, std::int64_t k) const { return input.target[t][b][k].item<double>(); }
  double raw(double value, std::int64_t b, std::int64_t k) const {
    return value * input.scale[b][k].item<double>() + input.center[b][k].item<double>();
  }
  double basin_mean(std::int64_t b, std::int64_t k) const { return input.target_mean[b][k].item<double>(); }
  double basin_std(std::int64_t b, std::int64_t k) const { return input.target_std[b][k].item<double>(); }

  /// The sum of `error`^2 over the observed target days.
  Sum squares(const std::function<double(std::int64_t, std::int64_t, std::int64_t)>& error) const {
    Sum sum;
    for (std::int64_t t = 0; t < kSteps; ++t) {
      for (std::int64_t b = 0; b < kRows; ++b) {
        for (std::int64_t k = 0; k < kTargets; ++k) {
          if (std::isnan(o(t, b, k))) continue;
          sum.value += std::pow(error(t, b, k), 2);
          sum.count += 1;
        }
      }
    }
    return sum;
  }
};

/// 1 - KGE of one window's observed days, by Gupta et al. (2009); nothing where it does not count.
void add_kling_gupta(const Numbers& n, std::int64_t b, std::int64_t k, Sum& sum) {
  std::vector<double> s, o;
  for (std::int64_t t = 0; t < kSteps; ++t) {
    if (std::isnan(n.o(t, b, k))) continue;
    s.push_back(n.raw(n.s(t, b, k), b, k));
    o.push_back(n.raw(n.o(t, b, k), b, k));
  }
  const auto mean = [](const std::vector<double>& x, const std::vector<double>& y) {
    double total = 0;
    for (std::size_t i = 0; i < x.size(); ++i) total += x[i] * y[i];
    return total / static_cast<double>(x.size());
  };
  const std::vector<double> ones(s.size(), 1.0);
  const double s_mean = mean(s, ones), o_mean = mean(o, ones);
  const double s_std = std::sqrt(mean(s, s) - s_mean * s_mean), o_std = std::sqrt(mean(o, o) - o_mean * o_mean);
  if (s.size() < 10 || !(o_std > 1e-3)) return;
  const double r = (mean(s, o) - s_mean * o_mean) / (s_std * o_std);
  sum.value += std::sqrt(std::pow(r - 1, 2) + std::pow(s_std / o_std - 1, 2) + std::pow(s_mean / o_mean - 1, 2));
  sum.count += 1;
}

void add_window_nse(const Numbers& n, std::int64_t b, std::int64_t k, Sum& sum) {
  double days = 0, mean = 0, error = 0, variation = 0;
  const auto each_day = [&](auto use) {
    for (std::int64_t t = 0; t < kSteps; ++t) {
      if (!std::isnan(n.o(t, b, k))) use(n.o(t, b, k), n.s(t, b, k));
    }
  };
  each_day([&](double o, double) { days += 1, mean += o; });
  if (days < 2) return;
  mean /= days;
  each_day([&](double o, double s) { error += (s - o) * (s - o), variation += (o - mean) * (o - mean); });
  if (variation == 0) return;
  sum.value += error / variation;
  sum.count += 1;
}

Sum twin(const std::string& loss, const LossInput& input) {
  const Numbers n{input};
  if (loss == "MSE" || loss == "RMSE") return n.squares([&](auto t, auto b, auto k) { return n.s(t, b, k) - n.o(t, b, k); });
  if (loss == "NSE")
    return n.squares([&](auto t, auto b, auto k) { return (n.s(t, b, k) - n.o(t, b, k)) / (n.basin_std(b, k) + 0.1); });
  if (loss == "LogMSE") {
    return n.squares([&](auto t, auto b, auto k) {
      const double e = 0.01 * std::max(0.0, n.basin_mean(b, k)) + 1e-3;
      const auto g = [e](double q) { return q < 0 ? 2 * std::log(e) - std::log(e - q) : std::log(q + e); };
      return g(n.raw(n.s(t, b, k), b, k)) - g(n.raw(n.o(t, b, k), b, k));
    });
  }
  Sum sum;
  if (loss == "KGE") {
    for (std::int64_t b = 0; b < kRows; ++b) {
      for (std::int64_t k = 0; k < kTargets; ++k) add_kling_gupta(n, b, k, sum);
    }
    return sum;
  }
  if (loss == "WindowNSE") {
    for (std::int64_t b = 0; b < kRows; ++b) {
      for (std::int64_t k = 0; k < kTargets; ++k) add_window_nse(n, b, k, sum);
    }
    return sum;
  }
  ADD_FAILURE() << "write a slow twin of " << loss;
  return sum;
}

class Loss : public testing::TestWithParam<LossKind> {
 protected:
  LossTerm term(const LossInput& input) const { return GetParam().term(input); }
  Tensor gradient(LossInput input) const {
    input.prediction = input.prediction.detach().clone().requires_grad_(true);
    return torch::autograd::grad({term(input).sum}, {input.prediction})[0];
  }
  LossInput input_ = random_input();
};

TEST_P(Loss, EqualsTheSlowTwin) {
  const Sum expected = twin(GetParam().name, input_);
  const LossTerm got = term(input_);
  EXPECT_GT(expected.count, 0);
  EXPECT_EQ(got.count, expected.count);
  // The 1e-6 in KGE's denominators is part of the loss, not of the formula.
  EXPECT_NEAR(got.sum.item<double>(), expected.value, (GetParam().name == "KGE" ? 1e-4 : 1e-9) * expected.value);
}

TEST_P(Loss, IsTheSameInSinglePrecision) {
  LossInput single = input_;
  for (Tensor* tensor :
       {&single.prediction, &single.target, &single.target_mean, &single.target_std, &single.center, &single.scale})
    *tensor = tensor->to(torch::kFloat32);
  const double expected = term(input_).sum.item<double>();
  EXPECT_EQ(term(single).sum.scalar_type(), torch::kFloat32);
  EXPECT_NEAR(term(single).sum.item<double>(), expected, 1e-4 * expected);
}

TEST_P(Loss, GradientEqualsCentralDifferences) {
  const Tensor got = gradient(input_);
  EXPECT_GT(got.abs().max().item<double>(), 0);
  const auto shifted = [&](std::int64_t at, double by) {
    LossInput moved = input_;
    moved.prediction = input_.prediction.clone();
    moved.prediction.view({-1})[at] += by;
    return term(moved).sum.item<double>();
  };
  for (std::int64_t at = 0; at < got.numel(); at += 7) {
    for (const double h : {1e-4, 1e-5}) {
      const double difference = (shifted(at, h) - shifted(at, -h)) / (2 * h);
      EXPECT_NEAR(got.view({-1})[at].item<double>(), difference, 1e-5 * std::max(1.0, std::abs(difference))) << "entry " << at;
    }
  }
}

TEST_P(Loss, MissingTargetsHaveExactlyNoGradientAndDoNotTouchTheValue) {
  const Tensor missing = torch::isnan(input_.target);
  const Tensor there = gradient(input_).masked_select(missing);
  EXPECT_TRUE((there == 0).all().item<bool>());
  LossInput changed = input_;
  changed.prediction = torch::where(missing, torch::full_like(input_.prediction, 1e6), input_.prediction);
  EXPECT_EQ(term(changed).sum.item<double>(), term(input_).sum.item<double>());
}

TEST_P(Loss, WithoutAnyTargetItIsAFiniteZero) {
  input_.target.fill_(std::nan(""));
  const LossTerm nothing = term(input_);
  EXPECT_EQ(nothing.sum.item<double>(), 0.0);
  EXPECT_EQ(nothing.count, 0);
  EXPECT_TRUE((gradient(input_) == 0).all().item<bool>());
}

TEST_P(Loss, OfAPerfectPredictionIsZeroWithAFiniteGradient) {
  input_.prediction = torch::nan_to_num(input_.target, 0.7);
  const LossTerm perfect = term(input_);
  EXPECT_NEAR(perfect.sum.item<double>(), 0.0, 1e-4);  // KGE's 1e-6 again
  EXPECT_TRUE(torch::isfinite(gradient(input_)).all().item<bool>());
}

TEST_P(Loss, OfAConstantPredictionHasAFiniteGradient) {
  input_.prediction.fill_(-3);  // and below zero flow
  EXPECT_TRUE(torch::isfinite(gradient(input_)).all().item<bool>());
}

INSTANTIATE_TEST_SUITE_P(Registered, Loss, testing::ValuesIn(loss_kinds()), [](const auto& test) { return test.param.name; });

TEST(LossRegistry, FindsByNameAndRmseAloneTakesTheRoot) {
  for (const std::string& name : loss_names()) {
    EXPECT_EQ(find_loss(name).name, name);
    EXPECT_EQ(find_loss(name).root, name == "RMSE");
  }
  EXPECT_THROW(find_loss("MAE"), InternalError);
}

}  // namespace
}  // namespace freshet
