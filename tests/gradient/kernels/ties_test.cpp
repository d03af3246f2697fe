#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/kernels/interpreter.hpp"
#include "freshet/symbolic/differentiate.hpp"
#include "freshet/symbolic/expression.hpp"
#include "freshet/symbolic/program.hpp"
#include "support/dual.hpp"
#include "support/gradient_case.hpp"

// Derivatives at kinks and at the edge of what pow, log and sqrt are defined for: finite, and one-sided as physics/scalar.hpp
// says.

namespace freshet::kernels {
namespace {

using symbolic::Expression;
using testing_support::Dual;

/// The derivatives of f(x, y) at a point, by a program as the models' are made: traced, differentiated, compiled, run.
template <class T>
std::array<T, 2> derivatives(const std::function<Expression(Expression, Expression)>& f, T x, T y) {
  symbolic::Graph graph;
  const std::vector<symbolic::NodeId> inputs = {graph.input("x"), graph.input("y")};
  const symbolic::NodeId value = f(Expression(graph, inputs[0]), Expression(graph, inputs[1])).node(graph);
  const std::vector<symbolic::NodeId> outputs = {value}, seeds = {graph.constant(1)};
  const symbolic::Program program =
      symbolic::compile(graph, symbolic::differentiate(graph, outputs, seeds, inputs), {"x", "y"}, {false, false});
  std::vector<InstructionRow> rows;
  for (const symbolic::Instruction& line : program.code) {
    rows.push_back({static_cast<std::int32_t>(line.op), line.a, line.b, line.c, line.value, line.input});
  }
  const ProgramTable table{rows.data(), static_cast<std::int32_t>(rows.size()), 2, program.outputs.data(), 2};
  std::array<T, 2> result{};
  const std::array<const T*, 2> from = {&x, &y};
  const std::array<T*, 2> to = {&result[0], &result[1]};
  run_program<T>(table, 1, from, to);
  return result;
}

template <class T>
void expect_derivatives(const char* what, const std::function<Expression(Expression, Expression)>& f, T x, T y, T to_x, T to_y) {
  const std::array<T, 2> got = derivatives<T>(f, x, y);
  EXPECT_TRUE(std::abs(got[0] - to_x) <= T(1e-5) * std::abs(to_x)) << what << " to x: " << got[0] << ", expected " << to_x;
  EXPECT_TRUE(std::abs(got[1] - to_y) <= T(1e-5) * std::abs(to_y)) << what << " to y: " << got[1] << ", expected " << to_y;
}

template <class T>
class Kinks : public testing::Test {};
using Numbers = testing::Types<float, double>;
TYPED_TEST_SUITE(Kinks, Numbers);

TYPED_TEST(Kinks, ChoicesTakeTheFirstArgumentAtATie) {
  using T = TypeParam;
  const auto smaller = [](Expression x, Expression y) { return min(x, y); };
  const auto larger = [](Expression x, Expression y) { return max(x, y); };
  expect_derivatives<T>("min at a tie", smaller, 2, 2, 1, 0);
  expect_derivatives<T>("max at a tie", larger, 2, 2, 1, 0);
  expect_derivatives<T>("min below", smaller, 1, 2, 1, 0);
  expect_derivatives<T>("min above", smaller, 3, 2, 0, 1);
  expect_derivatives<T>("max below", larger, 1, 2, 0, 1);
  // Zeros of either sign are the same number.
  expect_derivatives<T>("max of zeros", larger, T(-0.0), T(0.0), 1, 0);
  const auto at_least = [](Expression x, Expression y) { return select(x >= y, x * x, y * y * y); };
  expect_derivatives<T>("select at a tie of >=", at_least, 2, 2, 4, 0);
  const auto below = [](Expression x, Expression y) { return select(x < y, x * x, y * y * y); };
  expect_derivatives<T>("select at a tie of <", below, 2, 2, 0, 12);
}

TYPED_TEST(Kinks, PowersLogarithmsAndRootsHaveFiniteDerivativesAtZero) {
  using T = TypeParam;
  const T floor = physics::kDerivativeFloor<T>, tiny = std::numeric_limits<T>::min();
  const auto power = [](Expression x, Expression y) { return pow(x, y); };
  for (const T y : {T(0.2), T(1), T(2.5)}) {
    expect_derivatives<T>("pow at 0", power, 0, y, 0, 0);
    expect_derivatives<T>("pow below 0", power, -1, y, 0, 0);
  }
  expect_derivatives<T>("pow", power, 4, T(1.5), 3, 8 * std::log(T(4)));
  // Below the floor the derivative is as if the base were the floor.
  const T base = floor / 16;
  const T root_of_base = std::sqrt(base);
  expect_derivatives<T>("pow below the floor", power, base, T(0.5), T(0.5) * root_of_base / floor, root_of_base * std::log(base));
  const auto logarithm = [](Expression x, Expression y) { return log(x) * y; };
  expect_derivatives<T>("log at 0", logarithm, 0, 1, 1 / floor, std::log(tiny));
  expect_derivatives<T>("log below 0", logarithm, -1, 1, 1 / floor, std::log(tiny));
  expect_derivatives<T>("log", logarithm, 2, 1, T(0.5), std::log(T(2)));
  const auto root = [](Expression x, Expression y) { return sqrt(x) * y; };
  expect_derivatives<T>("sqrt at 0", root, 0, 1, T(0.5) / floor, 0);
  expect_derivatives<T>("sqrt below 0", root, -1, 1, T(0.5) / floor, 0);
  expect_derivatives<T>("sqrt", root, 4, 1, T(0.25), 2);
  const auto product = [](Expression x, Expression y) { return x * x * sqrt(x) * y; };
  expect_derivatives<T>("x^(5/2) at 0", product, 0, 1, 0, 0);
}

TYPED_TEST(Kinks, ABranchThatIsNotTakenDoesNotSpoilTheDerivative) {
  using T = TypeParam;
  const auto guarded = [](Expression x, Expression y) {
    return select(x < Expression(1.0), y, exp(x * Expression(1e6)) * log(Expression(0.0) - x));
  };
  expect_derivatives<T>("a branch beyond all bounds", guarded, T(0.5), 3, 0, 1);
}

/// Days on which every comparison of a model is a tie, or nothing moves: all against dual numbers of the same rules.
template <class M>
class TiesOfModels : public testing::Test {};
TYPED_TEST_SUITE(TiesOfModels, testing_support::ProcessModels, testing_support::ModelNames);

/// Runs five days from given states and compares derivatives to all static parameters, states and forcings (over all days).
template <class M>
void expect_agreement(const std::vector<double>& parameters, const std::vector<double>& states,
                      const std::vector<double>& weather) {
  constexpr std::size_t kSteps = 5;
  const Model& model = find_model(M::kName);
  ForcingTable<double> forcing(1, kSteps, weather.size());
  for (std::size_t v = 0; v < weather.size(); ++v) forcing.set(0, v, std::vector<double>(kSteps, weather[v]));
  const std::vector<Series> all = testing_support::all_series(model);
  const std::vector<std::int32_t> basins = {0};
  Simulation<double> simulation({.model = &model, .steps = kSteps, .wanted = all, .keep_every = 1});
  LaneInputs<double> inputs{.forcing = &forcing, .basins = basins, .parameters = parameters};
  inputs.initial_states = states;
  simulation.run(inputs);
  const std::vector<double> seeds(kSteps, 1.0);
  const auto gradients = simulation.adjoint(all, std::vector<std::span<const double>>(all.size(), seeds), {}, true);

  testing_support::LaneValues<Dual> lane;
  for (const double x : parameters) lane.parameters.emplace_back(x);
  for (const double x : states) lane.initial_states.emplace_back(x);
  for (const double x : weather) lane.forcings.emplace_back(kSteps, Dual(x));
  const auto check = [&](const std::string& what, double got) {
    double sum = 0, size = 0;
    for (const auto& series : testing_support::simulate_on<M, void, Dual>(lane, model.divide(1.0, {})).series) {
      for (const Dual& y : series) {
        sum += y.derivative;
        size += std::abs(y.derivative);
      }
    }
    EXPECT_TRUE(std::abs(got - sum) <= 1e-10 * size + 1e-12) << what << ": " << got << ", dual numbers " << sum;
  };
  const auto check_rows = [&](std::string_view kind, std::vector<Dual>& rows, const std::vector<double>& gradient) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].derivative = 1;
      check(std::string(kind) + " " + std::to_string(i), gradient[i]);
      rows[i].derivative = 0;
    }
  };
  check_rows("parameter", lane.parameters, gradients.parameters);
  check_rows("state", lane.initial_states, gradients.initial_states);
  for (std::size_t v = 0; v < weather.size(); ++v) {
    for (Dual& x : lane.forcings[v]) x.derivative = 1;
    double sum = 0;
    for (const double x : gradients.forcings[v]) sum += x;
    check("forcing " + std::to_string(v), sum);
    for (Dual& x : lane.forcings[v]) x.derivative = 0;
  }
}

