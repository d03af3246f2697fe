#include "freshet/models/neural/lstm_sequence.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/models/neural/gates.hpp"
#include "freshet/models/neural/simd_level.hpp"

namespace freshet {
namespace {

using torch::Tensor;
using torch::indexing::Slice;

struct Arguments {
  Tensor x, gate_offset, weight, h0, c0;

  std::vector<Tensor> all() const { return {x, gate_offset, weight, h0, c0}; }
  Arguments map(const std::function<Tensor(const Tensor&)>& f) const { return {f(x), f(gate_offset), f(weight), f(h0), f(c0)}; }
  Arguments to_double() const {
    return map([](const Tensor& tensor) { return tensor.detach().to(torch::kFloat64); });
  }
  Arguments with_gradients() const {
    return map([](const Tensor& tensor) { return tensor.detach().clone().requires_grad_(true); });
  }
  Arguments rows(const Tensor& index) const {
    return {x.index_select(1, index), gate_offset.index_select(0, index), weight, h0.index_select(0, index),
            c0.index_select(0, index)};
  }
};

LstmSequenceOutput fast(const Arguments& a) {
  return lstm_sequence(a.x, a.gate_offset, a.weight, a.h0, a.c0);
}
LstmSequenceOutput slow(const Arguments& a) {
  return lstm_sequence_reference(a.x, a.gate_offset, a.weight, a.h0, a.c0);
}

struct Dimensions {
  std::int64_t steps, rows, inputs, hidden;
};

Arguments random_arguments(const Dimensions& d, std::uint64_t seed = 1) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  const auto normal = [&](c10::IntArrayRef sizes) { return torch::randn(sizes, generator, torch::kFloat32); };
  const double scale = 1.0 / std::sqrt(static_cast<double>(d.hidden));
  return {normal({d.steps, d.rows, d.inputs}), 0.5 * normal({d.rows, 4 * d.hidden}),
          scale * normal({4 * d.hidden, d.inputs + d.hidden}), 0.5 * normal({d.rows, d.hidden}), normal({d.rows, d.hidden})};
}

// A scalar in which every output has its own weight.
Tensor weighted_sum(const LstmSequenceOutput& out) {
  const auto one = [](const Tensor& tensor, double phase) {
    const auto w = torch::sin(torch::arange(tensor.numel(), torch::kFloat64) + phase).to(tensor.scalar_type());
    return (tensor.reshape({-1}) * w).sum();
  };
  return one(out.hidden, 1.0) + one(out.h_last, 2.0) + one(out.c_last, 3.0);
}

double relative_error(const Tensor& got, const Tensor& expected) {
  return ((got.to(torch::kFloat64) - expected).norm() / expected.norm()).item<double>();
}

std::vector<Tensor> outputs(const LstmSequenceOutput& out) {
  return {out.hidden, out.h_last, out.c_last};
}

void expect_same_bits(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_TRUE(torch::equal(a[i], b[i])) << "tensor " << i;
}

// Every case with each instruction set the machine has.
class LstmSequenceShapes : public testing::TestWithParam<std::tuple<Dimensions, SimdLevel>> {
 protected:
  void SetUp() override { limit_simd_level(std::get<1>(GetParam())); }
  void TearDown() override { limit_simd_level(SimdLevel::kAvx512); }
  Dimensions dimensions() const { return std::get<0>(GetParam()); }
};

TEST_P(LstmSequenceShapes, ValuesAndGradientsMatchTheReferenceInDouble) {
  const auto single = random_arguments(dimensions()).with_gradients();
  const auto twin = single.to_double().with_gradients();
  const auto got = fast(single), expected = slow(twin);
  for (int i = 0; i < 3; ++i) EXPECT_LE(relative_error(outputs(got)[i], outputs(expected)[i]), 1e-5) << "output " << i;
  const auto d_got = torch::autograd::grad({weighted_sum(got)}, single.all());
  const auto d_expected = torch::autograd::grad({weighted_sum(expected)}, twin.all());
  for (std::size_t i = 0; i < d_got.size(); ++i) EXPECT_LE(relative_error(d_got[i], d_expected[i]), 1e-5) << "argument " << i;
}

TEST_P(LstmSequenceShapes, WithoutGradientsGivesTheSameBits) {
  const auto arguments = random_arguments(dimensions());
  const auto traced = fast(arguments.with_gradients());
  EXPECT_TRUE(traced.hidden.requires_grad());
  expect_same_bits(outputs(fast(arguments)), outputs(traced));
  const torch::NoGradGuard no_grad;
  const auto untraced = fast(arguments.with_gradients());
  EXPECT_FALSE(untraced.hidden.requires_grad());
  expect_same_bits(outputs(untraced), outputs(traced));
}

TEST_P(LstmSequenceShapes, RunningInTwoPartsGivesTheSameBits) {
  const auto arguments = random_arguments(dimensions());
  const std::int64_t half = dimensions().steps / 3;
  const auto whole = fast(arguments);
  auto part = arguments;
  part.x = arguments.x.index({Slice(0, half)});
  const auto first = fast(part);
  part = {arguments.x.index({Slice(half)}), arguments.gate_offset, arguments.weight, first.h_last, first.c_last};
  const auto second = fast(part);
  expect_same_bits({torch::cat({first.hidden, second.hidden}), second.h_last, second.c_last}, outputs(whole));
}

TEST_P(LstmSequenceShapes, ARowDependsNeitherOnItsPlaceNorOnTheOtherRows) {
  const auto arguments = random_arguments(dimensions());
  const std::int64_t rows = dimensions().rows;
  const auto whole = fast(arguments);
  const auto reversed = torch::arange(rows - 1, -1, -1, torch::kInt64);
  const auto turned = fast(arguments.rows(reversed));
  expect_same_bits({turned.hidden.index_select(1, reversed), turned.h_last.index_select(0, reversed)},
                   {whole.hidden, whole.h_last});
  for (const std::int64_t row : {std::int64_t{0}, rows / 2, rows - 1}) {
    const auto alone = fast(arguments.rows(torch::tensor({row})));
    EXPECT_TRUE(torch::equal(alone.hidden.select(1, 0), whole.hidden.select(1, row))) << "row " << row;
  }
}

std::string case_name(const testing::TestParamInfo<std::tuple<Dimensions, SimdLevel>>& given) {
  const auto& [d, level] = given.param;
  const char* const levels[] = {"Baseline", "Avx2", "Avx512"};
  return "T" + std::to_string(d.steps) + "B" + std::to_string(d.rows) + "D" + std::to_string(d.inputs) + "H" +
         std::to_string(d.hidden) + levels[static_cast<int>(level)];
}

INSTANTIATE_TEST_SUITE_P(All, LstmSequenceShapes,
                         testing::Combine(testing::Values(Dimensions{7, 1, 1, 3}, Dimensions{40, 16, 5, 64},
                                                          Dimensions{33, 5, 7, 20}, Dimensions{3, 2, 3, 1},
                                                          Dimensions{40, 37, 5, 64}, Dimensions{12, 64, 32, 128},
                                                          Dimensions{25, 33, 11, 50}, Dimensions{300, 2, 3, 16}),
                                          testing::Values(SimdLevel::kBaseline, SimdLevel::kAvx2, SimdLevel::kAvx512)),
                         case_name);

TEST(LstmSequenceReference, GradientsMatchCentralDifferences) {
  const auto arguments = random_arguments({5, 2, 2, 3}).to_double().with_gradients();
  const auto gradients = torch::autograd::grad({weighted_sum(slow(arguments))}, arguments.all());
  const torch::NoGradGuard no_grad;
  constexpr double kStep = 1e-6;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto flat = arguments.all()[i].view({-1}), gradient = gradients[i].reshape({-1});
    for (std::int64_t k = 0; k < flat.numel(); ++k) {
      const double value = flat[k].item<double>();
      flat[k] = value + kStep;
      const double above = weighted_sum(slow(arguments)).item<double>();
      flat[k] = value - kStep;
      const double below = weighted_sum(slow(arguments)).item<double>();
      flat[k] = value;
      EXPECT_NEAR(gradient[k].item<double>(), (above - below) / (2 * kStep), 1e-8) << "argument " << i << " element " << k;
    }
  }
}

