#include "freshet/models/neural/ealstm.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/models/neural/dropout.hpp"
#include "freshet/models/neural/network_parts.hpp"
#include "unit/models/model_testing.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using torch::Tensor;
using torch::indexing::Slice;

const ModelShape kShape{.inputs = 3, .statics = 2, .targets = 2};

ModelOptions small_options(std::int64_t hidden_size = 5) {
  ModelOptions options;
  options.model = "ealstm";
  options.hidden_size = hidden_size;
  return options;
}

/// Moves all weights off their special initial values.
void disturb(Model& model) {
  const torch::NoGradGuard no_grad;
  std::uint64_t seed = 100;
  for (const auto& item : model.named_parameters()) item.value().add_(normal(item.value().sizes(), ++seed), 0.4);
}

/// The equations for one row, number by number in double precision; shares nothing with the model but the weights.
struct PlainLoop {
  std::map<std::string, Tensor> weights;  // float64
  std::int64_t hidden;

  double w(const char* name, std::int64_t row, std::int64_t column) const { return weights.at(name)[row][column].item<double>(); }
  double b(const char* name, std::int64_t k) const { return weights.at(name)[k].item<double>(); }

  /// Before its activation: column `at` of x W_ih + h W_hh + b.
  double gate(const std::vector<double>& x, const std::vector<double>& h, std::int64_t at) const {
    double sum = b("lstm.bias", at);
    for (std::size_t k = 0; k < x.size(); ++k) sum += x[k] * w("lstm.weight_ih", static_cast<std::int64_t>(k), at);
    for (std::size_t k = 0; k < h.size(); ++k) sum += h[k] * w("lstm.weight_hh", static_cast<std::int64_t>(k), at);
    return sum;
  }

  /// [T][target] from x [T][input] and s [attribute]; h and c start as given.
  std::vector<std::vector<double>> run(const std::vector<std::vector<double>>& xs, const std::vector<double>& s,
                                       std::vector<double> h, std::vector<double> c) const {
    const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
    std::vector<std::vector<double>> outputs;
    for (const auto& x : xs) {
      const std::vector<double> before = h;
      for (std::int64_t k = 0; k < hidden; ++k) {
        double z = b("input_net.bias", k);
        for (std::size_t a = 0; a < s.size(); ++a) z += s[a] * w("input_net.weight", k, static_cast<std::int64_t>(a));
        const double f = gate(x, before, k), o = gate(x, before, hidden + k), g = gate(x, before, 2 * hidden + k);
        const auto at = static_cast<std::size_t>(k);
        c[at] = sigmoid(f) * c[at] + sigmoid(z) * std::tanh(g);
        h[at] = sigmoid(o) * std::tanh(c[at]);
      }
      std::vector<double> output;
      for (std::int64_t target = 0; target < weights.at("head.weight").size(0); ++target) {
        double sum = b("head.bias", target);
        for (std::int64_t k = 0; k < hidden; ++k) sum += w("head.weight", target, k) * h[static_cast<std::size_t>(k)];
        output.push_back(sum);
      }
      outputs.push_back(output);
    }
    return outputs;
  }
};

std::vector<double> numbers(const Tensor& line) {
  std::vector<double> values;
  for (std::int64_t k = 0; k < line.size(0); ++k) values.push_back(line[k].item<double>());
  return values;
}

PlainLoop loop_of(Model& model) {
  PlainLoop loop{.weights = {}, .hidden = model.initial_state(1).hidden.size(1)};
  for (const auto& [name, value] : parameters(model)) loop.weights[name] = value.detach().to(torch::kFloat64);
  return loop;
}

/// sum over days, rows and targets of weight * prediction, by the plain loop.
double weighted_sum(const PlainLoop& loop, const ModelInput& input, const ModelState& state, const Tensor& weights) {
  double sum = 0;
  for (std::int64_t row = 0; row < input.dynamic.size(1); ++row) {
    std::vector<std::vector<double>> xs;
    for (std::int64_t t = 0; t < input.dynamic.size(0); ++t) xs.push_back(numbers(input.dynamic[t][row]));
    const auto outputs = loop.run(xs, numbers(input.statics[row]), numbers(state.hidden[row]), numbers(state.cell[row]));
    for (std::size_t t = 0; t < outputs.size(); ++t)
      for (std::size_t k = 0; k < outputs[t].size(); ++k)
        sum += outputs[t][k] * weights[static_cast<std::int64_t>(t)][row][static_cast<std::int64_t>(k)].item<double>();
  }
  return sum;
}

