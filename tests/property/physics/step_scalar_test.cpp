#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/rng.hpp"
#include "support/dual.hpp"
#include "support/process_models.hpp"
#include "support/symbolic_number.hpp"

// What every process model owes the machines that trace, differentiate and compile its step.

namespace freshet::physics {
namespace {

using testing_support::Dual;
using testing_support::Number;
using testing_support::random_forcing;
using testing_support::random_parameters;
using testing_support::run_on;

template <class S>
std::vector<std::vector<S>> converted(const std::vector<std::vector<double>>& series) {
  std::vector<std::vector<S>> out;
  for (const auto& values : series) {
    out.emplace_back();
    for (const double value : values) out.back().push_back(static_cast<S>(value));
  }
  return out;
}

template <class M, class S>
typename M::template Parameters<S> parameters_of(const std::vector<double>& values) {
  const std::vector<S> of_type = converted<S>({values}).front();
  return from_fields<typename M::template Parameters<S>>(std::span<const S>(of_type));
}

template <class M>
class StepScalar : public testing::Test {};
TYPED_TEST_SUITE(StepScalar, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(StepScalar, ANumberThatCannotBeBranchedOnGivesTheSameBits) {
  for (std::uint64_t trial = 0; trial < 5; ++trial) {
    RngStream rng(11, RngUse::kSynthetic, trial);
    const auto forcing = random_forcing<TypeParam>(rng, 200);
    const std::vector<double> p = random_parameters<TypeParam>(rng);
    const auto plain = run_on<TypeParam, double>(forcing, parameters_of<TypeParam, double>(p));
    const auto traced = run_on<TypeParam, Number>(converted<Number>(forcing), parameters_of<TypeParam, Number>(p));
    ASSERT_EQ(plain.size(), traced.size());
    for (std::size_t i = 0; i < plain.size(); ++i) ASSERT_EQ(plain[i], traced[i].value) << "trial " << trial << " value " << i;
  }
}

// Both branches of a select are differentiated, and a dual number here fails on an infinite derivative of either.
TYPED_TEST(StepScalar, DerivativesToParametersAndForcingsAreFinite) {
  constexpr std::size_t kDays = 200;
  for (std::uint64_t trial = 0; trial < 10; ++trial) {
    RngStream rng(12, RngUse::kSynthetic, trial);
    const auto forcing = converted<Dual>(random_forcing<TypeParam>(rng, kDays));
    const auto p = parameters_of<TypeParam, Dual>(random_parameters<TypeParam>(rng));
    const auto expect_finite = [&](const std::vector<Dual>& fluxes, std::string_view direction) {
      for (const Dual& flux : fluxes) {
        ASSERT_TRUE(std::isfinite(flux.value)) << "trial " << trial;
        ASSERT_TRUE(std::isfinite(flux.derivative)) << "trial " << trial << " to " << direction;
      }
    };
    for (std::size_t i = 0; i < TypeParam::kParameters.size(); ++i) {
      auto seeded = p;
      fields<Dual>(seeded)[i].derivative = 1;
      expect_finite(run_on<TypeParam, Dual>(forcing, seeded), TypeParam::kParameters[i].name);
    }
    for (std::size_t i = 0; i < forcing.size(); ++i) {
      auto seeded = forcing;
      for (Dual& value : seeded[i]) value.derivative = 1;
      expect_finite(run_on<TypeParam, Dual>(seeded, p), TypeParam::kForcings[i].name);
    }
  }
}

TYPED_TEST(StepScalar, SinglePrecisionStaysFinite) {
  for (std::uint64_t trial = 0; trial < 30; ++trial) {
    RngStream rng(14, RngUse::kSynthetic, trial);
    const auto forcing = converted<float>(random_forcing<TypeParam>(rng, 400));
    const auto fluxes = run_on<TypeParam, float>(forcing, parameters_of<TypeParam, float>(random_parameters<TypeParam>(rng)));
    for (const float flux : fluxes) ASSERT_TRUE(std::isfinite(flux)) << "trial " << trial;
  }
}

TYPED_TEST(StepScalar, AMissingValueIsNotHidden) {
  RngStream rng(13, RngUse::kSynthetic);
  const auto forcing = random_forcing<TypeParam>(rng, 30);
  const auto p = parameters_of<TypeParam, double>(random_parameters<TypeParam>(rng));
  for (std::size_t i = 0; i < forcing.size(); ++i) {
    auto missing = forcing;
    missing[i][10] = std::numeric_limits<double>::quiet_NaN();
    const auto fluxes = run_on<TypeParam, double>(missing, p);
    EXPECT_TRUE(std::any_of(fluxes.begin(), fluxes.end(), [](double x) { return std::isnan(x); }))
        << TypeParam::kForcings[i].name;
  }
}

}  // namespace
}  // namespace freshet::physics