// w[k] = 0.5 sin(k + 1 + offset), row-major.
Tensor filled(c10::IntArrayRef sizes, double offset) {
  const auto n = c10::multiply_integers(sizes);
  return (0.5 * torch::sin(torch::arange(n, torch::kFloat64) + 1.0 + offset)).reshape(sizes);
}

// Computed with torch.nn.LSTM of PyTorch in float64: weights by filled() with the offsets below, x_{t,i} = cos(0.7 (3t + i)).
struct PyTorchCase {
  Tensor b_hh;
  Arguments arguments;

  explicit PyTorchCase(torch::ScalarType type) {
    b_hh = filled({8}, 300);
    b_hh.index_put_({Slice(2, 4)}, 3.0);
    b_hh = b_hh.to(type).requires_grad_(true);
    const auto x = torch::cos(0.7 * torch::arange(12, torch::kFloat64)).reshape({4, 1, 3});
    const auto weight = torch::cat({filled({8, 3}, 0), filled({8, 2}, 100)}, 1);
    arguments = {x.to(type).requires_grad_(true), (filled({8}, 200).to(type) + b_hh).unsqueeze(0),
                 weight.to(type).requires_grad_(true), torch::zeros({1, 2}, type), torch::zeros({1, 2}, type)};
  }
};