TEST(EaLstm, ParametersHaveNeuralHydrologysNamesAndShapes) {
  const auto model = create_model(small_options(), kShape, 1);
  std::map<std::string, std::vector<std::int64_t>> got;
  for (const auto& [name, value] : parameters(*model)) got[name] = value.sizes().vec();
  const std::map<std::string, std::vector<std::int64_t>> expected = {
      {"input_net.weight", {5, 2}}, {"input_net.bias", {5}}, {"lstm.weight_ih", {3, 15}}, {"lstm.weight_hh", {5, 15}},
      {"lstm.bias", {15}},          {"head.weight", {2, 5}}, {"head.bias", {2}}};
  EXPECT_EQ(got, expected);
  // H (S + 1) + 3H (D + H + 1) + K (H + 1); the authors' 256 cells, 5 forcings and 27 attributes.
  EXPECT_EQ(parameter_count(*model), 5 * 3 + 15 * 9 + 2 * 6);
  EXPECT_EQ(parameter_count(*create_model(small_options(256), {.inputs = 5, .statics = 27, .targets = 1}, 1)), 208641);
}

// By a loop in PyTorch, float64, written from the paper's equations. Weights 0.5 sin(k + 1 + offset), offsets 0, 100, ... 400 for
// W_ih, W_hh, b, W_s, b_s, then 3 in the forget gate's biases; x_{t,i} = cos(0.7 (3t + i)), attributes (0.6, -1.2).
TEST(EaLstm, GivesTheNumbersOfAnIndependentLoop) {
  const auto filled = [](c10::IntArrayRef sizes, double offset) {
    const auto n = c10::multiply_integers(sizes);
    return (0.5 * torch::sin(torch::arange(n, torch::kFloat64) + 1.0 + offset)).reshape(sizes).to(torch::kFloat32);
  };
  const auto expect_near = [](const Tensor& got, std::vector<double> expected, double tolerance) {
    const Tensor flat = got.detach().reshape({-1});
    ASSERT_EQ(flat.numel(), static_cast<std::int64_t>(expected.size()));
    for (std::size_t k = 0; k < expected.size(); ++k)
      EXPECT_NEAR(flat[static_cast<std::int64_t>(k)].item<double>(), expected[k], tolerance) << k;
  };
  const auto model = create_model(small_options(2), kShape, 1);
  auto weights = parameters(*model);
  {
    const torch::NoGradGuard no_grad;
    weights["lstm.weight_ih"].copy_(filled({3, 6}, 0));
    weights["lstm.weight_hh"].copy_(filled({2, 6}, 100));
    weights["lstm.bias"].copy_(filled({6}, 200)).index_put_({Slice(0, 2)}, 3.0);
    weights["input_net.weight"].copy_(filled({2, 2}, 300));
    weights["input_net.bias"].copy_(filled({2}, 400));
    weights["head.weight"].copy_(torch::eye(2));  // the prediction is the hidden state
    weights["head.bias"].zero_();
  }
  const ModelInput input{
      torch::cos(0.7 * torch::arange(12, torch::kFloat64)).to(torch::kFloat32).reshape({4, 1, 3}).requires_grad_(),
      torch::tensor({{0.6f, -1.2f}}).requires_grad_()};
  const ModelOutput out = model->run(input, model->initial_state(1), 4, nullptr);
  expect_near(out.prediction,
              {-.1708144669068, -.1185957834821, -.00589632019091, -.0948195063556, -.1055696954109, -.2102276810853,
               -.2471630894196, -.2308271997945},
              2e-7);
  expect_near(out.state.cell, {-.3996317402512, -.7008548483903}, 4e-7);
  out.prediction[-1].square().sum().backward();
  expect_near(weights["lstm.bias"].grad(),
              {.006214412169916, .004231626135615, .04005057830661, .05869004816784, -.1280855819376, -.09262481888814}, 2e-7);
  expect_near(weights["input_net.weight"].grad(), {.04318968827534, -.08637937655067, .02085528851188, -.04171057702377}, 2e-7);
  expect_near(weights["input_net.bias"].grad(), {.07198281379223, .03475881418647}, 2e-7);
  expect_near(weights["lstm.weight_ih"].grad()[0],
              {-.001506028339114, -.0005570198048048, .04169162048416, .06650177434246, .001495102902551, -.01431053813391},
              2e-7);
  expect_near(weights["lstm.weight_hh"].grad()[1],
              {-.0008327734619839, -.0005861722582117, -.008855245969894, -.01333078577436, .01470097786132, .0119662838223},
              2e-7);
  expect_near(input.dynamic.grad()[0], {.008761652555159, .009924927005502, .01029758746056}, 2e-7);
  expect_near(input.statics.grad(), {-.002963616314579, .02589869633329}, 2e-7);
}

