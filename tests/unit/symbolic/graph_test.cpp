#include "freshet/symbolic/graph.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/symbolic/expression.hpp"

namespace freshet::symbolic {
namespace {

class GraphTest : public testing::Test {
 protected:
  Graph graph_;
  Expression x_{graph_, graph_.input("x")}, y_{graph_, graph_.input("y")};

  NodeId node(const Expression& e) { return e.node(graph_); }
};

TEST_F(GraphTest, MakesEachNodeOnce) {
  const Expression a = exp(x_ * y_) + x_;
  const std::size_t size = graph_.size();
  const Expression b = x_ + exp(y_ * x_);  // sums and products commute
  EXPECT_EQ(node(a), node(b));
  EXPECT_EQ(graph_.size(), size);
  EXPECT_NE(node(x_ - y_), node(y_ - x_));
}

TEST_F(GraphTest, FoldsConstants) {
  const Expression five = Expression(2.0) + Expression(3.0);
  EXPECT_EQ(five.graph(), nullptr);
  EXPECT_EQ(node(x_ * five), node(x_ * Expression(5.0)));
  EXPECT_TRUE(graph_.is_constant(graph_.make(Op::kExp, graph_.constant(1)), std::exp(1.0)));
  EXPECT_TRUE(graph_.is_constant(graph_.make(Op::kPow, graph_.constant(-2), graph_.constant(3)), 0.0));
  // What is not finite stays an operation.
  EXPECT_FALSE(graph_.is_constant(graph_.make(Op::kDivide, graph_.constant(1), graph_.constant(0))));
}

TEST_F(GraphTest, AppliesIdentities) {
  const Expression zero(0.0), one(1.0);
  for (const Expression& same : {x_ + zero, zero + x_, x_ - zero, x_ * one, one * x_, x_ / one, -(-x_), min(x_, x_), max(x_, x_),
                                 select(x_ < y_, x_, x_), x_ - (zero - zero)}) {
    EXPECT_EQ(node(same), node(x_));
  }
  for (const Expression& nothing : {x_ * zero, zero * x_}) EXPECT_TRUE(graph_.is_constant(node(nothing), 0.0));
  EXPECT_EQ(node(x_ + (-y_)), node(x_ - y_));
  EXPECT_EQ(node((-x_) * (-y_)), node(x_ * y_));
  EXPECT_EQ(node((-x_) * y_), node(-(x_ * y_)));
  EXPECT_EQ(node(zero - x_), node(-x_));
  EXPECT_EQ(node(x_ / Expression(4.0)), node(x_ * Expression(0.25)));  // exact
  EXPECT_NE(node(x_ / Expression(3.0)), node(x_ * Expression(1.0 / 3.0)));
}

// At NaN these are NaN; the derivative of the power at 0 is that of all powers, 0, and not that of max(x, 0).
TEST_F(GraphTest, KeepsWhatIsNotTheSameForEveryNumber) {
  const Expression zero(0.0), one(1.0);
  EXPECT_EQ(graph_[node(x_ - x_)].op, Op::kSubtract);
  EXPECT_EQ(graph_[node(zero / x_)].op, Op::kDivide);
  EXPECT_EQ(graph_[node(pow(x_, one))].op, Op::kPow);
}

TEST_F(GraphTest, ChoosesAKnownBranch) {
  EXPECT_EQ(node(select(Expression(1.0) < Expression(2.0), x_, y_)), node(x_));
  EXPECT_EQ(node(select(Expression(1.0) >= Expression(2.0), x_, y_)), node(y_));
}

TEST_F(GraphTest, RefusesWhatIsNoNumberAndTwoGraphs) {
  EXPECT_THROW(graph_.constant(std::numeric_limits<double>::quiet_NaN()), Error);
  Graph other;
  const Expression z(other, other.input("z"));
  EXPECT_THROW(x_ + z, Error);
  EXPECT_THROW(select(z < z + Expression(1.0), x_, y_), Error);
}

}  // namespace
}  // namespace freshet::symbolic
