#include "freshet/models/process/gradient_check.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/registry.hpp"

namespace freshet::witness {
namespace {

using kernels::Model;

bool all_pass(const std::vector<GradientCheckRow>& rows) {
  return std::all_of(rows.begin(), rows.end(), [](const GradientCheckRow& row) { return row.pass(); });
}

TEST(GradientCheck, EveryModelPasses) {
  for (const Model* model : kernels::models()) {
    const auto rows = check_gradients(*model, {.steps = 24, .lanes = 3});
    for (const GradientCheckRow& row : rows) {
      EXPECT_TRUE(row.pass()) << model->name() << ", " << row.kind << ": " << row.dual.largest << " (" << row.dual.input << ") "
                              << row.torch.largest << " (" << row.torch.input << ") " << row.differences.largest << " ("
                              << row.differences.input << ") " << row.finite;
      EXPECT_GT(row.dual.compared, 0U) << model->name() << ", " << row.kind;
      EXPECT_TRUE(row.tested()) << model->name() << ", " << row.kind;
    }
    const auto has = [&](std::string_view kind) {
      return std::any_of(rows.begin(), rows.end(), [&](const GradientCheckRow& row) { return row.kind == kind; });
    };
    for (const char* kind : {"parameters", "initial states", "forcings", "routing gamma", "routing triangular"}) {
      EXPECT_TRUE(has(kind)) << kind;
    }
  }
}

const GradientCheckRow& row_of(const std::vector<GradientCheckRow>& rows, std::string_view kind) {
  return *std::find_if(rows.begin(), rows.end(), [&](const GradientCheckRow& row) { return row.kind == kind; });
}

TEST(GradientCheck, AThresholdThatMovesAJumpIsNoFault) {
  const auto rows = check_gradients(kernels::find_model("exp_hydro_threshold"), {.steps = 24, .lanes = 3});
  for (const char* kind : {"parameters", "daily parameters"}) {
    EXPECT_EQ(row_of(rows, kind).jumps, std::vector<std::string>{"tmin"});
    EXPECT_TRUE(row_of(rows, kind).idle.empty());
    EXPECT_TRUE(row_of(rows, kind).pass());
  }
}

TEST(GradientCheck, InputsThatMoveNothingFail) {
  // In one day from empty stores no snow melts.
  const auto rows = check_gradients(kernels::find_model("hbv"), {.steps = 1, .lanes = 3});
  const GradientCheckRow& parameters = row_of(rows, "parameters");
  EXPECT_FALSE(parameters.idle.empty());
  EXPECT_TRUE(parameters.dual.pass && parameters.differences.pass);
  EXPECT_FALSE(parameters.pass());
}

TEST(GradientCheck, AKindWithoutOneDifferenceDoesNotPass) {
  GradientCheckRow row{.kind = "parameters", .inputs = 1};
  row.differences.tried = 8;
  EXPECT_FALSE(row.pass());
  row.differences.compared = 1;
  EXPECT_TRUE(row.pass());
}

/// HBV on the interpreter, whose adjoint has been tampered with.
class BrokenModel {
 public:
  BrokenModel() : table_(kernels::find_model("hbv").table()), stage_(table_.stages[0]) {
    table_.kernel_count = 0;
    table_.stages = &stage_;
  }
  /// Exchanges two results of both adjoints.
  void exchange(std::size_t a, std::size_t b) {
    for (auto [program, outputs] : {std::pair{&stage_.adjoint, &outputs_}, std::pair{&stage_.adjoint_main, &main_outputs_}}) {
      outputs->assign(program->outputs, program->outputs + program->output_count);
      std::swap((*outputs)[a], (*outputs)[b]);
      program->outputs = outputs->data();
    }
  }
  const kernels::ModelTable& table() const { return table_; }

 private:
  kernels::ModelTable table_;
  kernels::StageTable stage_;
  std::vector<std::int32_t> outputs_, main_outputs_;
};

TEST(GradientCheck, AWrongAdjointFailsEveryWitness) {
  BrokenModel broken;
  EXPECT_TRUE(all_pass(check_gradients(Model(broken.table()), {.steps = 30, .lanes = 3})));
  // After five states and three forcings: fc for k1.
  broken.exchange(5 + 3 + 1, 5 + 3 + 3);
  const auto rows = check_gradients(Model(broken.table()), {.steps = 30, .lanes = 3});
  const auto parameters = std::find_if(rows.begin(), rows.end(), [](const auto& row) { return row.kind == "daily parameters"; });
  ASSERT_NE(parameters, rows.end());
  EXPECT_FALSE(parameters->dual.pass);
  EXPECT_FALSE(parameters->torch.pass);
  EXPECT_FALSE(parameters->differences.pass);
  EXPECT_FALSE(parameters->pass());
}

}  // namespace
}  // namespace freshet::witness
