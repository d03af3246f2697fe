#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/dual.hpp"
#include "support/gradient_case.hpp"
#include "support/rounded.hpp"

// Gradients in single precision against double, over a year (of models whose steps are divided, forty days). The bound and what
// was measured: docs/design/process_models.md, "Single precision". Lanes start with water: EXP-HYDRO's original jumps where its
// bucket is empty, and beside a bucket of 1e-38 mm the end of float's range decides on which side a day is.

namespace freshet::kernels {
namespace {

using testing_support::DualOf;
using testing_support::GradientCase;
using testing_support::GradientSetup;
using testing_support::LaneValues;
using testing_support::Rounded;

constexpr std::uint64_t kSamples = 6;
/// What the engine may be off by: by the largest error of the samples,
constexpr double kMargin = 8;
/// and by the sum of the sizes of the terms that a gradient is summed from: its own rounding, and that of the seeds.
constexpr double kOfTerms = 0x1p-22;
/// Where the samples are off by more of these sizes, single precision does not determine the derivative: a kink lies there.
constexpr double kDetermined = 1e-3;

enum class Kind { kParameter, kRouting, kState, kDaily, kForcing };
constexpr const char* kKinds[] = {"parameter", "routing_parameter", "initial_state", "daily_parameter", "forcing"};

struct Input {
  Kind kind;
  std::size_t index;
};

/// A direction for a series: as if random, the same every time.
double direction(std::size_t step) {
  return 1.0 + 0.5 * std::sin(static_cast<double>(step * step));
}

template <class S>
void seed(LaneValues<S>& lane, Input input) {
  const auto seed_series = [](std::vector<S>& series) {
    for (std::size_t t = 0; t < series.size(); ++t) series[t] = S(series[t].value, decltype(series[t].value)(direction(t)));
  };
  const auto seed_row = [](S& x) { x = S(x.value, decltype(x.value)(1.0)); };
  switch (input.kind) {
    case Kind::kParameter:
      return seed_row(lane.parameters[input.index]);
    case Kind::kRouting:
      return seed_row(lane.routing_parameters[input.index]);
    case Kind::kState:
      return seed_row(lane.initial_states[input.index]);
    case Kind::kDaily:
      return seed_series(lane.dynamic[input.index]);
    case Kind::kForcing:
      return seed_series(lane.forcings[input.index]);
  }
}

/// A sum, and that of the sizes of its terms.
struct Sum {
  double value = 0, size = 0;
};

/// The derivative of a lane's weighted sum of all results along an input, on numbers of type T.
template <class T, class M, class R>
Sum derivative(const GradientCase<M, R>& c, std::size_t l, Input input) {
  using S = DualOf<T>;
  LaneValues<S> lane = c.template lane<S>(l);
  seed(lane, input);
  const auto out = testing_support::simulate_on<M, R, S>(lane, c.model().divide(1.0, c.setup().substeps_per_day));
  Sum sum;
  const auto add = [&](double weight, const S& y) {
    const double term = weight * testing_support::in_double(y.derivative);
    sum.value += term;
    sum.size += std::abs(term);
  };
  for (std::size_t i = 0; i < out.series.size(); ++i) {
    for (std::size_t t = 0; t < c.steps(); ++t) add(c.seed(i, t, l), out.series[i][t]);
  }
  for (std::size_t i = 0; i < out.final_states.size(); ++i) {
    add(c.rows().final_seeds[i * c.lanes() + l], out.final_states[i]);
  }
  return sum;
}

/// The same out of the engine's gradients.
template <class T, class Case>
double along(const Gradients<T>& g, const Case& c, std::size_t l, Input input) {
  const auto of_series = [&](const auto& series) {
    double sum = 0;
    for (std::size_t t = 0; t < c.steps(); ++t) sum += direction(t) * static_cast<double>(series[t * c.lanes() + l]);
    return sum;
  };
  const std::size_t at = input.index * c.lanes() + l;
  switch (input.kind) {
    case Kind::kParameter:
      return static_cast<double>(g.parameters[at]);
    case Kind::kRouting:
      return static_cast<double>(g.routing_parameters[at]);
    case Kind::kState:
      return static_cast<double>(g.initial_states[at]);
    case Kind::kDaily:
      return of_series(g.dynamic[input.index]);
    case Kind::kForcing:
      return of_series(g.forcings[input.index]);
  }
  return std::nan("");
}

template <class M, class R>
class Precision {
 public:
  Precision(std::uint64_t seed, const GradientSetup& setup) : case_(seed, setup) {
    exact_ = case_.template gradients<double>(Backend::kBest);
    for (const Backend backend : {Backend::kBest, Backend::kGeneric}) {
      single_.push_back(case_.template gradients<float>(backend));
    }
  }

