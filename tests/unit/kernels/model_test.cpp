#include "freshet/kernels/model.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/physics/registry.hpp"
#include "support/lane_case.hpp"

namespace freshet::kernels {
namespace {

using Tested = physics::Hbv<physics::HbvVariant::kBasic>;

/// HBV as a plug-in would hand it over that was built for some instruction sets. All have the kernels of plain processors.
class PluginOf {
 public:
  explicit PluginOf(std::vector<const char*> sets) : table_(find_model("hbv").table()) {
    for (const char* set : sets) kernels_.push_back({set, built_in().float_stages, built_in().double_stages});
    table_.kernels = kernels_.data();
    table_.kernel_count = static_cast<std::int32_t>(kernels_.size());
  }
  const ModelTable& table() const { return table_; }

 private:
  static const KernelTable& built_in() {
    const ModelTable& table = find_model("hbv").table();
    for (std::int32_t i = 0; i < table.kernel_count; ++i) {
      if (table.kernels[i].instruction_set == name(Backend::kGeneric)) return table.kernels[i];
    }
    throw InternalError("no generic kernels");
  }
  ModelTable table_;
  std::vector<KernelTable> kernels_;
};

std::vector<double> discharge(const Model& model, Backend backend) {
  const testing_support::LaneCase<Tested> c(1, 2, 5, 40);
  const ForcingTable<double> forcing = c.forcing_table<double>();
  const std::vector<double> parameters = c.parameter_rows<double>();
  Simulation<double> simulation({.model = &model, .steps = c.steps, .backend = backend, .wanted = {Series{}}});
  const auto result = simulation.run({.forcing = &forcing, .basins = c.basins, .parameters = parameters});
  return {result.series[0].begin(), result.series[0].end()};
}

std::string refusal(const Model& model, Backend backend) {
  try {
    discharge(model, backend);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(ModelBackends, WhatHasNoKernelsForThisProcessorIsInterpreted) {
  const std::vector<double> interpreted = discharge(find_model("hbv"), Backend::kInterpreter);
  for (const PluginOf& plugin : {PluginOf({}), PluginOf({"neon"})}) {
    const Model model(plugin.table());
    EXPECT_EQ(model.backends(), std::vector{Backend::kInterpreter});
    EXPECT_EQ(discharge(model, Backend::kBest), interpreted);
    EXPECT_EQ(discharge(model, Backend::kInterpreter), interpreted);
  }
}

TEST(ModelBackends, TheBestThatThereAreKernelsForIsChosen) {
  const PluginOf plugin({"neon", "generic"});
  const Model model(plugin.table());
  EXPECT_EQ(model.backends(), (std::vector{Backend::kGeneric, Backend::kInterpreter}));
  EXPECT_EQ(discharge(model, Backend::kBest), discharge(find_model("hbv"), Backend::kGeneric));
}

TEST(ModelBackends, AskedForByNameAndNotThereIsRefused) {
  const PluginOf without({}), other({"neon"}), generic({"generic"});
  EXPECT_NE(refusal(Model(without.table()), Backend::kGeneric).find("expected one of best, interpreter"), std::string::npos);
  EXPECT_NE(refusal(Model(other.table()), Backend::kAvx2).find("has no kernels for avx2"), std::string::npos);
  EXPECT_NE(refusal(Model(generic.table()), Backend::kAvx512).find("expected one of best, generic, interpreter"),
            std::string::npos);
  EXPECT_NE(refusal(Model(generic.table()), Backend::kCuda).find("has no kernels for cuda"), std::string::npos);
  EXPECT_EQ(refusal(Model(generic.table()), Backend::kGeneric), "");
}

}  // namespace
}  // namespace freshet::kernels
