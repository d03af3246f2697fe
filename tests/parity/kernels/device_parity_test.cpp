#include <cstring>
#include <set>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/cuda/device_common.hpp"
#include "freshet/kernels/cuda/device_stage.hpp"
#include "gr4j_stages.hpp"
#include "hbv_stages.hpp"
#include "support/lane_case.hpp"
#include "vic_stages.hpp"

// The part of the CUDA backend that needs no GPU: what is copied to a device and back, and what its threads do, on a device made
// of the processor. Its memory is apart from the host's and starts as NaN, so that a row that is not copied is seen.

namespace freshet::kernels {
namespace {

using testing_support::all_series;
using testing_support::LaneCase;

struct EmulatedDevice {
  static inline std::set<void*> memory;

  static void* allocate(std::size_t bytes) {
    void* place = ::operator new(bytes);
    std::memset(place, 0xFF, bytes);
    memory.insert(place);
    return place;
  }
  static void release(void* place) {
    EXPECT_EQ(memory.erase(place), 1U);
    ::operator delete(place);
  }
  static void upload(void* to, const void* from, std::size_t bytes) { std::memcpy(to, from, bytes); }
  static void download_rows(void* to, const void* from, std::int64_t rows, std::int64_t stride, std::int64_t width) {
    for (std::int64_t r = 0; r < rows; ++r) {
      std::memcpy(static_cast<std::byte*>(to) + r * stride, static_cast<const std::byte*>(from) + r * stride,
                  static_cast<std::size_t>(width));
    }
  }
  template <class Thread>
  static void launch(std::int64_t lanes, const Thread& thread) {
    for (std::int64_t lane = 0; lane < lanes; ++lane) thread(lane);
  }
};

/// A model whose kernels of plain processors are those of the emulated device.
template <class... Stage>
class EmulatedModel {
 public:
  explicit EmulatedModel(std::string_view name) : table_(with_kernels(find_model(name).table(), &kernels_)), model_(table_) {}
  EmulatedModel(const EmulatedModel&) = delete;
  EmulatedModel& operator=(const EmulatedModel&) = delete;
  const Model& model() const { return model_; }

 private:
  static constexpr StageFunctions<float> kFloat[] = {device_stage_functions<EmulatedDevice, Stage, float>()...};
  static constexpr StageFunctions<double> kDouble[] = {device_stage_functions<EmulatedDevice, Stage, double>()...};
  static ModelTable with_kernels(ModelTable table, const KernelTable* kernels) {
    table.kernels = kernels;
    table.kernel_count = 1;
    return table;
  }

  KernelTable kernels_{"generic", kFloat, kDouble};
  ModelTable table_;
  Model model_;
};

constexpr std::size_t kLanes = 77, kSteps = 120, kBasins = 5;

template <class T>
struct Results {
  SimulationResult<T> forward;
  Gradients<T> gradients;
};

template <class T, class M>
Results<T> run(const LaneCase<M>& lane_case, const Model& model, Backend backend, const std::vector<Series>& wanted,
               std::size_t every, bool dynamic) {
  const ForcingTable<T> forcing = lane_case.template forcing_table<T>();
  const std::vector<T> parameters = lane_case.template parameter_rows<T>();
  std::vector<T> daily;
  for (std::size_t t = 0; t < kSteps; ++t) daily.insert(daily.end(), parameters.begin(), parameters.begin() + kLanes);
  LaneInputs<T> inputs{.forcing = &forcing, .basins = lane_case.basins, .parameters = parameters};
  if (dynamic) inputs.dynamic.push_back({.parameter = 0, .values = daily});
  Simulation<T> simulation({.model = &model, .steps = kSteps, .backend = backend, .wanted = wanted, .keep_every = every});
  Results<T> results{simulation.run(inputs), {}};
  const std::vector<T> seed(kSteps * kLanes, T(0.5)), final_seed(model.states().size() * kLanes, T(0.25));
  results.gradients = simulation.adjoint(wanted, std::vector<std::span<const T>>(wanted.size(), seed), final_seed, true);
  return results;
}

template <class T>
std::vector<const std::vector<T>*> plain(const Results<T>& r) {
  return {&r.forward.final_states, &r.forward.final_histories, &r.gradients.parameters, &r.gradients.initial_states};
}

template <class T>
std::vector<const AlignedVector<T>*> series(const Results<T>& r) {
  std::vector<const AlignedVector<T>*> all;
  for (const auto& values : r.forward.series) all.push_back(&values);
  for (const auto& values : r.gradients.dynamic) all.push_back(&values);
  for (const auto& values : r.gradients.forcings) all.push_back(&values);
  return all;
}

/// @param tolerance  0: bit for bit
template <class T, class Lists>
void expect_same(const Lists& a, const Lists& b, double tolerance) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i]->size(), b[i]->size());
    double scale = 1e-3;
    for (const T value : *b[i]) scale = std::max(scale, std::abs(static_cast<double>(value)));
    for (std::size_t k = 0; k < a[i]->size(); ++k) {
      const double got = static_cast<double>((*a[i])[k]), expected = static_cast<double>((*b[i])[k]);
      ASSERT_TRUE(tolerance == 0 ? got == expected : std::abs(got - expected) <= tolerance * scale)
          << "array " << i << ", value " << k << ": " << got << " and " << expected;
    }
  }
}