  void check_all() {
    for (std::size_t l = 0; l < case_.lanes(); ++l) {
      for (const Input input : inputs()) check(l, input);
    }
    EXPECT_LE(undetermined_ * 100, tried_) << undetermined_ << " of " << tried_;
    testing::Test::RecordProperty("undetermined", fmt::format("{} of {}", undetermined_, tried_));
    for (std::size_t k = 0; k < std::size(kKinds); ++k) {
      if (!is_there_[k]) continue;
      EXPECT_GE(nearest_[k], 0.01) << kKinds[k] << ": errors a hundred times as large would pass";
      testing::Test::RecordProperty(kKinds[k], fmt::format("{:.1e}", largest_[k]));
    }
  }

 private:
  std::vector<Input> inputs() const {
    std::vector<Input> all;
    const auto add = [&](Kind kind, std::size_t count) {
      for (std::size_t i = 0; i < count; ++i) all.push_back({kind, i});
    };
    const auto& daily = case_.dynamic_parameters();
    for (std::size_t i = 0; i < M::kParameters.size(); ++i) {
      if (std::find(daily.begin(), daily.end(), i) == daily.end()) all.push_back({Kind::kParameter, i});
    }
    add(Kind::kDaily, daily.size());
    add(Kind::kRouting, case_.rows().routing_parameters.size() / case_.lanes());
    add(Kind::kState, case_.rows().initial_states.size() / case_.lanes());
    add(Kind::kForcing, M::kForcings.size());
    return all;
  }

  void check(std::size_t l, Input input) {
    const auto kind = static_cast<std::size_t>(input.kind);
    const double exact = along(exact_, case_, l, input), size = derivative<double>(case_, l, input).size;
    double spread = 0;
    for (Rounded::seed = 1; Rounded::seed <= kSamples; ++Rounded::seed) {
      spread = std::max(spread, std::abs(derivative<Rounded>(case_, l, input).value - exact));
    }
    ++tried_;
    is_there_[kind] = true;
    if (!(spread <= kDetermined * size)) {
      ++undetermined_;
      return;
    }
    // Below 1e-30 products leave the range of float.
    const double bound = kMargin * spread + kOfTerms * size + 1e-30;
    for (const Gradients<float>& single : single_) {
      const double error = std::abs(along(single, case_, l, input) - exact);
      EXPECT_LE(error, bound) << kKinds[kind] << ' ' << input.index << ", lane " << l;
      nearest_[kind] = std::max(nearest_[kind], error / bound);
      largest_[kind] = std::max(largest_[kind], error / (size + 1e-20));
    }
  }

  GradientCase<M, R> case_;
  Gradients<double> exact_;
  std::vector<Gradients<float>> single_;
  std::size_t tried_ = 0, undetermined_ = 0;
  bool is_there_[std::size(kKinds)] = {};
  double nearest_[std::size(kKinds)] = {};  ///< of all errors by their bound, the largest
  double largest_[std::size(kKinds)] = {};  ///< of all errors by the sizes of the terms, the largest
};

template <class M>
class SinglePrecision : public testing::Test {
 protected:
  static GradientSetup setup(bool dynamic) {
    const bool divided = !physics::substeps_of<M>().empty();
    return {.lanes = divided ? 8U : 16U, .steps = divided ? 40U : 365U, .dynamic = dynamic, .given_start = true};
  }
};
TYPED_TEST_SUITE(SinglePrecision, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(SinglePrecision, GradientsOfStaticParametersAreWithinTheBoundOfDouble) {
  Precision<TypeParam, physics::GammaRouting>(41, this->setup(false)).check_all();
}
TYPED_TEST(SinglePrecision, GradientsOfDailyParametersAreWithinTheBoundOfDouble) {
  Precision<TypeParam, physics::TriangularRouting>(42, this->setup(true)).check_all();
}

}  // namespace
}  // namespace freshet::kernels
