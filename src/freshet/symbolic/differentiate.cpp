#include "freshet/symbolic/differentiate.hpp"

#include "freshet/core/error.hpp"

namespace freshet::symbolic {
namespace {

/// The adjoints of a graph's nodes while they are summed up, from the last node to the first.
class Adjoints {
 public:
  Adjoints(Graph& graph, std::size_t size) : graph_(graph), sums_(size, -1) {}

  /// Adds to the adjoint of a node.
  void add(NodeId to, NodeId term) {
    if (graph_.is_constant(term, 0.0) || graph_.is_constant(to)) return;
    NodeId& sum = sums_[static_cast<std::size_t>(to)];
    sum = sum < 0 ? term : graph_.make(Op::kAdd, sum, term);
  }

  /// -1: zero.
  NodeId of(NodeId id) const { return sums_[static_cast<std::size_t>(id)]; }

  /// Hands the adjoint `adj` of a node on to the node's arguments.
  void spread(NodeId id, NodeId adj);

 private:
  NodeId times(NodeId a, NodeId b) { return graph_.make(Op::kMultiply, a, b); }
  NodeId over(NodeId a, NodeId b) { return graph_.make(Op::kDivide, a, b); }
  NodeId floored(NodeId a) { return graph_.make(Op::kMax, a, graph_.derivative_floor()); }
  void spread_choice(NodeId condition, NodeId if_true, NodeId if_false, NodeId adj);
  void spread_arithmetic(Op op, NodeId id, NodeId a, NodeId b, NodeId adj);
  void spread_pow(NodeId id, NodeId x, NodeId y, NodeId adj);

  Graph& graph_;
  std::vector<NodeId> sums_;
};

void Adjoints::spread_choice(NodeId condition, NodeId if_true, NodeId if_false, NodeId adj) {
  const NodeId zero = graph_.constant(0);
  add(if_true, graph_.make(Op::kSelect, condition, adj, zero));
  add(if_false, graph_.make(Op::kSelect, condition, zero, adj));
}

void Adjoints::spread_arithmetic(Op op, NodeId id, NodeId a, NodeId b, NodeId adj) {
  switch (op) {
    case Op::kAdd:
      add(a, adj);
      add(b, adj);
      return;
    case Op::kSubtract:
      add(a, adj);
      add(b, graph_.make(Op::kNegate, adj));
      return;
    case Op::kMultiply:
      add(a, times(adj, b));
      add(b, times(adj, a));
      return;
    default: {  // a / b
      const NodeId to_a = over(adj, b);
      add(a, to_a);
      add(b, graph_.make(Op::kNegate, times(to_a, id)));
      return;
    }
  }
}

void Adjoints::spread_pow(NodeId id, NodeId x, NodeId y, NodeId adj) {
  const NodeId to_value = times(adj, id);
  if (!graph_.is_constant(x)) add(x, over(times(to_value, y), floored(x)));
  if (!graph_.is_constant(y)) add(y, times(to_value, graph_.make(Op::kLog, x)));
}

void Adjoints::spread(NodeId id, NodeId adj) {
  const Node node = graph_[id];
  const auto [a, b, c] = node.arguments;
  const auto one = [&] { return graph_.constant(1); };
  switch (node.op) {
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
      return spread_arithmetic(node.op, id, a, b, adj);
    case Op::kNegate:
      return add(a, graph_.make(Op::kNegate, adj));
    case Op::kMin:
      return spread_choice(graph_.make(Op::kLess, b, a), b, a, adj);
    case Op::kMax:
      return spread_choice(graph_.make(Op::kLess, a, b), b, a, adj);
    case Op::kSelect:
      return spread_choice(a, b, c, adj);
    case Op::kSqrt:
      return add(a, over(times(adj, graph_.constant(0.5)), floored(id)));
    case Op::kExp:
      return add(a, times(adj, id));
    case Op::kExpm1:
      return add(a, times(adj, graph_.make(Op::kAdd, id, one())));
    case Op::kLog:
      return add(a, over(adj, floored(a)));
    case Op::kLog1p:
      return add(a, over(adj, graph_.make(Op::kAdd, a, one())));
    case Op::kPow:
      return spread_pow(id, a, b, adj);
    case Op::kTanh:
      return add(a, times(adj, graph_.make(Op::kSubtract, one(), times(id, id))));
    case Op::kConstant:
    case Op::kInput:
    case Op::kLess:
    case Op::kLessEqual:
      return;
    default:
      throw InternalError("a graph is differentiated before it is lowered");
  }
}

}  // namespace

std::vector<NodeId> differentiate(Graph& graph, std::span<const NodeId> outputs, std::span<const NodeId> seeds,
                                  std::span<const NodeId> inputs) {
  const std::size_t size = graph.size();
  Adjoints adjoints(graph, size);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (seeds[i] >= 0) adjoints.add(outputs[i], seeds[i]);
  }
  for (std::size_t i = size; i-- > 0;) {
    const auto id = static_cast<NodeId>(i);
    const NodeId adj = adjoints.of(id);
    if (adj >= 0) adjoints.spread(id, adj);
  }
  std::vector<NodeId> result;
  for (const NodeId input : inputs) result.push_back(adjoints.of(input) < 0 ? graph.constant(0) : adjoints.of(input));
  return result;
}

}  // namespace freshet::symbolic
