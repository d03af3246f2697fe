#include "freshet/symbolic/program.hpp"

#include <algorithm>
#include <functional>
#include <numbers>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace freshet::symbolic {
namespace {

/// For each node, by how many others (or outputs) it is used, of what the outputs need.
std::vector<int> count_uses(const Graph& graph, std::span<const NodeId> outputs) {
  std::vector<int> uses(graph.size(), 0);
  for (const NodeId id : outputs) ++uses[static_cast<std::size_t>(id)];
  for (std::size_t i = graph.size(); i-- > 0;) {
    if (uses[i] == 0) continue;
    for (const NodeId argument : graph[static_cast<NodeId>(i)].arguments) {
      if (argument >= 0) ++uses[static_cast<std::size_t>(argument)];
    }
  }
  return uses;
}

/// Copies what some nodes need into a new graph, with a rule for each operation.
class Rewriter {
 public:
  Rewriter(const Graph& from, std::span<const NodeId> outputs) : from_(from), uses_(count_uses(from, outputs)) {
    for (const std::string& name : from.inputs()) inputs_.push_back(to_.input(name));
  }
  virtual ~Rewriter() = default;

  std::vector<NodeId> run(std::span<const NodeId> outputs) {
    copies_.assign(from_.size(), -1);
    for (std::size_t i = 0; i < from_.size(); ++i) {
      if (uses_[i] > 0) copies_[i] = rewrite(static_cast<NodeId>(i), from_[static_cast<NodeId>(i)]);
    }
    std::vector<NodeId> result;
    for (const NodeId id : outputs) result.push_back(copy(id));
    return result;
  }

  Graph take() { return std::move(to_); }

 protected:
  virtual NodeId rewrite(NodeId id, const Node& node) = 0;

  NodeId copy(NodeId id) const { return id < 0 ? -1 : copies_[static_cast<std::size_t>(id)]; }
  int uses(NodeId id) const { return uses_[static_cast<std::size_t>(id)]; }
  NodeId as_it_is(const Node& node) {
    if (node.op == Op::kInput) return inputs_[node.input];
    if (node.op == Op::kConstant) return to_.constant(node.value);
    if (node.op == Op::kDerivativeFloor) return to_.derivative_floor();
    return to_.make(node.op, copy(node.arguments[0]), copy(node.arguments[1]), copy(node.arguments[2]));
  }

  const Graph& from_;
  Graph to_;

 private:
  std::vector<int> uses_;
  std::vector<NodeId> inputs_;
  std::vector<NodeId> copies_;
};

/// pow and log to exp2 and log2; repeated denominators to reciprocals.
class Lower final : public Rewriter {
 public:
  Lower(const Graph& from, std::span<const NodeId> outputs, const std::vector<bool>& steady)
      : Rewriter(from, outputs), steady_(from.size()) {
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto id = static_cast<NodeId>(i);
      steady_[i] = is_steady(from[id], steady);
      if (from[id].op == Op::kDivide && uses(id) > 0) ++divisions_by_[from[id].arguments[1]];
    }
  }

 private:
  NodeId rewrite(NodeId, const Node& node) override {
    const NodeId a = copy(node.arguments[0]), b = copy(node.arguments[1]);
    switch (node.op) {
      case Op::kPow: {
        const NodeId zero = to_.constant(0);
        const NodeId power = to_.make(Op::kExp2, to_.make(Op::kMultiply, b, to_.make(Op::kLog2, a)));
        return to_.make(Op::kSelect, to_.make(Op::kLessEqual, a, zero), zero, power);
      }
      case Op::kLog:
        return to_.make(Op::kMultiply, to_.constant(std::numbers::ln2), to_.make(Op::kLog2, a));
      case Op::kDivide:
        if (divisions_by_[node.arguments[1]] < 2 && !is_steady_node(node.arguments[1])) break;
        return to_.make(Op::kMultiply, a, to_.make(Op::kDivide, to_.constant(1), b));
      default:
        break;
    }
    return as_it_is(node);
  }

  bool is_steady_node(NodeId id) const { return id < 0 || steady_[static_cast<std::size_t>(id)]; }
  bool is_steady(const Node& node, const std::vector<bool>& steady) const {
    if (node.op == Op::kInput) return node.input < steady.size() && steady[node.input];
    return is_steady_node(node.arguments[0]) && is_steady_node(node.arguments[1]) && is_steady_node(node.arguments[2]);
  }

