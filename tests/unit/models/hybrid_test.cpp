#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/regional_hybrid.hpp"
#include "freshet/physics/pet.hpp"
#include "support/data_dir.hpp"
#include "unit/models/model_testing.hpp"

namespace freshet {
namespace {

using torch::Tensor;

ModelOptions paper_options(const std::string& model) {
  ModelOptions options{.model = model};
  options.output_activation = "elu";
  options.network_input_scaling = "sequence";
  options.process.parameter_transform = "weight_norm";
  return options;
}

/// Made-up weather of some rows; each row a basin of its own.
ModelInput weather(std::int64_t steps, std::int64_t rows, std::int64_t inputs, std::int64_t statics) {
  const Tensor random = uniform({steps, rows, 3}, 1);
  ModelInput input{.dynamic = uniform({steps, rows, inputs}, 2) - 0.5, .statics = uniform({rows, statics}, 3) - 0.5};
  input.forcing =
      torch::stack({30 * (random.select(2, 0) - 0.6).clamp_min(0), 30 * random.select(2, 1) - 12, 4 * random.select(2, 2)}, 2);
  for (std::int64_t row = 0; row < rows; ++row) input.sets.push_back(row);
  return input;
}

TEST(ModelRegistry, EveryKindRuns) {
  const torch::NoGradGuard no_grad;
  for (const ModelKind& kind : model_kinds()) {
    const auto model =
        create_model({.model = kind.name, .hidden_size = 5}, {.inputs = 2, .statics = 4, .targets = 1, .sets = 3}, 1);
    const ModelOutput output = model->run(weather(12, 3, 2, 4), model->initial_state(3), 8, nullptr);
    EXPECT_EQ(output.prediction.sizes(), (std::vector<std::int64_t>{8, 3, 1})) << kind.name;
    EXPECT_TRUE(torch::isfinite(output.prediction).all().item<bool>()) << kind.name;
    EXPECT_EQ(output.series.size(), model->series().size()) << kind.name;
    EXPECT_EQ(model->process_parameters(weather(1, 3, 2, 4)).defined(), kind.process) << kind.name;
  }
}

TEST(BasinModels, HaveThePaperNumbersOfParameters) {
  const auto count = [](const std::string& model) {
    return parameter_count(*create_model(paper_options(model), {.inputs = 5, .targets = 1}, 200));
  };
  EXPECT_EQ(count("process"), 6);
  EXPECT_EQ(count("hybrid"), 503);
  EXPECT_EQ(count("common"), 417);
}

TEST(BasinModels, BeginInTheSamePlaceInEveryBasin) {
  const auto one = create_model(paper_options("hybrid"), {.inputs = 5, .targets = 1}, 7);
  const auto three = create_model(paper_options("hybrid"), {.inputs = 5, .targets = 1, .sets = 3}, 7);
  const auto of_three = three->named_parameters();
  for (const auto& item : one->named_parameters()) {
    for (std::int64_t set = 0; set < 3; ++set)
      EXPECT_TRUE(torch::equal(item.value()[0], of_three[item.key()][set])) << item.key();
  }
  EXPECT_GT(of_three["network.kernel"].abs().max().item<double>(), 0.04);
  EXPECT_LE(of_three["network.kernel"].abs().max().item<double>(), 0.05);
}

TEST(ParameterWeights, TheConstraintDrawsMagnitudesBackByNineTenths) {
  const ProcessPart part(ProcessModelOptions{});
  const ParameterWeights transform("weight_norm", part.parameters());
  // f, Smax, Qmax, Ddf, Tmin, Tmax; the least magnitudes are 0, 1/15, 1/5, 0, 0, 0.
  const Tensor weights = torch::tensor({{1.5F, 0.01F, -0.1F, 0.5F, 0.7F, -2.0F}});
  const Tensor values = transform.values(torch::full({1, 6}, 0.5F));
  EXPECT_TRUE(torch::allclose(values, torch::tensor({{0.05F, 750.0F, 25.0F, 2.5F, -1.5F, 1.5F}})));
  Tensor moved = weights.clone();
  transform.constrain(moved);
  const Tensor expected = torch::tensor({{1.05F, 0.9F / 15 + 0.001F, -0.19F, 0.5F, 0.7F, -1.1F}});
  EXPECT_TRUE(torch::allclose(moved, expected, 1e-5, 1e-6)) << moved;
}

class EveryHybrid : public testing::TestWithParam<std::tuple<std::string, std::string>> {
 protected:
  std::shared_ptr<Model> model(const std::string& scaling = "training") const {
    ModelOptions options{.model = std::get<0>(GetParam()), .hidden_size = 3, .network = std::get<1>(GetParam())};
    options.network_input_scaling = scaling;
    options.process.process_model = "hbv";
    options.process.routing = "gamma";
    return create_model(options, {.inputs = 2, .statics = 4, .targets = 1, .sets = 3}, 5);
  }
};

TEST_P(EveryHybrid, InPiecesFromTheStateEqualsTheWhole) {
  const auto own = model();
  const torch::NoGradGuard no_grad;
  const ModelInput all = weather(60, 3, 2, 4);
  const auto cut = [&](std::int64_t first, std::int64_t end) {
    ModelInput part = all;
    part.dynamic = all.dynamic.slice(0, first, end).contiguous();
    part.forcing = all.forcing.slice(0, first, end).contiguous();
    return part;
  };
  const ModelOutput whole = own->run(all, own->initial_state(3), 60, nullptr);
  const ModelOutput first = own->run(cut(0, 25), own->initial_state(3), 25, nullptr);
  const ModelOutput second = own->run(cut(25, 60), first.state, 35, nullptr);
  EXPECT_TRUE(torch::allclose(torch::cat({first.prediction, second.prediction}), whole.prediction, 1e-5, 1e-6));
  EXPECT_GT(whole.prediction.std().item<double>(), 0);
  EXPECT_EQ(whole.series.size(), own->series().size());
}

TEST_P(EveryHybrid, ARowDoesNotDependOnTheOthers) {
  for (const char* scaling : {"training", "discharge"}) {
    const auto own = model(scaling);
    const torch::NoGradGuard no_grad;
    const ModelInput all = weather(40, 3, 2, 4);
    const ModelOutput whole = own->run(all, own->initial_state(3), 40, nullptr);
    ModelInput last = all;
    last.dynamic = all.dynamic.slice(1, 2).contiguous();
    last.forcing = all.forcing.slice(1, 2).contiguous();
    last.statics = all.statics.slice(0, 2).contiguous();
    last.sets = {2};
    const ModelOutput alone = own->run(last, own->initial_state(1), 40, nullptr);
    EXPECT_TRUE(torch::allclose(alone.prediction, whole.prediction.slice(1, 2), 1e-6, 1e-7)) << scaling;
  }
}

/// In double precision, along the gradient and along a direction of its own for each tensor.
TEST_P(EveryHybrid, EveryWeightHasAGradientThatAgreesWithDifferences) {
  const auto own = model();
  own->to(torch::kFloat64);
  ModelInput input = weather(80, 3, 2, 4);
  for (Tensor* tensor : {&input.dynamic, &input.forcing, &input.statics}) *tensor = tensor->to(torch::kFloat64);
  const ModelState start{own->initial_state(3).hidden.to(torch::kFloat64), own->initial_state(3).cell.to(torch::kFloat64)};
  const Tensor weights = uniform({80, 3, 1}, 9).to(torch::kFloat64);
  const auto loss = [&] { return (own->run(input, start, 80, nullptr).prediction * weights).sum(); };
  const auto parameters = trainable(*own);
  const Tensor value = loss();
  const auto gradients = torch::autograd::grad({value}, parameters);
  const torch::NoGradGuard no_grad;
  // So short that no unit of the nets of attributes passes its kink; what rounding of the loss leaves then is allowed for.
  const double h = 1e-6, rounding = 1e-14 * std::abs(value.item<double>()) / h;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const double norm = gradients[i].norm().item<double>();
    ASSERT_GT(norm, 0) << i;
    for (const Tensor& direction : {Tensor(gradients[i] / norm), normal(gradients[i].sizes(), 20 + i, torch::kFloat64)}) {
      Tensor parameter = parameters[i];
      parameter.add_(direction, h);
      const double above = loss().item<double>();
      parameter.sub_(direction, 2 * h);
      const double below = loss().item<double>();
      parameter.add_(direction, h);
      const double slope = (gradients[i] * direction).sum().item<double>();
      EXPECT_NEAR((above - below) / (2 * h), slope, 1e-5 * norm + rounding) << "tensor " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Models, EveryHybrid,
                         testing::Combine(testing::Values("hybrid", "regional_hybrid", "pseudo_regional_hybrid"),
                                          testing::Values("conv1d", "mlp", "lstm")),
                         [](const auto& test) { return std::get<0>(test.param) + "_" + std::get<1>(test.param); });

TEST(RegionalHybrid, BeginsInTheMiddleOfTheRanges) {
  const auto model = create_model(paper_options("regional_hybrid"), {.inputs = 5, .statics = 27, .targets = 1}, 3);
  const torch::NoGradGuard no_grad;
  const Tensor values = model->process_parameters(weather(1, 2, 5, 27));
  const Tensor middle = torch::tensor({{0.05F, 800.0F, 30.0F, 2.5F, -1.5F, 1.5F}});
  EXPECT_TRUE(torch::allclose(values, middle.expand({2, 6}), 0.1));
  EXPECT_GT(model->penalty().item<double>(), 0);
}

TEST(RegionalHybrid, DropsAttributesInTrainingAndOnlyThere) {
  ModelOptions options = paper_options("regional_hybrid");
  options.attribute_dropout = 0.5;
  const torch::NoGradGuard no_grad;
  const ModelInput input = weather(30, 2, 5, 27);
  const DropoutKey one{.seed = 1, .step = 4}, other{.seed = 1, .step = 5};
  const auto run = [&](Model& model, const DropoutKey* key) {
    return model.run(input, model.initial_state(2), 30, key).prediction;
  };
  const auto model = create_model(options, {.inputs = 5, .statics = 27, .targets = 1}, 3);
  EXPECT_TRUE(torch::equal(run(*model, nullptr), run(*model, nullptr)));
  EXPECT_TRUE(torch::equal(run(*model, &one), run(*model, &one)));
  EXPECT_FALSE(torch::equal(run(*model, &one), run(*model, &other)));
  options.attribute_dropout_at_inference = true;
  const auto published = create_model(options, {.inputs = 5, .statics = 27, .targets = 1}, 3);
  EXPECT_TRUE(torch::equal(run(*published, nullptr), run(*published, nullptr)));
  EXPECT_FALSE(torch::equal(run(*published, nullptr), run(*model, nullptr)));
}

TEST(ProcessPart, FluxesMayBeTheDischarge) {
  ProcessModelOptions options;
  options.process_discharge = {"subsurface_flow", "surface_flow"};
  const ProcessPart summed(options), published(ProcessModelOptions{});
  const torch::NoGradGuard no_grad;
  const ModelInput input = weather(50, 1, 1, 0);
  const Tensor values = torch::tensor({{0.05F, 200.0F, 20.0F, 2.5F, -1.5F, 0.5F}});
  const Tensor start = torch::tensor({{0.0F, 150.0F}}), none = torch::zeros({1, 0});
  const auto run = [&](const ProcessPart& part) {
    return part.run(input.forcing, values, single_rows(1), start, none).discharge;
  };
  // What leaves in a day is the published runoff of the day before, but for that day's PET, on which it does not depend.
  EXPECT_TRUE(torch::allclose(run(summed).slice(0, 1), run(published).slice(0, 0, 49), 1e-4, 1e-5));
  options.routing = "gamma";
  EXPECT_THROW(ProcessPart{options}, InputError);
}

/// The basin of the published demonstration (methods: K.2), in double precision.
TEST(ProcessPart, GivesThePublishedFirstLossAndItsGradient) {
  FRESHET_REQUIRE_DATA_DIR(folder);
  std::ifstream file(folder / "camels_us_exphydro_01013500/01013500.csv");
  std::string line;
  std::getline(file, line);
  std::vector<double> forcing, flow;
  while (std::getline(file, line)) {
    std::vector<double> cells;
    for (std::size_t at = line.find(','); at != std::string::npos; at = line.find(',', at + 1))
      cells.push_back(std::stod(line.substr(at + 1)));
    forcing.insert(forcing.end(), {cells[0], cells[1], physics::hamon_pet(24 * cells[2], cells[1])});
    flow.push_back(cells[5]);
  }
  ASSERT_EQ(flow.size(), 10957U);
  const Tensor record = torch::tensor(forcing, torch::kFloat64).view({-1, 3}), observed = torch::tensor(flow, torch::kFloat64);
  const ProcessPart part(ProcessModelOptions{});
  const ParameterWeights transform("weight_norm", part.parameters());
  const Tensor weights = torch::full({1, 6}, 0.5, torch::kFloat64).requires_grad_();
  std::vector<Tensor> windows, targets;
  for (std::int64_t first = 0; first + 2190 <= 7305; first += 365) {
    windows.push_back(record.slice(0, first, first + 2190));
    targets.push_back(observed.slice(0, first + 365, first + 2190));
  }
  ASSERT_EQ(windows.size(), 15U);
  const RowGroups rows = group_rows(std::vector<std::int64_t>(15, 0));
  const Tensor nan = torch::full({15, 2}, std::nan(""), torch::kFloat64);
  const Tensor simulated =
      part.run(torch::stack(windows, 1), transform.values(weights), rows, nan, torch::zeros({15, 0}, torch::kFloat64))
          .discharge.slice(0, 365);
  const Tensor target = torch::stack(targets, 1);
  const Tensor losses = (simulated - target).square().sum(0) / (target - target.mean(0)).square().sum(0);
  EXPECT_NEAR(losses.mean().item<double>(), 1.2584710102267593, 1e-12);
  EXPECT_NEAR(losses[0].item<double>(), 1.15200524, 5e-9);
  const Tensor gradient = torch::autograd::grad({losses.mean()}, {weights})[0];
  const std::vector<double> expected = {3.200211066792, -0.311243176289, 0.227431173341,
                                        1.509245758352, -0.687547255348, 0.360082465430};
  for (std::size_t i = 0; i < expected.size(); ++i)
    EXPECT_NEAR(gradient[0][static_cast<std::int64_t>(i)].item<double>(), expected[i], 1e-9 * std::abs(expected[i])) << i;
}

}  // namespace
}  // namespace freshet