template <class M, class T>
void expect_interpreter(const Model& emulated, double tolerance) {
  const LaneCase<M> lane_case(6, kBasins, kLanes, kSteps);
  for (const std::size_t every : {1, 7}) {
    for (const auto& wanted : {std::vector<Series>{Series{}}, all_series(emulated)}) {
      for (const bool dynamic : {false, true}) {
        if (dynamic && emulated.must_be_static(0)) continue;
        const auto got = run<T>(lane_case, emulated, Backend::kGeneric, wanted, every, dynamic);
        const auto expected = run<T>(lane_case, lane_case.model, Backend::kInterpreter, wanted, every, dynamic);
        expect_same<T>(plain(got), plain(expected), tolerance);
        expect_same<T>(series(got), series(expected), tolerance);
        EXPECT_TRUE(EmulatedDevice::memory.empty());
      }
    }
  }
}

TEST(EmulatedDevice, RunsAModelOfOneStage) {
  const EmulatedModel<generated::HbvStage> hbv("hbv");
  expect_interpreter<physics::Hbv<physics::HbvVariant::kBasic>, float>(hbv.model(), 0);
  expect_interpreter<physics::Hbv<physics::HbvVariant::kBasic>, double>(hbv.model(), 0);
}

TEST(EmulatedDevice, RunsSubsteps) {
  const EmulatedModel<generated::VicStage> vic("vic");
  expect_interpreter<physics::Vic, double>(vic.model(), 0);
}

// Delays run on the processor here, whose multiply-adds round twice.
TEST(EmulatedDevice, RunsStagesWithDelaysBetweenThem) {
  const EmulatedModel<generated::Gr4jStage1Stage, generated::Gr4jStage2Stage> gr4j("gr4j");
  expect_interpreter<physics::Gr4j, double>(gr4j.model(), 1e-10);
}

TEST(EmulatedDevice, RunsDelays) {
  constexpr std::int64_t kSmall = 5, kStride = 8, kTime = 30, kLength = 4;
  RngStream rng(7, RngUse::kSynthetic);
  const auto rows = [&](std::int64_t n) {
    std::vector<double> values(static_cast<std::size_t>(n * kStride));
    for (double& value : values) value = rng.uniform();
    return values;
  };
  const std::vector<double> weights = rows(kLength), in = rows(kLength - 1 + kTime), seed = rows(kTime);
  const auto use = [&](const CommonFunctions<double>& functions) {
    std::vector<double> out(static_cast<std::size_t>(kTime * kStride)), to_in = out;
    std::vector<double> to_weights(static_cast<std::size_t>(kLength * kStride), 1.0);
    DelayCall<double> call{kTime,      kSmall,      kLength, kStride,      weights.data(),   in.data() + (kLength - 1) * kStride,
                           out.data(), seed.data(), kStride, to_in.data(), to_weights.data()};
    functions.delay_forward(call);
    functions.delay_adjoint(call);
    out.insert(out.end(), to_in.begin(), to_in.end());
    out.insert(out.end(), to_weights.begin(), to_weights.end());
    return out;
  };
  EXPECT_EQ(use(device_common_functions<EmulatedDevice, double>()), use(common_functions<ScalarLane<double>>()));
}

TEST(EmulatedDevice, SumsMoments) {
  constexpr std::int64_t kSmall = 5, kStride = 8;
  const std::vector<std::int32_t> steps = {0, 1, 2, 5, 9};
  const std::vector<float> observed = {0.5F, -1.0F, 2.0F, 0.25F, -0.5F};
  std::vector<float> simulated(10 * kStride);
  for (std::size_t i = 0; i < simulated.size(); ++i) simulated[i] = static_cast<float>(i % 13);
  const auto use = [&](const CommonFunctions<float>& functions) {
    std::vector<double> sums(3 * kStride, -1.0);
    functions.moments({5, kSmall, kStride, steps.data(), simulated.data(), observed.data(), 1.5F, sums.data()});
    return sums;
  };
  EXPECT_EQ(use(device_common_functions<EmulatedDevice, float>()), use(common_functions<ScalarLane<float>>()));
}

}  // namespace
}  // namespace freshet::kernels