void expect_near(const Tensor& got, std::vector<double> expected, double tolerance) {
  const auto flat = got.detach().reshape({-1}).to(torch::kFloat64);
  ASSERT_EQ(flat.numel(), static_cast<std::int64_t>(expected.size()));
  for (std::size_t k = 0; k < expected.size(); ++k)
    EXPECT_NEAR(flat[static_cast<std::int64_t>(k)].item<double>(), expected[k], tolerance);
}

void expect_pytorch_numbers(const PyTorchCase& given, const LstmSequenceOutput& out, double tolerance) {
  expect_near(out.hidden,
              {.045957575504, -.193755399004, -.023468254790, -.308207859436, -.090359808251, -.345397403090, -.065981469311,
               -.400448547081},
              tolerance);
  expect_near(out.c_last, {-.147735332221, -1.247238513228}, tolerance);
  const auto loss = out.h_last.square().sum();
  EXPECT_NEAR(loss.item<double>(), .1647125931520561, tolerance);
  const auto gradients = torch::autograd::grad({loss}, {given.arguments.x, given.b_hh, given.arguments.weight});
  expect_near(gradients[0][0], {-6.010924524553e-03, -5.601442066800e-03, -4.201960520e-05}, tolerance);
  expect_near(gradients[1],
              {3.264529559e-03, 5.505135367e-02, 1.022514478e-04, 1.138259655e-02, -4.731139647e-02, -.1028734253390,
               1.187296850e-03, .1606783211685},
              tolerance);
  expect_near(gradients[2][0].slice(0, 0, 3), {-.004519863212, -.004719559682, -.002699573489}, tolerance);
}

TEST(LstmSequenceReference, GivesTheNumbersOfPyTorch) {
  const PyTorchCase given(torch::kFloat64);
  expect_pytorch_numbers(given, slow(given.arguments), 5e-12);
}

TEST(LstmSequence, GivesTheNumbersOfPyTorch) {
  const PyTorchCase given(torch::kFloat32);
  expect_pytorch_numbers(given, fast(given.arguments), 2e-7);
}

TEST(LstmSequence, AGradientForTheLastStepAloneIsEnough) {
  const auto single = random_arguments({20, 6, 4, 24}).with_gradients();
  const auto twin = single.to_double().with_gradients();
  const auto expected = torch::autograd::grad({slow(twin).hidden[-1].square().sum()}, twin.all());
  const auto by_hidden = torch::autograd::grad({fast(single).hidden[-1].square().sum()}, single.all());
  const auto by_h_last = torch::autograd::grad({fast(single).h_last.square().sum()}, single.all());
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_LE(relative_error(by_hidden[i], expected[i]), 1e-5) << "argument " << i;
  expect_same_bits(by_hidden, by_h_last);
}

TEST(LstmSequence, OneStepIsEnough) {
  const auto single = random_arguments({1, 3, 2, 5}).with_gradients();
  const auto twin = single.to_double().with_gradients();
  const auto got = torch::autograd::grad({weighted_sum(fast(single))}, single.all());
  const auto expected = torch::autograd::grad({weighted_sum(slow(twin))}, twin.all());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_LE(relative_error(got[i], expected[i]), 1e-5) << "argument " << i;
}

TEST(LstmSequence, GivesOnlyTheGradientsAskedFor) {
  const auto all = random_arguments({9, 3, 2, 10}).with_gradients();
  const auto expected = torch::autograd::grad({weighted_sum(fast(all))}, all.all());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    auto some = all.map([](const Tensor& tensor) { return tensor.detach(); });
    some.all()[i].requires_grad_(true);
    const auto one = torch::autograd::grad({weighted_sum(fast(some))}, {some.all()[i]});
    EXPECT_TRUE(torch::equal(one[0], expected[i])) << "argument " << i;
  }
}

TEST(LstmSequence, TakesStridedArgumentsAndGradients) {
  const auto plain = random_arguments({9, 4, 3, 8}).with_gradients();
  const auto strided = plain.map([](const Tensor& tensor) {
    const auto turned = tensor.detach().transpose(-1, -2).contiguous().transpose(-1, -2);
    return turned.requires_grad_(true);
  });
  const auto a = fast(plain), b = fast(strided);
  expect_same_bits(outputs(a), outputs(b));
  expect_same_bits(torch::autograd::grad({a.hidden.sum() + a.c_last.sum()}, plain.all()),
                   torch::autograd::grad({b.hidden.sum() + b.c_last.sum()}, strided.all()));
}

TEST(LstmSequence, RefusesAGradientOfAGradient) {
  const auto arguments = random_arguments({3, 2, 2, 4}).with_gradients();
  EXPECT_THROW(torch::autograd::grad({fast(arguments).hidden.sum()}, arguments.all(), {}, true, /*create_graph=*/true),
               InternalError);
}

