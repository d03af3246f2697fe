#pragma once

#include <concepts>

#include "freshet/symbolic/graph.hpp"

namespace freshet::symbolic {

class Condition;

/// A number of a traced computation: a constant, or a node of a graph. A model's `step` instantiated with it builds the graph of
/// what it computes. It knows all operations of physics/scalar.hpp.
class Expression {
 public:
  Expression() = default;
  explicit Expression(double constant) : constant_(constant) {}
  Expression(Graph& graph, NodeId id) : graph_(&graph), id_(id) {}

  /// Its node in `graph`.
  NodeId node(Graph& graph) const;
  Graph* graph() const { return graph_; }

  friend Expression operator+(Expression a, Expression b) { return apply(Op::kAdd, a, b); }
  friend Expression operator-(Expression a, Expression b) { return apply(Op::kSubtract, a, b); }
  friend Expression operator*(Expression a, Expression b) { return apply(Op::kMultiply, a, b); }
  friend Expression operator/(Expression a, Expression b) { return apply(Op::kDivide, a, b); }
  friend Expression operator-(Expression a) { return apply(Op::kNegate, a); }
  friend Expression min(Expression a, Expression b) { return apply(Op::kMin, a, b); }
  friend Expression max(Expression a, Expression b) { return apply(Op::kMax, a, b); }
  friend Expression pow(Expression a, Expression b) { return apply(Op::kPow, a, b); }
  friend Expression sqrt(Expression a) { return apply(Op::kSqrt, a); }
  friend Expression exp(Expression a) { return apply(Op::kExp, a); }
  friend Expression expm1(Expression a) { return apply(Op::kExpm1, a); }
  friend Expression log(Expression a) { return apply(Op::kLog, a); }
  friend Expression log1p(Expression a) { return apply(Op::kLog1p, a); }
  friend Expression tanh(Expression a) { return apply(Op::kTanh, a); }
  friend Condition operator<(Expression a, Expression b);
  friend Condition operator<=(Expression a, Expression b);
  friend Condition operator>(Expression a, Expression b);
  friend Condition operator>=(Expression a, Expression b);
  friend Expression select(Condition condition, Expression a, Expression b);

 private:
  static Expression apply(Op op, Expression a);
  static Expression apply(Op op, Expression a, Expression b);

  Graph* graph_ = nullptr;  ///< null: a constant
  NodeId id_ = -1;
  double constant_ = 0;
};

/// What a comparison of expressions yields; only `select` takes it.
class Condition {
 public:
  explicit Condition(Expression value) : value_(value) {}

  /// An `if`, a `&&` or a `?:` about it does not compile, and says why.
  template <std::same_as<bool> Bool>
  explicit operator Bool() const {
    static_assert(!std::same_as<Bool, bool>, "a step cannot branch on a value: write select(condition, a, b)");
    return false;
  }

 private:
  friend Expression select(Condition condition, Expression a, Expression b);
  Expression value_;
};

Condition operator<(Expression a, Expression b);
Condition operator<=(Expression a, Expression b);
Condition operator>(Expression a, Expression b);
Condition operator>=(Expression a, Expression b);
Expression select(Condition condition, Expression a, Expression b);

}  // namespace freshet::symbolic
