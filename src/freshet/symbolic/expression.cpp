#include "freshet/symbolic/expression.hpp"

#include "freshet/core/error.hpp"

namespace freshet::symbolic {
namespace {

Graph* common_graph(const Expression& a, const Expression& b) {
  if (a.graph() != nullptr && b.graph() != nullptr && a.graph() != b.graph()) {
    throw InternalError("an expression joins two graphs");
  }
  return a.graph() != nullptr ? a.graph() : b.graph();
}

}  // namespace

NodeId Expression::node(Graph& graph) const {
  return graph_ == nullptr ? graph.constant(constant_) : id_;
}

Expression Expression::apply(Op op, Expression a) {
  if (a.graph_ == nullptr) return Expression(evaluate(op, a.constant_, 0, 0));
  return {*a.graph_, a.graph_->make(op, a.id_)};
}

Expression Expression::apply(Op op, Expression a, Expression b) {
  Graph* graph = common_graph(a, b);
  if (graph == nullptr) return Expression(evaluate(op, a.constant_, b.constant_, 0));
  return {*graph, graph->make(op, a.node(*graph), b.node(*graph))};
}

Condition operator<(Expression a, Expression b) {
  return Condition(Expression::apply(Op::kLess, a, b));
}

Condition operator<=(Expression a, Expression b) {
  return Condition(Expression::apply(Op::kLessEqual, a, b));
}

Condition operator>(Expression a, Expression b) {
  return b < a;
}

Condition operator>=(Expression a, Expression b) {
  return b <= a;
}

Expression select(Condition condition, Expression a, Expression b) {
  Graph* graph = common_graph(a, b);
  if (graph == nullptr) graph = condition.value_.graph_;
  if (graph == nullptr) return condition.value_.constant_ != 0.0 ? a : b;
  common_graph(condition.value_, Expression(*graph, 0));
  return {*graph, graph->make(Op::kSelect, condition.value_.node(*graph), a.node(*graph), b.node(*graph))};
}

}  // namespace freshet::symbolic