TEST(EaLstm, EqualsAPlainLoopInValuesAndItsCentralDifferencesInGradients) {
  const auto model = create_model(small_options(3), kShape, 3);
  disturb(*model);
  const ModelInput input = random_input(kShape, 6, 2);
  const ModelState state{normal({2, 3}, 13), normal({2, 3}, 14)};
  const Tensor weights = normal({6, 2, 2}, 15);
  const Tensor got = (model->run(input, state, 6, nullptr).prediction * weights).sum();
  PlainLoop loop = loop_of(*model);
  const double expected = weighted_sum(loop, input, state, weights);
  EXPECT_NEAR(got.item<double>(), expected, 2e-6 * std::max(1.0, std::abs(expected)));

  got.backward();
  constexpr double kStep = 1e-5;
  for (auto& [name, value] : loop.weights) {
    const Tensor flat = value.view({-1}), gradient = parameters(*model).at(name).grad().reshape({-1});
    for (std::int64_t k = 0; k < flat.numel(); ++k) {
      const double centre = flat[k].item<double>();
      flat[k] = centre + kStep;
      const double above = weighted_sum(loop, input, state, weights);
      flat[k] = centre - kStep;
      const double below = weighted_sum(loop, input, state, weights);
      flat[k] = centre;
      EXPECT_NEAR(gradient[k].item<double>(), (above - below) / (2 * kStep), 5e-6) << name << " " << k;
    }
  }
}

TEST(EaLstm, StartsOrthogonalWithIdentitiesAndZeroBiases) {
  ModelOptions options = small_options(16);
  options.initial_forget_bias = 3;
  const auto model = create_model(options, {.inputs = 5, .statics = 7, .targets = 1}, 7);
  auto weights = parameters(*model);
  const auto expect_identity = [](const Tensor& product) {
    EXPECT_LE((product - torch::eye(product.size(0))).abs().max().item<double>(), 1e-6);
  };
  expect_identity(weights["lstm.weight_ih"].detach().matmul(weights["lstm.weight_ih"].detach().t()));
  expect_identity(weights["input_net.weight"].detach().t().matmul(weights["input_net.weight"].detach()));
  EXPECT_TRUE(torch::equal(weights["lstm.weight_hh"], torch::eye(16).repeat({1, 3})));
  EXPECT_TRUE(torch::equal(weights["input_net.bias"], torch::zeros({16})));
  EXPECT_TRUE(torch::equal(weights["lstm.bias"], torch::cat({torch::full({16}, 3.0f), torch::zeros({32})})));
  EXPECT_LE(weights["head.weight"].abs().max().item<double>(), 0.25);

  const auto same = create_model(options, {.inputs = 5, .statics = 7, .targets = 1}, 7),
             other = create_model(options, {.inputs = 5, .statics = 7, .targets = 1}, 8);
  for (const char* name : {"lstm.weight_ih", "input_net.weight", "head.weight"}) {
    EXPECT_TRUE(torch::equal(weights[name], parameters(*same).at(name))) << name;
    EXPECT_FALSE(torch::equal(weights[name], parameters(*other).at(name))) << name;
  }
}

TEST(OrthogonalWeights, AreEvenlyDistributed) {
  Tensor sum = torch::zeros({2, 3}), squares = torch::zeros({2, 3});
  constexpr int kDraws = 3000;
  for (int seed = 0; seed < kDraws; ++seed) {
    const Tensor drawn = orthogonal_weights(2, 3, static_cast<std::uint64_t>(seed), 0);
    sum += drawn;
    squares += drawn.square();
  }
  // Each element of a random unit vector of three has mean 0 and mean square 1/3 (variance of the square 4/45).
  EXPECT_LE((sum / kDraws).abs().max().item<double>(), 4 * std::sqrt(1.0 / 3 / kDraws));
  EXPECT_LE((squares / kDraws - 1.0 / 3).abs().max().item<double>(), 4 * std::sqrt(4.0 / 45 / kDraws));
}

