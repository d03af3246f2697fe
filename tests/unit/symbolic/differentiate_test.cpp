#include "freshet/symbolic/differentiate.hpp"

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/symbolic/expression.hpp"
#include "freshet/symbolic/program.hpp"

namespace freshet::symbolic {
namespace {

/// Runs a program line by line in double precision.
std::vector<double> run(const Program& program, const std::vector<double>& inputs) {
  std::vector<double> values;
  for (const Instruction& line : program.code) {
    const auto at = [&](std::int32_t i) { return i < 0 ? 0.0 : values[static_cast<std::size_t>(i)]; };
    switch (line.op) {
      case Op::kInput:
        values.push_back(inputs[static_cast<std::size_t>(line.input)]);
        break;
      case Op::kConstant:
        values.push_back(line.value);
        break;
      case Op::kDerivativeFloor:
        values.push_back(1e-9);
        break;
      default:
        values.push_back(evaluate(line.op, at(line.a), at(line.b), at(line.c)));
    }
  }
  std::vector<double> outputs;
  for (const std::int32_t line : program.outputs) outputs.push_back(values[static_cast<std::size_t>(line)]);
  return outputs;
}

using Function = std::function<Expression(Expression, Expression)>;

/// Value and both derivatives of f at (x, y).
std::vector<double> value_and_derivatives(const Function& f, double x, double y) {
  Graph graph;
  const Expression a(graph, graph.input("x")), b(graph, graph.input("y"));
  const std::vector<NodeId> inputs = {a.node(graph), b.node(graph)}, outputs = {f(a, b).node(graph)};
  const std::vector<NodeId> seeds = {graph.input("seed")};
  std::vector<NodeId> all = differentiate(graph, outputs, seeds, inputs);
  all.insert(all.begin(), outputs[0]);
  return run(compile(graph, all, {"f", "fx", "fy"}, {}), {x, y, 1.0});
}

struct Case {
  std::string name;
  Function f;
  double x, y;
};

class Derivative : public testing::TestWithParam<Case> {};

TEST_P(Derivative, AgreesWithCentralDifferences) {
  const auto& [name, f, x, y] = GetParam();
  const std::vector<double> exact = value_and_derivatives(f, x, y);
  for (const double h : {1e-5, 1e-6}) {
    const double fx = (value_and_derivatives(f, x + h, y)[0] - value_and_derivatives(f, x - h, y)[0]) / (2 * h);
    const double fy = (value_and_derivatives(f, x, y + h)[0] - value_and_derivatives(f, x, y - h)[0]) / (2 * h);
    EXPECT_NEAR(exact[1], fx, 1e-7 * std::max(1.0, std::abs(fx))) << name;
    EXPECT_NEAR(exact[2], fy, 1e-7 * std::max(1.0, std::abs(fy))) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(
    EveryOperation, Derivative,
    testing::Values(Case{"sum", [](auto x, auto y) { return x + y * y; }, 0.3, 1.7},
                    Case{"quotient", [](auto x, auto y) { return (x - y) / (x * y); }, 0.8, -1.3},
                    Case{"exp", [](auto x, auto y) { return exp(x * y) + expm1(x) - exp(-y); }, 0.4, 0.9},
                    Case{"log", [](auto x, auto y) { return log(x) * log1p(y); }, 2.5, 0.7},
                    Case{"pow", [](auto x, auto y) { return pow(x, y); }, 1.8, 2.3},
                    Case{"pow of a small base", [](auto x, auto y) { return pow(x, y); }, 0.05, 0.4},
                    Case{"tanh and sqrt", [](auto x, auto y) { return tanh(x) * sqrt(y); }, 0.6, 3.1},
                    Case{"min", [](auto x, auto y) { return min(x * x, y) + max(x, y * y); }, 1.1, 0.7},
                    Case{"select", [](auto x, auto y) { return select(x < y, x * y, x / y) + select(y <= x, x, y * y); }, 0.5,
                         2.0},
                    Case{"shared parts",
                         [](auto x, auto y) {
                           const auto a = exp(x) * y;
                           return a * a + a / (a + x);
                         },
                         0.2, 0.6}),
    [](const auto& test_case) {
      std::string name = test_case.param.name;
      for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
      return name;
    });

// At a tie min and max take the first argument, and so do their derivatives.
TEST(DifferentiateKinks, TiesTakeTheFirstArgument) {
  for (const auto& f : {Function([](auto x, auto y) { return min(x, y); }), Function([](auto x, auto y) { return max(x, y); })}) {
    const std::vector<double> at_tie = value_and_derivatives(f, 2.0, 2.0);
    EXPECT_EQ(at_tie[1], 1.0);
    EXPECT_EQ(at_tie[2], 0.0);
  }
}

TEST(DifferentiateKinks, PowersLogarithmsAndRootsAreFiniteWhereTheirBaseEnds) {
  for (const double y : {0.2, 1.0, 1.5, -3.0}) {
    for (const double x : {0.0, -1.0, 1e-300}) {
      if (x > 0 && y < 0) continue;  // that power is truly beyond all numbers
      for (const Function& f :
           {Function([](auto a, auto b) { return pow(a, b); }), Function([](auto a, auto b) { return log(a) * b; }),
            Function([](auto a, auto b) { return sqrt(a) * b; })}) {
        for (const double value : value_and_derivatives(f, x, y)) EXPECT_TRUE(std::isfinite(value)) << x << ' ' << y;
      }
    }
  }
  EXPECT_EQ(value_and_derivatives([](auto x, auto y) { return pow(x, y); }, 0.0, 0.5)[0], 0.0);
}

TEST(Differentiate, LeavesOutOutputsWithoutSeed) {
  Graph graph;
  const Expression x(graph, graph.input("x"));
  const std::vector<NodeId> inputs = {x.node(graph)}, outputs = {(x * x).node(graph), exp(x).node(graph)};
  const std::vector<NodeId> seeds = {-1, graph.input("seed")};
  EXPECT_EQ(differentiate(graph, outputs, seeds, inputs)[0], graph.make(Op::kMultiply, seeds[1], outputs[1]));
}

}  // namespace
}  // namespace freshet::symbolic