/// Parameters in the middle of their ranges as numbers with few digits, so that no rounding breaks a tie. Temperatures at which
/// something begins are zero.
template <class M>
std::vector<double> round_parameters() {
  std::vector<double> values;
  for (const physics::ParameterInfo& row : M::kParameters) {
    const double middle = (row.lower + row.upper) / 2;
    values.push_back(row.unit == "degC" ? 0.0 : std::copysign(std::exp2(std::round(std::log2(std::abs(middle)))), middle));
  }
  return values;
}

TYPED_TEST(TiesOfModels, NothingMovesInEmptyStores) {
  const std::vector<double> states(testing_support::states_of<TypeParam>().size(), 0.0);
  expect_agreement<TypeParam>(round_parameters<TypeParam>(), states, std::vector<double>(TypeParam::kForcings.size(), 0.0));
}

TYPED_TEST(TiesOfModels, AtTheTemperaturesWhereSomethingBegins) {
  const std::vector<double> states(testing_support::states_of<TypeParam>().size(), 8.0);
  std::vector<double> weather;
  for (const physics::VariableInfo& row : TypeParam::kForcings) weather.push_back(row.name == "temperature" ? 0.0 : 4.0);
  expect_agreement<TypeParam>(round_parameters<TypeParam>(), states, weather);
}

}  // namespace
}  // namespace freshet::kernels