TEST(EaLstm, OnePassEqualsAPassInTwoParts) {
  const auto model = create_model(small_options(), kShape, 3);
  disturb(*model);
  const ModelInput input = random_input(kShape, 30, 4);
  const ModelOutput whole = model->run(input, model->initial_state(4), 30, nullptr);
  const ModelOutput first = model->run({input.dynamic.slice(0, 0, 13), input.statics}, model->initial_state(4), 13, nullptr);
  const ModelOutput second = model->run({input.dynamic.slice(0, 13), input.statics}, first.state, 17, nullptr);
  EXPECT_TRUE(torch::equal(torch::cat({first.prediction, second.prediction}), whole.prediction));
  EXPECT_TRUE(torch::equal(second.state.hidden, whole.state.hidden));
  EXPECT_TRUE(torch::equal(second.state.cell, whole.state.cell));
}

TEST(EaLstm, AttributesReachTheInputGateAlone) {
  const auto model = create_model(small_options(), kShape, 3);
  disturb(*model);
  ModelInput input = random_input(kShape, 10, 2);
  const torch::NoGradGuard no_grad;
  // A gate that is shut lets nothing in: with no memory at the start the prediction is the head's bias.
  parameters(*model).at("input_net.bias").fill_(-200);
  const Tensor shut = model->run(input, model->initial_state(2), 10, nullptr).prediction;
  EXPECT_TRUE(torch::allclose(shut, parameters(*model).at("head.bias").expand({10, 2, -1})));
}

TEST(EaLstm, DropoutIsThatOfItsKeyOnTheHiddenState) {
  ModelOptions options = small_options();
  options.output_dropout = 0.4;
  const auto model = create_model(options, kShape, 3);
  disturb(*model);
  const ModelInput input = random_input(kShape, 8, 4);
  const DropoutKey key{.seed = 5, .step = 17, .first_row = 0};
  const Tensor whole = model->run(input, model->initial_state(4), 8, &key).prediction;
  EXPECT_FALSE(torch::equal(whole, model->run(input, model->initial_state(4), 8, nullptr).prediction));
  const DropoutKey later{.seed = 5, .step = 17, .first_row = 2};
  const ModelInput tail{input.dynamic.slice(1, 2), input.statics.slice(0, 2)};
  const Tensor shard = model->run(tail, model->initial_state(2), 8, &later).prediction;
  EXPECT_TRUE(torch::allclose(shard, whole.slice(1, 2), 1e-6, 1e-7));
}

TEST(EaLstm, MissingInputsAreReplacedAndFlagged) {
  const ModelShape shape{.inputs = 3, .statics = 2, .targets = 2, .replace_missing = true};
  const auto model = create_model(small_options(), shape, 3);
  disturb(*model);
  ModelInput input = random_input(shape, 10, 2);
  const Tensor clean = model->run(input, model->initial_state(2), 10, nullptr).prediction;
  input.dynamic.index_put_({4, 1, 0}, std::numeric_limits<float>::quiet_NaN());
  const Tensor replaced = model->run(input, model->initial_state(2), 10, nullptr).prediction;
  EXPECT_TRUE(torch::isfinite(replaced).all().item<bool>());
  EXPECT_TRUE(torch::equal(replaced.index({Slice(), 0}), clean.index({Slice(), 0})));
  EXPECT_FALSE(torch::equal(replaced.index({Slice(4), 1}), clean.index({Slice(4), 1})));
  replaced.square().sum().backward();
  EXPECT_NE(parameters(*model).at("input_replacement").grad()[0].item<float>(), 0.0f);
  EXPECT_EQ(parameters(*model).at("input_replacement").grad()[1].item<float>(), 0.0f) << "never missing";
}

TEST(EaLstm, RefusesToBeWithoutAttributes) {
  try {
    create_model(small_options(), {.inputs = 3, .statics = 0, .targets = 1}, 1);
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("static_attributes"));
  }
}

}  // namespace
}  // namespace freshet