TEST(LstmSequence, RefusesWrongShapesAndTypes) {
  const auto good = random_arguments({3, 2, 2, 4});
  const auto with = [&](Tensor Arguments::*member, const Tensor& value) {
    Arguments bad = good;
    bad.*member = value;
    return bad;
  };
  EXPECT_NO_THROW(fast(good));
  EXPECT_THROW(fast(with(&Arguments::x, torch::zeros({3, 2}))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::x, torch::zeros({0, 2, 2}))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::x, good.x.to(torch::kFloat64))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::gate_offset, torch::zeros({1, 16}))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::weight, torch::zeros({16, 5}))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::h0, torch::zeros({3, 4}))), InternalError);
  EXPECT_THROW(fast(with(&Arguments::c0, Tensor())), InternalError);
}

TEST(LstmSequence, NaNStaysInItsRow) {
  auto arguments = random_arguments({6, 4, 3, 8});
  const auto clean = fast(arguments);
  arguments.x[2][1][0] = std::numeric_limits<float>::quiet_NaN();
  const auto out = fast(arguments);
  EXPECT_TRUE(out.h_last[1].isnan().all().item<bool>());
  for (const int row : {0, 2, 3}) EXPECT_TRUE(torch::equal(out.hidden.select(1, row), clean.hidden.select(1, row)));
  EXPECT_TRUE(torch::equal(out.hidden.index({Slice(0, 2)}), clean.hidden.index({Slice(0, 2)})));
}

std::vector<Tensor> values_and_gradients(const Arguments& arguments) {
  const auto own = arguments.with_gradients();
  const auto out = fast(own);
  auto all = torch::autograd::grad({weighted_sum(out)}, own.all());
  for (const auto& tensor : outputs(out)) all.push_back(tensor.detach());
  return all;
}

TEST(LstmSequence, ConcurrentThreadsGiveTheSameBits) {
  constexpr std::size_t kThreads = 4;
  std::vector<std::vector<Tensor>> expected(kThreads), got(kThreads);
  const auto arguments_of = [](std::size_t i) { return random_arguments({50, 16 + static_cast<std::int64_t>(i), 5, 32}, i + 1); };
  for (std::size_t i = 0; i < kThreads; ++i) expected[i] = values_and_gradients(arguments_of(i));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kThreads; ++i) threads.emplace_back([&, i] { got[i] = values_and_gradients(arguments_of(i)); });
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < kThreads; ++i) expect_same_bits(got[i], expected[i]);
}

TEST(LstmGates, FunctionsAreAccurateToAFewUnitsInTheLastPlace) {
  std::vector<float> x, y(1);
  for (double v = 1e-30; v < 100; v *= 1.0007) {
    x.push_back(static_cast<float>(v));
    x.push_back(static_cast<float>(-v));
  }
  y.resize(x.size());
  const auto worst = [&](const std::function<double(double)>& exact) {
    double most = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      const double expected = exact(x[k]);
      if (std::abs(expected) < std::numeric_limits<float>::min()) continue;
      const double unit = std::ldexp(1.0, std::ilogb(expected) - 23);
      most = std::max(most, std::abs(y[k] - expected) / unit);
    }
    return most;
  };
  sigmoid(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
  EXPECT_LE(worst([](double v) { return v < -87 ? 1 / (1 + std::exp(87.0)) : 1 / (1 + std::exp(-v)); }), 4.0);
  tanh(x.data(), y.data(), static_cast<std::int64_t>(x.size()));
  EXPECT_LE(worst([](double v) { return std::tanh(v); }), 4.0);
}

TEST(LstmGates, FunctionsSaturateAndPassNaNOn) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  const std::vector<float> x = {-kInfinity, -1e30F, -1000, 0, 1000, 1e30F, kInfinity, std::numeric_limits<float>::quiet_NaN()};
  std::vector<float> y(x.size());
  sigmoid(x.data(), y.data(), 8);
  for (const std::size_t k : {0, 1, 2}) EXPECT_NEAR(y[k], 0.0F, 1e-37F);
  EXPECT_EQ(y[3], 0.5F);
  for (const std::size_t k : {4, 5, 6}) EXPECT_EQ(y[k], 1.0F);
  EXPECT_TRUE(std::isnan(y[7]));
  tanh(x.data(), y.data(), 8);
  for (const std::size_t k : {0, 1, 2}) EXPECT_EQ(y[k], -1.0F);
  EXPECT_EQ(y[3], 0.0F);
  for (const std::size_t k : {4, 5, 6}) EXPECT_EQ(y[k], 1.0F);
  EXPECT_TRUE(std::isnan(y[7]));
}

}  // namespace
}  // namespace freshet
