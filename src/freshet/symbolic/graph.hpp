#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <unordered_map>
#include <vector>

#include "freshet/symbolic/op.hpp"

namespace freshet::symbolic {

using NodeId = std::int32_t;

struct Node {
  Op op = Op::kConstant;
  std::array<NodeId, 3> arguments{-1, -1, -1};
  double value = 0;       ///< of a constant
  std::size_t input = 0;  ///< of an input: its index

  bool operator==(const Node&) const = default;
};

/// Expressions over named inputs, each node once: making a node that is there already gives the one that is there (common
/// subexpressions), a node of constants is their value, and algebraic identities are applied as nodes are made (x + 0, x 1, x 0,
/// -(-x), equal branches, ...). That of x 0 drops a term that is zero times something not finite; otherwise no value changes, but
/// for the sign of a zero: so x - x, 0 / x and pow(x, 1) stay, as NaN does in them. Arguments come before the nodes that use
/// them, so node ids are a topological order.
class Graph {
 public:
  NodeId input(std::string name);
  NodeId constant(double value);
  /// A node of up to three arguments.
  NodeId make(Op op, NodeId a, NodeId b = -1, NodeId c = -1);
  NodeId derivative_floor() { return add_node({.op = Op::kDerivativeFloor}); }

  const Node& operator[](NodeId id) const { return nodes_[static_cast<std::size_t>(id)]; }
  std::size_t size() const { return nodes_.size(); }
  const std::vector<std::string>& inputs() const { return input_names_; }
  bool is_constant(NodeId id) const { return (*this)[id].op == Op::kConstant; }
  bool is_constant(NodeId id, double value) const { return is_constant(id) && (*this)[id].value == value; }

 private:
  struct Hash {
    std::size_t operator()(const Node& node) const;
  };

  NodeId add_node(const Node& node);
  /// The node an identity makes of op(a, b, c), or -1.
  NodeId simplified(Op op, NodeId a, NodeId b, NodeId c);
  NodeId simplified_sum(NodeId a, NodeId b);
  NodeId simplified_difference(NodeId a, NodeId b);
  NodeId simplified_product(NodeId a, NodeId b);
  NodeId simplified_quotient(NodeId a, NodeId b);
  /// x of a node -x, else -1.
  NodeId negated(NodeId id) const;

  std::deque<Node> nodes_;
  std::unordered_map<Node, NodeId, Hash> known_;
  std::vector<std::string> input_names_;
};

/// The value of one operation on numbers, in double precision: what constants are folded with.
double evaluate(Op op, double a, double b, double c);

}  // namespace freshet::symbolic
