#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/branch_number.hpp"
#include "support/gradient_case.hpp"

// The engine's adjoint against central differences of its own values, at two step sizes, where no kink lies between: a number
// that notes every comparison says so.

namespace freshet::kernels {
namespace {

using testing_support::BranchNumber;
using testing_support::GradientCase;
using testing_support::GradientSetup;
using testing_support::LaneValues;

constexpr GradientSetup kStatic{.lanes = 12, .steps = 40, .given_start = true};
constexpr GradientSetup kDynamic{.lanes = 12, .steps = 40, .dynamic = true, .given_start = true};

/// Steps relative to the input (or to 1, for what may be zero).
constexpr double kStep = 2e-5;

template <class M, class R>
class Differences {
 public:
  Differences(std::uint64_t seed, const GradientSetup& setup) : case_(seed, setup) {}

  /// Compares the derivatives to `row` of all lanes, [lane].
  void check(const std::string& name, std::vector<double>& rows, std::size_t first, const double* gradient) {
    const std::vector<double> before(rows.begin() + static_cast<std::ptrdiff_t>(first),
                                     rows.begin() + static_cast<std::ptrdiff_t>(first + case_.lanes()));
    const auto at = [&](double relative) {
      for (std::size_t l = 0; l < case_.lanes(); ++l) rows[first + l] = before[l] + relative * scale(before[l]);
      return evaluate();
    };
    const Values high = at(kStep), low = at(-kStep), half_high = at(kStep / 2), half_low = at(-kStep / 2), here = at(0);
    for (std::size_t l = 0; l < case_.lanes(); ++l) {
      ++tried_;
      if (high.branches[l] != low.branches[l] || here.branches[l] != low.branches[l] ||
          half_high.branches[l] != low.branches[l] || half_low.branches[l] != low.branches[l]) {
        continue;
      }
      ++compared_;
      const double step = kStep * scale(before[l]);
      const double wide = (high.sum[l] - low.sum[l]) / (2 * step), narrow = (half_high.sum[l] - half_low.sum[l]) / step;
      // The error of the narrow difference is a third of what separates the two, and more terms; and rounding.
      const double rounding = 1e-13 * here.size[l] / step;
      EXPECT_LE(std::abs(gradient[l] - narrow), std::abs(wide - narrow) + rounding)
          << name << ", lane " << l << ": " << gradient[l] << ", differences " << wide << " and " << narrow;
      EXPECT_LE(std::abs(wide - narrow), 1e-3 * std::abs(gradient[l]) + 1e-4 * here.size[l] / scale(before[l])) << name;
    }
  }

  void check_all() {
    const auto gradients = case_.template gradients<double>(Backend::kBest);
    auto& rows = case_.rows();
    const auto& model = case_.model();
    for (std::size_t i = 0; i < model.parameters().size(); ++i) {
      const auto& dynamic = case_.dynamic_parameters();
      if (std::find(dynamic.begin(), dynamic.end(), i) != dynamic.end()) continue;
      check(std::string(model.parameters()[i].name), rows.parameters, i * case_.lanes(),
            &gradients.parameters[i * case_.lanes()]);
    }
    for (std::size_t i = 0; i < model.states().size(); ++i) {
      check(std::string(model.states()[i].name), rows.initial_states, i * case_.lanes(),
            &gradients.initial_states[i * case_.lanes()]);
    }
    for (std::size_t i = 0; i < gradients.routing_parameters.size() / case_.lanes(); ++i) {
      check("routing", rows.routing_parameters, i * case_.lanes(), &gradients.routing_parameters[i * case_.lanes()]);
    }
    for (std::size_t i = 0; i < rows.dynamic.size(); ++i) {
      for (const std::size_t t : {std::size_t{0}, case_.steps() / 2}) {
        const std::size_t first = t * case_.lanes();
        check("daily " + std::string(model.parameters()[case_.dynamic_parameters()[i]].name), rows.dynamic[i], first,
              &gradients.dynamic[i][first]);
      }
    }
    // Most lanes stay on their side of every kink, but for layers of VIC that lie at a bound: there rounding chooses.
    EXPECT_GE(compared_ * 3, tried_) << compared_ << " of " << tried_;
  }

 private:
  struct Values {
    std::vector<double> sum, size;        ///< [lane] of seeds times series, and of the sizes of its terms
    std::vector<std::uint64_t> branches;  ///< [lane]
  };

  static double scale(double x) { return std::max(std::abs(x), 1e-2); }

  Values evaluate() const {
    const std::size_t lanes = case_.lanes();
    Values values{.sum = std::vector<double>(lanes), .size = std::vector<double>(lanes), .branches = {}};
    const auto result = case_.template values<double>(Backend::kBest);
    const auto& rows = case_.rows();
    const auto add = [&](std::size_t lane, double term) {
      values.sum[lane] += term;
      values.size[lane] += std::abs(term);
    };
    for (std::size_t i = 0; i < result.series.size(); ++i) {
      for (std::size_t k = 0; k < result.series[i].size(); ++k) add(k % lanes, rows.seeds[i][k] * result.series[i][k]);
    }
    for (std::size_t k = 0; k < rows.final_seeds.size(); ++k) add(k % lanes, rows.final_seeds[k] * result.final_states[k]);
    const auto substeps = case_.model().divide(1.0, case_.setup().substeps_per_day);
    for (std::size_t l = 0; l < lanes; ++l) {
      BranchNumber::notes = 0;
      testing_support::simulate_on<M, R, BranchNumber>(case_.template lane<BranchNumber>(l), substeps);
      values.branches.push_back(BranchNumber::notes);
    }
    return values;
  }

  GradientCase<M, R> case_;
  std::size_t tried_ = 0, compared_ = 0;
};

template <class M>
class DifferenceWitness : public testing::Test {};
TYPED_TEST_SUITE(DifferenceWitness, testing_support::ProcessModels, testing_support::ModelNames);

TYPED_TEST(DifferenceWitness, StaticParametersStatesAndTheGammaUnitHydrograph) {
  Differences<TypeParam, physics::GammaRouting>(11, kStatic).check_all();
}
TYPED_TEST(DifferenceWitness, DailyParametersAndTheTriangularUnitHydrograph) {
  Differences<TypeParam, physics::TriangularRouting>(12, kDynamic).check_all();
}

}  // namespace
}  // namespace freshet::kernels
