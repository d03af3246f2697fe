#include "freshet/symbolic/graph.hpp"

#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include "freshet/core/error.hpp"

namespace freshet::symbolic {

double evaluate(Op op, double a, double b, double c) {
  const auto log_of = [](double x) { return x < std::numeric_limits<double>::min() ? std::numeric_limits<double>::min() : x; };
  switch (op) {
    case Op::kAdd:
      return a + b;
    case Op::kSubtract:
      return a - b;
    case Op::kMultiply:
      return a * b;
    case Op::kDivide:
      return a / b;
    case Op::kNegate:
      return -a;
    case Op::kMin:
      return b < a ? b : a;
    case Op::kMax:
      return a < b ? b : a;
    case Op::kLess:
      return a < b ? 1.0 : 0.0;
    case Op::kLessEqual:
      return a <= b ? 1.0 : 0.0;
    case Op::kSelect:
      return a != 0.0 ? b : c;
    case Op::kSqrt:
      return a <= 0.0 ? 0.0 : std::sqrt(a);
    case Op::kExp:
      return std::exp(a);
    case Op::kExpm1:
      return std::expm1(a);
    case Op::kLog:
      return std::log(log_of(a));
    case Op::kLog1p:
      return std::log1p(a);
    case Op::kPow:
      return a <= 0.0 ? 0.0 : std::pow(a, b);
    case Op::kTanh:
      return std::tanh(a);
    case Op::kExp2:
      return std::exp2(a);
    case Op::kLog2:
      return std::log2(log_of(a));
    case Op::kFma:
      return std::fma(a, b, c);
    case Op::kConstant:
    case Op::kInput:
    case Op::kDerivativeFloor:
      break;
  }
  throw InternalError("this operation has no value of its own");
}

std::size_t Graph::Hash::operator()(const Node& node) const {
  std::size_t h = static_cast<std::size_t>(node.op);
  const auto mix = [&h](std::uint64_t x) { h = (h ^ x) * 0x9E3779B97F4A7C15ULL + (h >> 29); };
  for (const NodeId argument : node.arguments) mix(static_cast<std::uint64_t>(argument));
  mix(std::bit_cast<std::uint64_t>(node.value));
  mix(node.input);
  return h;
}

NodeId Graph::add_node(const Node& node) {
  const auto [place, is_new] = known_.try_emplace(node, static_cast<NodeId>(nodes_.size()));
  if (is_new) nodes_.push_back(node);
  return place->second;
}

NodeId Graph::input(std::string name) {
  input_names_.push_back(std::move(name));
  return add_node({.op = Op::kInput, .input = input_names_.size() - 1});
}

NodeId Graph::constant(double value) {
  if (std::isnan(value)) {
    throw InputError(Problem{.what = "a constant of the model's equations is not a number",
                             .hint = "a field of Parameters that has no row in kParameters has no value"});
  }
  return add_node({.op = Op::kConstant, .value = value == 0.0 ? 0.0 : value});
}

NodeId Graph::make(Op op, NodeId a, NodeId b, NodeId c) {
  const NodeId simple = simplified(op, a, b, c);
  if (simple >= 0) return simple;
  const bool commutes = op == Op::kAdd || op == Op::kMultiply;
  if (commutes && b < a) std::swap(a, b);
  if (op == Op::kFma && b < a) std::swap(a, b);
  return add_node({.op = op, .arguments = {a, b, c}});
}

NodeId Graph::negated(NodeId id) const {
  return (*this)[id].op == Op::kNegate ? (*this)[id].arguments[0] : -1;
}

NodeId Graph::simplified(Op op, NodeId a, NodeId b, NodeId c) {
  const auto value = [&](NodeId id) { return id < 0 ? 0.0 : (*this)[id].value; };
  const auto known = [&](NodeId id) { return id < 0 || is_constant(id); };
  if (known(a) && known(b) && known(c)) {
    const double folded = evaluate(op, value(a), value(b), value(c));
    if (std::isfinite(folded)) return constant(folded);
  }
  switch (op) {
    case Op::kAdd:
      return simplified_sum(a, b);
    case Op::kSubtract:
      return simplified_difference(a, b);
    case Op::kMultiply:
      return simplified_product(a, b);
    case Op::kDivide:
      return simplified_quotient(a, b);
    case Op::kNegate:
      return negated(a);
    case Op::kMin:
    case Op::kMax:
      return a == b ? a : -1;
    case Op::kSelect:
      if (b == c) return b;
      return is_constant(a) ? (value(a) != 0.0 ? b : c) : -1;
    default:
      return -1;
  }
}

NodeId Graph::simplified_sum(NodeId a, NodeId b) {
  if (is_constant(a, 0.0)) return b;
  if (is_constant(b, 0.0)) return a;
  if (negated(b) >= 0) return make(Op::kSubtract, a, negated(b));
  if (negated(a) >= 0) return make(Op::kSubtract, b, negated(a));
  return -1;
}

NodeId Graph::simplified_difference(NodeId a, NodeId b) {
  if (is_constant(b, 0.0)) return a;
  if (is_constant(a, 0.0)) return make(Op::kNegate, b);
  if (negated(b) >= 0) return make(Op::kAdd, a, negated(b));
  return -1;
}

NodeId Graph::simplified_product(NodeId a, NodeId b) {
  if (is_constant(b)) std::swap(a, b);
  if (is_constant(a, 0.0)) return a;
  if (is_constant(a, 1.0)) return b;
  if (is_constant(a, -1.0)) return make(Op::kNegate, b);
  if (negated(a) >= 0 && negated(b) >= 0) return make(Op::kMultiply, negated(a), negated(b));
  if (negated(a) >= 0) return make(Op::kNegate, make(Op::kMultiply, negated(a), b));
  if (negated(b) >= 0) return make(Op::kNegate, make(Op::kMultiply, a, negated(b)));
  return -1;
}

NodeId Graph::simplified_quotient(NodeId a, NodeId b) {
  if (is_constant(b, 1.0)) return a;
  if (is_constant(b)) {
    int exponent = 0;
    // A division by a power of two is exact as a product.
    if (std::frexp((*this)[b].value, &exponent) == 0.5) return make(Op::kMultiply, a, constant(1.0 / (*this)[b].value));
  }
  return -1;
}

}  // namespace freshet::symbolic