  std::unordered_map<NodeId, int> divisions_by_;
  std::vector<bool> steady_;
};

/// Products used once, in a sum or difference, to multiply-adds.
class Fuse final : public Rewriter {
 public:
  using Rewriter::Rewriter;

 private:
  bool fusible(NodeId id) const { return from_[id].op == Op::kMultiply && uses(id) == 1; }

  NodeId fma(NodeId product, NodeId c, bool negative_product, bool negative_c) {
    const Node& node = from_[product];
    NodeId a = copy(node.arguments[0]);
    if (negative_product) a = to_.make(Op::kNegate, a);
    if (negative_c) c = to_.make(Op::kNegate, c);
    return to_.make(Op::kFma, a, copy(node.arguments[1]), c);
  }

  NodeId rewrite(NodeId, const Node& node) override {
    const auto [a, b, unused] = node.arguments;
    if (node.op == Op::kAdd && fusible(a)) return fma(a, copy(b), false, false);
    if (node.op == Op::kAdd && fusible(b)) return fma(b, copy(a), false, false);
    if (node.op == Op::kSubtract && fusible(b)) return fma(b, copy(a), true, false);
    if (node.op == Op::kSubtract && fusible(a)) return fma(a, copy(b), false, true);
    return as_it_is(node);
  }
};

bool is_leaf(Op op) {
  return op == Op::kConstant || op == Op::kInput || op == Op::kDerivativeFloor;
}

/// Writes nodes as lines, each after its arguments. Of the nodes whose arguments are there it takes the one that ends the most
/// values, less the one it makes: what is alive should fit the registers. At a tie it goes the way of a walk from the outputs.
class Scheduler {
 public:
  Scheduler(const Graph& graph, std::span<const NodeId> outputs, Program& program)
      : graph_(graph), program_(program), state_(graph.size()) {
    for (const NodeId id : outputs) {
      visit(id);
      ++of(id).outputs;
    }
    std::set<std::pair<std::size_t, NodeId>> ready;  // by the walk's order
    for (const NodeId id : order_) {
      if (of(id).waits_for == 0) ready.emplace(of(id).position, id);
    }
    while (!ready.empty()) {
      auto best = ready.begin();
      for (auto at = ready.begin(); at != ready.end(); ++at) {
        if (gain(at->second) > gain(best->second)) best = at;
      }
      const NodeId id = best->second;
      ready.erase(best);
      write(id);
      for (const NodeId user : of(id).users) {
        if (--of(user).waits_for == 0) ready.emplace(of(user).position, user);
      }
    }
    for (const NodeId id : outputs) program.outputs.push_back(line_of(id));
  }

 private:
  struct State {
    std::int32_t line = -1;
    std::size_t position = 0;
    int waits_for = 0;  ///< arguments that are not written
    int uses_left = 0;  ///< by nodes that are not written
    int outputs = 0;
    int need = 0;
    bool seen = false;
    std::vector<NodeId> users;
  };

  State& of(NodeId id) { return state_[static_cast<std::size_t>(id)]; }

  /// The arguments that are computed, each once.
  std::vector<NodeId> operands(NodeId id) const {
    std::vector<NodeId> result;
    for (const NodeId argument : graph_[id].arguments) {
      const bool computed = argument >= 0 && !is_leaf(graph_[argument].op);
      if (computed && std::find(result.begin(), result.end(), argument) == result.end()) result.push_back(argument);
    }
    return result;
  }

  /// Registers that a tree below a node needs (Sethi and Ullman 1970): what needs most goes first.
  int need(NodeId id) {
    if (of(id).need > 0) return of(id).need;
    std::vector<int> needs = {1};
    for (const NodeId argument : operands(id)) needs.push_back(need(argument));
    std::sort(needs.begin(), needs.end(), std::greater<>());
    int most = 0;
    for (std::size_t i = 0; i < needs.size(); ++i) most = std::max(most, needs[i] + static_cast<int>(i));
    return of(id).need = needs.size() == 1 ? 1 : std::max(needs[0], most - 1);
  }

  void visit(NodeId id) {
    if (is_leaf(graph_[id].op) || of(id).seen) return;
    of(id).seen = true;
    std::vector<NodeId> arguments = operands(id);
    std::stable_sort(arguments.begin(), arguments.end(), [this](NodeId a, NodeId b) { return need(a) > need(b); });
    for (const NodeId argument : arguments) {
      visit(argument);
      of(argument).users.push_back(id);
      ++of(argument).uses_left;
      ++of(id).waits_for;
    }
    of(id).position = order_.size();
    order_.push_back(id);
  }

