#include "freshet/symbolic/program.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/symbolic/expression.hpp"

namespace freshet::symbolic {
namespace {

std::size_t count(const Program& program, Op op) {
  return static_cast<std::size_t>(
      std::count_if(program.code.begin(), program.code.end(), [op](const Instruction& line) { return line.op == op; }));
}

class ProgramTest : public testing::Test {
 protected:
  Program program(const std::vector<Expression>& outputs, const std::vector<bool>& steady = {}) {
    std::vector<NodeId> nodes;
    std::vector<std::string> names;
    for (const Expression& output : outputs) {
      nodes.push_back(output.node(graph_));
      names.push_back("out" + std::to_string(names.size()));
    }
    return compile(graph_, nodes, names, steady);
  }

  Graph graph_;
  Expression x_{graph_, graph_.input("x")}, y_{graph_, graph_.input("y")}, z_{graph_, graph_.input("z")};
};

TEST_F(ProgramTest, LeavesOutWhatNoOutputNeeds) {
  [[maybe_unused]] const Expression unused = exp(x_) * tanh(y_);
  const Program p = program({x_ + y_});
  EXPECT_EQ(count(p, Op::kExp) + count(p, Op::kTanh), 0U);
  EXPECT_EQ(p.used_inputs(), (std::vector<bool>{true, true, false}));
}

TEST_F(ProgramTest, SharesTheLogarithmOfAPowerAndItsDerivative) {
  const Program p = program({pow(x_, y_), pow(x_, y_) * log(x_)});
  EXPECT_EQ(count(p, Op::kLog2), 1U);
  EXPECT_EQ(count(p, Op::kExp2), 1U);
  EXPECT_EQ(count(p, Op::kPow) + count(p, Op::kLog), 0U);
}

TEST_F(ProgramTest, DividesOnceByWhatIsSharedOrSteady) {
  EXPECT_EQ(count(program({x_ / z_, y_ / z_}), Op::kDivide), 1U);
  // By a steady input: the reciprocal does not change from call to call.
  const Program p = program({x_ / z_}, {false, false, true});
  EXPECT_EQ(count(p, Op::kMultiply), 1U);
  EXPECT_EQ(count(program({x_ / y_}, {false, false, true}), Op::kMultiply), 0U);
}

TEST_F(ProgramTest, FusesAProductThatIsUsedOnce) {
  EXPECT_EQ(count(program({x_ * y_ + z_}), Op::kFma), 1U);
  EXPECT_EQ(count(program({z_ - x_ * y_}), Op::kFma), 1U);
  EXPECT_EQ(count(program({x_ * y_ - z_}), Op::kFma), 1U);
  const Program twice = program({x_ * y_ + z_, x_ * y_});
  EXPECT_EQ(count(twice, Op::kFma), 0U);
  EXPECT_EQ(count(twice, Op::kMultiply), 1U);
}

TEST_F(ProgramTest, CountsItsCost) {
  const Cost c = cost(program({exp(x_) + x_ / y_}));
  EXPECT_EQ(c.operations, 3U);
  EXPECT_EQ(c.transcendental, 1U);
  EXPECT_EQ(c.divisions, 1U);
  EXPECT_EQ(c.live_values, 2U);
}

// Eight products summed up pairwise as they come need far fewer places than all products first.
TEST_F(ProgramTest, OrdersLinesSoThatFewValuesAreAlive) {
  std::vector<Expression> products;
  Expression sum(0.0);
  for (int i = 1; i <= 8; ++i) products.push_back(exp(x_ * Expression(i)));
  for (const Expression& product : products) sum = sum + product;
  EXPECT_LE(cost(program({sum})).live_values, 2U);
}

TEST_F(ProgramTest, ReadsAsText) {
  EXPECT_EQ(to_text(program({min(x_, y_)})), "t2 = min(x, y)\nout0 = t2\n");
}

}  // namespace
}  // namespace freshet::symbolic
