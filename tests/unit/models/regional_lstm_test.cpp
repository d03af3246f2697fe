#include "freshet/models/neural/regional_lstm.hpp"

#include <cmath>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/models/neural/dropout.hpp"
#include "freshet/models/weights.hpp"
#include "unit/models/model_testing.hpp"

namespace freshet {
namespace {

using testing::HasSubstr;
using torch::Tensor;
using torch::indexing::Slice;

const ModelShape kShape{.inputs = 3, .statics = 2, .targets = 2};

ModelOptions small_options() {
  ModelOptions options;
  options.hidden_size = 5;
  return options;
}

/// torch::nn's own LSTM and Linear in double precision, with the model's weights.
struct Twin {
  torch::nn::LSTM lstm;
  torch::nn::Linear head;

  explicit Twin(Model& model)
      : lstm(parameters(model).at("lstm.weight_ih_l0").size(1), parameters(model).at("lstm.weight_hh_l0").size(1)),
        head(parameters(model).at("head.weight").size(1), parameters(model).at("head.weight").size(0)) {
    lstm->to(torch::kFloat64);
    head->to(torch::kFloat64);
    const torch::NoGradGuard no_grad;
    for (auto& [name, value] : all()) value.copy_(parameters(model).at(name));
  }
  std::map<std::string, Tensor> all() const {
    std::map<std::string, Tensor> map;
    for (const auto& item : lstm->named_parameters()) map["lstm." + item.key()] = item.value();
    for (const auto& item : head->named_parameters()) map["head." + item.key()] = item.value();
    return map;
  }
  /// `features` [T, B, everything that changes or not].
  Tensor hidden(const Tensor& features, const ModelState& state) {
    const auto initial =
        std::make_tuple(state.hidden.unsqueeze(0).to(torch::kFloat64), state.cell.unsqueeze(0).to(torch::kFloat64));
    return std::get<0>(lstm->forward(features.to(torch::kFloat64), initial));
  }
  Tensor predict(const Tensor& features, const ModelState& state, std::int64_t last_n) {
    return head->forward(hidden(features, state).index({Slice(features.size(0) - last_n)}));
  }
};

Tensor with_statics(const Tensor& dynamic, const Tensor& statics) {
  return torch::cat({dynamic, statics.unsqueeze(0).expand({dynamic.size(0), -1, -1})}, 2);
}

double relative_error(const Tensor& got, const Tensor& expected) {
  return ((got.to(torch::kFloat64) - expected).norm() / expected.norm()).item<double>();
}

TEST(RegionalLstm, ParametersHavePyTorchsNamesAndShapes) {
  const auto shapes = [](const ModelShape& shape) {
    std::map<std::string, std::vector<std::int64_t>> map;
    for (const auto& [name, value] : parameters(*create_model(small_options(), shape, 1))) map[name] = value.sizes().vec();
    return map;
  };
  std::map<std::string, std::vector<std::int64_t>> expected = {{"lstm.weight_ih_l0", {20, 5}}, {"lstm.weight_hh_l0", {20, 5}},
                                                               {"lstm.bias_ih_l0", {20}},      {"lstm.bias_hh_l0", {20}},
                                                               {"head.weight", {2, 5}},        {"head.bias", {2}}};
  EXPECT_EQ(shapes(kShape), expected);
  expected["lstm.weight_ih_l0"] = {20, 8};
  expected["input_replacement"] = {3};
  EXPECT_EQ(shapes({.inputs = 3, .statics = 2, .targets = 2, .replace_missing = true}), expected);
}

TEST(RegionalLstm, EqualsTorchsLstmAndLinearInValuesAndGradients) {
  for (const ModelShape& shape : {kShape, ModelShape{.inputs = 1, .statics = 0, .targets = 1}}) {
    for (const auto& [steps, last_n] : {std::pair{1, 1}, std::pair{9, 4}, std::pair{40, 40}}) {
      const auto model = create_model(small_options(), shape, 3);
      Twin twin(*model);
      const ModelInput input = random_input(shape, steps, 4);
      const ModelState state{normal({4, 5}, 13), normal({4, 5}, 14)};
      const Tensor got = model->run(input, state, last_n, nullptr).prediction;
      const Tensor expected = twin.predict(with_statics(input.dynamic, input.statics), state, last_n);
      ASSERT_EQ(got.sizes(), expected.sizes());
      EXPECT_LE(relative_error(got, expected), 1e-5);

      const Tensor weights = normal(got.sizes(), 15);
      (got * weights).sum().backward();
      (expected * weights.to(torch::kFloat64)).sum().backward();
      const auto theirs = twin.all();
      for (const auto& [name, value] : parameters(*model)) {
        EXPECT_LE(relative_error(value.grad(), theirs.at(name).grad()), 1e-4) << name << " after " << steps << " steps";
      }
    }
  }
}

TEST(RegionalLstm, StartsFromTheSeedWithinTheBoundAndTensorsDiffer) {
  const auto a = create_model(small_options(), kShape, 7), same = create_model(small_options(), kShape, 7),
             other = create_model(small_options(), kShape, 8);
  for (const auto& [name, value] : parameters(*a)) {
    EXPECT_TRUE(torch::equal(value, parameters(*same).at(name))) << name;
    EXPECT_FALSE(torch::equal(value, parameters(*other).at(name))) << name;
    EXPECT_LE(value.abs().max().item<double>(), 1 / std::sqrt(5.0)) << name;
  }
  EXPECT_FALSE(torch::equal(parameters(*a).at("lstm.bias_ih_l0"), parameters(*a).at("lstm.bias_hh_l0")));

  ModelOptions wide = small_options();
  wide.hidden_size = 64;
  const Tensor weights = parameters(*create_model(wide, kShape, 7)).at("lstm.weight_hh_l0");
  EXPECT_NEAR(weights.mean().item<double>(), 0, 0.003);
  EXPECT_NEAR(weights.std().item<double>(), 0.125 / std::sqrt(3.0), 0.003);  // of a uniform in +-1/8
}

TEST(RegionalLstm, TheForgetBiasIsInOneBiasAloneAndChangesNothingElse) {
  ModelOptions biased = small_options();
  biased.initial_forget_bias = 3;
  const auto with = create_model(biased, kShape, 7), without = create_model(small_options(), kShape, 7);
  for (const auto& [name, value] : parameters(*with)) {
    Tensor expected = parameters(*without).at(name).detach().clone();
    if (name == "lstm.bias_hh_l0") expected.index_put_({Slice(5, 10)}, 3.0);
    EXPECT_TRUE(torch::equal(value, expected)) << name;
  }
}

TEST(RegionalLstm, TheOrderOfRowsDoesNotMatter) {
  const auto model = create_model(small_options(), kShape, 3);
  const ModelInput input = random_input(kShape, 20, 6);
  const Tensor order = torch::tensor({4, 0, 5, 2, 1, 3});
  const Tensor sorted = predict(*model, input, 20);
  const Tensor moved = predict(*model, {input.dynamic.index_select(1, order), input.statics.index_select(0, order)}, 20);
  EXPECT_TRUE(torch::equal(moved, sorted.index_select(1, order)));
}

TEST(RegionalLstm, FutureInputsNeverChangeThePast) {
  const auto model = create_model(small_options(), kShape, 3);
  const ModelInput input = random_input(kShape, 20, 2);
  const Tensor before = predict(*model, input, 20);
  ModelInput changed{input.dynamic.clone(), input.statics};
  changed.dynamic.index_put_({Slice(13)}, std::nan(""));
  const Tensor after = predict(*model, changed, 20);
  EXPECT_TRUE(torch::equal(after.index({Slice(0, 13)}), before.index({Slice(0, 13)})));
  EXPECT_TRUE(torch::isnan(after.index({Slice(13)})).all().item<bool>());
}

TEST(RegionalLstm, OutputActivationsApplyToTheOutput) {
  const ModelInput input = random_input(kShape, 6, 3);
  const Tensor linear = predict(*create_model(small_options(), kShape, 3), input, 6);
  ModelOptions options = small_options();
  options.output_activation = "relu";
  EXPECT_TRUE(torch::equal(predict(*create_model(options, kShape, 3), input, 6), linear.clamp_min(0)));
  options.output_activation = "softplus";
  EXPECT_TRUE(torch::allclose(predict(*create_model(options, kShape, 3), input, 6), torch::log1p(linear.exp())));
}

class InputReplacing : public testing::Test {
 protected:
  void SetUp() override {
    const torch::NoGradGuard no_grad;
    parameters(*model_).at("input_replacement").copy_(torch::tensor({0.5f, -2.0f, 1.0f}));
    input_.dynamic.index_put_({2, 0, 0}, std::nan(""));
    input_.dynamic.index_put_({Slice(), 1, 0}, std::nan(""));
    input_.dynamic.index_put_({7, 1, 2}, std::nan(""));
  }
  ModelShape shape_{.inputs = 3, .statics = 2, .targets = 2, .replace_missing = true};
  std::shared_ptr<Model> model_ = create_model(small_options(), shape_, 3);
  ModelInput input_ = random_input(shape_, 10, 2);
};

TEST_F(InputReplacing, EqualsTheTwinOnReplacedInputsAndFlags) {
  const Tensor missing = torch::isnan(input_.dynamic);
  const Tensor replaced = torch::where(missing, torch::tensor({0.5f, -2.0f, 1.0f}), input_.dynamic);
  Twin twin(*model_);
  const Tensor expected = twin.predict(with_statics(torch::cat({replaced, missing.to(torch::kFloat32)}, 2), input_.statics),
                                       model_->initial_state(2), 10);
  EXPECT_LE(relative_error(predict(*model_, input_, 10), expected), 1e-5);
}

TEST_F(InputReplacing, TheReplacementLearnsFromTheInputsItReplacedAlone) {
  predict(*model_, input_, 10).square().sum().backward();
  const Tensor gradient = parameters(*model_).at("input_replacement").grad();
  EXPECT_TRUE(torch::isfinite(gradient).all().item<bool>());
  EXPECT_NE(gradient[0].item<float>(), 0.0f);
  EXPECT_EQ(gradient[1].item<float>(), 0.0f) << "never missing";
  EXPECT_NE(gradient[2].item<float>(), 0.0f);
}

TEST(RegionalLstm, WithoutReplacementAMissingInputSpoilsItsOwnRowAlone) {
  const auto model = create_model(small_options(), kShape, 3);
  ModelInput input = random_input(kShape, 10, 3);
  const Tensor clean = predict(*model, input, 10);
  input.dynamic.index_put_({4, 1, 0}, std::nan(""));
  const Tensor spoilt = predict(*model, input, 10);
  EXPECT_TRUE(torch::isnan(spoilt.index({Slice(4), 1})).all().item<bool>());
  for (const std::int64_t row : {0, 2}) EXPECT_TRUE(torch::equal(spoilt.index({Slice(), row}), clean.index({Slice(), row})));
}

TEST(Dropout, MasksAreFunctionsOfTheirKeyWithTheRightMeanAndValues) {
  const double p = 0.4;
  const DropoutKey key{.seed = 5, .step = 17, .first_row = 0};
  const Tensor mask = dropout_mask(50, 20, 61, p, key);
  EXPECT_TRUE(((mask == 0) | (mask == static_cast<float>(1 / (1 - p)))).all().item<bool>());
  const double dropped = (mask == 0).to(torch::kFloat64).mean().item<double>();
  EXPECT_NEAR(dropped, p, 4 * std::sqrt(p * (1 - p) / static_cast<double>(mask.numel())));
  // No step, row or place is dropped much more often than the others.
  for (const std::int64_t dimension : {0, 1, 2}) {
    const Tensor rates = (mask == 0)
                             .to(torch::kFloat64)
                             .mean(dimension == 0   ? std::vector<std::int64_t>{1, 2}
                                   : dimension == 1 ? std::vector<std::int64_t>{0, 2}
                                                    : std::vector<std::int64_t>{0, 1});
    EXPECT_LE((rates - p).abs().max().item<double>(), 0.08) << dimension;
  }
  EXPECT_TRUE(torch::equal(dropout_mask(50, 20, 61, p, key), mask));
  EXPECT_FALSE(torch::equal(dropout_mask(50, 20, 61, p, {.seed = 6, .step = 17}), mask));
  EXPECT_FALSE(torch::equal(dropout_mask(50, 20, 61, p, {.seed = 5, .step = 18}), mask));
  EXPECT_TRUE(torch::equal(dropout_mask(2, 2, 3, 0, key), torch::ones({2, 2, 3})));
}

TEST(Dropout, ARowsMaskDoesNotDependOnTheShardThatHoldsIt) {
  const Tensor whole = dropout_mask(6, 10, 13, 0.5, {.seed = 5, .step = 3, .first_row = 0});
  const Tensor shard = dropout_mask(6, 4, 13, 0.5, {.seed = 5, .step = 3, .first_row = 6});
  EXPECT_TRUE(torch::equal(shard, whole.index({Slice(), Slice(6)})));
}

TEST(Dropout, ActsOnTheHiddenStateInTrainingAlone) {
  ModelOptions options = small_options();
  options.output_dropout = 0.5;
  const auto model = create_model(options, kShape, 3);
  const ModelInput input = random_input(kShape, 6, 3);
  const Tensor untouched = predict(*create_model(small_options(), kShape, 3), input, 6);
  EXPECT_TRUE(torch::equal(predict(*model, input, 6), untouched));

  const DropoutKey key{.seed = 5, .step = 3, .first_row = 0};
  Twin twin(*model);
  const Tensor hidden = twin.hidden(with_statics(input.dynamic, input.statics), model->initial_state(3));
  const Tensor expected = twin.head->forward(hidden * dropout_mask(6, 3, 5, 0.5, key));
  EXPECT_LE(relative_error(predict(*model, input, 6, &key), expected), 1e-5);
}

TEST(Weights, ComeBackBitForBit) {
  const auto a = create_model(small_options(), kShape, 1), b = create_model(small_options(), kShape, 2);
  TensorFile file;
  store_weights(*a, "model.", file);
  EXPECT_EQ(file.tensors.size(), 6u);
  load_weights(*b, "model.", file, "w.safetensors");
  for (const auto& [name, value] : parameters(*b)) {
    EXPECT_TRUE(torch::equal(value, parameters(*a).at(name))) << name;
    EXPECT_TRUE(value.requires_grad()) << name;
  }
}

TEST(Weights, OfAnotherModelAreRefusedByName) {
  ModelOptions wide = small_options();
  wide.hidden_size = 6;
  TensorFile file;
  store_weights(*create_model(wide, kShape, 1), "model.", file);
  const auto model = create_model(small_options(), kShape, 1);
  const auto problem = [&](const std::string& prefix) {
    try {
      load_weights(*model, prefix, file, "w.safetensors");
    } catch (const InputError& error) {
      return error.problems().front();
    }
    ADD_FAILURE() << "accepted";
    return Problem{};
  };
  const Problem shape = problem("model.");
  EXPECT_EQ(shape.file, "w.safetensors");
  EXPECT_THAT(shape.what, HasSubstr("lstm.weight_ih_l0"));
  EXPECT_EQ(shape.expected, "shape [20, 5]");
  EXPECT_EQ(shape.got, "[24, 5]");
  EXPECT_THAT(problem("best.").what, HasSubstr("`best.lstm.weight_ih_l0`"));
}

TEST(Weights, TensorsOfEveryStoredTypeKeepTypeShapeAndBits) {
  const Tensor numbers =
      torch::tensor({{1.5, std::nan(""), -0.0}, {1e-45, 3.0, std::numeric_limits<double>::infinity()}}, torch::kFloat64);
  for (const auto type : {torch::kFloat32, torch::kFloat64}) {
    const Tensor tensor = numbers.to(type).t();  // not contiguous
    const Tensor again = to_tensor(to_raw(tensor));
    EXPECT_EQ(again.scalar_type(), type);
    EXPECT_TRUE(torch::equal(torch::nan_to_num(again, 7), torch::nan_to_num(tensor, 7)));
    EXPECT_TRUE(torch::equal(torch::signbit(again), torch::signbit(tensor)));
  }
  const Tensor counts = torch::tensor({std::numeric_limits<std::int64_t>::max()}, torch::kInt64);
  EXPECT_TRUE(torch::equal(to_tensor(to_raw(counts)), counts));
  EXPECT_THROW(to_raw(torch::zeros({1}, torch::kInt32)), InternalError);
}

TEST(TrainOnly, LetsTheNamedPartsTrain) {
  const auto model = create_model(small_options(), kShape, 1);
  EXPECT_EQ(parameter_count(*model), 100 + 100 + 20 + 20 + 10 + 2);
  train_only(*model, {"head"});
  EXPECT_EQ(parameter_count(*model), 12);
  EXPECT_EQ(trainable(*model).size(), 2u);
  predict(*model, random_input(kShape, 4, 2), 4).sum().backward();
  EXPECT_TRUE(parameters(*model).at("head.weight").grad().defined());
  EXPECT_FALSE(parameters(*model).at("lstm.weight_hh_l0").grad().defined());
  train_only(*model, {"lstm", "head"});
  EXPECT_EQ(parameter_count(*model), 252);
}

TEST(TrainOnly, NamesThePartsThereAreWhenAskedForAnother) {
  const auto model = create_model(small_options(), kShape, 1);
  try {
    train_only(*model, {"head", "lstn"});
    FAIL() << "accepted";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no part `lstn`"));
    EXPECT_THAT(error.what(), HasSubstr("lstm, head"));
  }
}

TEST(ModelRegistry, KnowsNeuralHydrologysName) {
  ModelOptions options = small_options();
  options.model = "cudalstm";
  EXPECT_EQ(parameter_count(*create_model(options, kShape, 1)), 252);
}

}  // namespace
}  // namespace freshet