  int gain(NodeId id) {
    int ended = 0;
    for (const NodeId argument : operands(id)) ended += of(argument).uses_left == 1 && of(argument).outputs == 0 ? 1 : 0;
    return ended - (of(id).uses_left > 0 ? 1 : 0);
  }

  void write(NodeId id) {
    for (const NodeId argument : operands(id)) --of(argument).uses_left;
    const Node& node = graph_[id];
    Instruction line{.op = node.op};
    const auto argument = [&](NodeId a) { return a < 0 ? -1 : line_of(a); };
    line.a = argument(node.arguments[0]);
    line.b = argument(node.arguments[1]);
    line.c = argument(node.arguments[2]);
    append(id, line);
  }

  /// The line of a node that is written, or of a leaf, which is written where it is first used.
  std::int32_t line_of(NodeId id) {
    if (of(id).line >= 0) return of(id).line;
    const Node& node = graph_[id];
    append(id, {.op = node.op, .value = node.value, .input = node.op == Op::kInput ? static_cast<std::int32_t>(node.input) : -1});
    return of(id).line;
  }

  void append(NodeId id, const Instruction& line) {
    program_.code.push_back(line);
    of(id).line = static_cast<std::int32_t>(program_.code.size()) - 1;
  }

  const Graph& graph_;
  Program& program_;
  std::vector<State> state_;
  std::vector<NodeId> order_;
};

}  // namespace

std::vector<bool> Program::used_inputs() const {
  std::vector<bool> used(inputs.size(), false);
  for (const Instruction& line : code) {
    if (line.op == Op::kInput) used[static_cast<std::size_t>(line.input)] = true;
  }
  return used;
}

Program compile(const Graph& graph, std::span<const NodeId> outputs, std::vector<std::string> names,
                const std::vector<bool>& steady) {
  Lower lower(graph, outputs, steady);
  const std::vector<NodeId> lowered = lower.run(outputs);
  const Graph middle = lower.take();
  Fuse fuse(middle, lowered);
  const std::vector<NodeId> fused = fuse.run(lowered);
  const Graph last = fuse.take();

  Program program;
  program.inputs = graph.inputs();
  program.output_names = std::move(names);
  Scheduler(last, fused, program);
  return program;
}

Cost cost(const Program& program) {
  Cost result;
  std::vector<std::size_t> last_use(program.code.size(), 0);
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    for (const std::int32_t a : {program.code[i].a, program.code[i].b, program.code[i].c}) {
      if (a >= 0) last_use[static_cast<std::size_t>(a)] = i;
    }
  }
  for (const std::int32_t line : program.outputs) last_use[static_cast<std::size_t>(line)] = program.code.size();
  std::vector<std::size_t> ends(program.code.size() + 1, 0);
  std::size_t live = 0;
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    const Op op = program.code[i].op;
    if (is_leaf(op)) continue;
    if (op != Op::kNegate) ++result.operations;
    if (info(op).transcendental) ++result.transcendental;
    if (op == Op::kDivide || op == Op::kSqrt) ++result.divisions;
    live -= ends[i];
    ++live;
    ++ends[last_use[i]];
    result.live_values = std::max(result.live_values, live);
  }
  return result;
}

std::string to_text(const Program& program) {
  const auto name = [&](std::int32_t line) {
    const Instruction& i = program.code[static_cast<std::size_t>(line)];
    if (i.op == Op::kInput) return program.inputs[static_cast<std::size_t>(i.input)];
    if (i.op == Op::kConstant) return fmt::format("{}", i.value);
    if (i.op == Op::kDerivativeFloor) return std::string("derivative_floor");
    return fmt::format("t{}", line);
  };
  std::string text;
  for (std::size_t i = 0; i < program.code.size(); ++i) {
    const Instruction& line = program.code[i];
    if (is_leaf(line.op)) continue;
    text += fmt::format("t{} = {}({}", i, info(line.op).name, name(line.a));
    if (line.b >= 0) text += ", " + name(line.b);
    if (line.c >= 0) text += ", " + name(line.c);
    text += ")\n";
  }
  for (std::size_t i = 0; i < program.outputs.size(); ++i) {
    text += fmt::format("{} = {}\n", program.output_names[i], name(program.outputs[i]));
  }
  return text;
}

}  // namespace freshet::symbolic
