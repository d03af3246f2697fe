#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "freshet/symbolic/graph.hpp"

namespace freshet::symbolic {

/// One line of straight code. The arguments are the numbers of earlier lines.
struct Instruction {
  Op op = Op::kConstant;
  std::int32_t a = -1, b = -1, c = -1;
  double value = 0;         ///< of a constant
  std::int32_t input = -1;  ///< of an input: its index
};

/// Straight code from inputs to outputs: what is printed as C++ and CUDA, and what the interpreter runs.
struct Program {
  std::vector<std::string> inputs;
  std::vector<Instruction> code;
  std::vector<std::string> output_names;
  std::vector<std::int32_t> outputs;  ///< lines

  /// Which inputs reach an output.
  std::vector<bool> used_inputs() const;
};

/// What a program costs.
struct Cost {
  std::size_t operations = 0;      ///< all but constants, inputs and negations
  std::size_t transcendental = 0;  ///< of these: exp, log2, tanh, ...
  std::size_t divisions = 0;       ///< of these: divisions and square roots
  std::size_t live_values = 0;     ///< the most values alive at once, inputs and constants not counted
};

Cost cost(const Program& program);

/// The program of some nodes of a graph:
/// - pow, log become exp2 and log2, which the value and its derivatives share;
/// - divisions by the same thing, or by what changes rarely, become products with its reciprocal;
/// - a product that is used once, in a sum, becomes a multiply-add, written out so that every backend rounds alike;
/// - what no output needs is left out, and lines are ordered so that few values are alive at once.
/// @param outputs  nodes
/// @param names    of the outputs
/// @param steady   [input] whether it usually stays the same from call to call, as parameters do: the compiler then takes what
///                 depends on nothing else out of the loop over time
Program compile(const Graph& graph, std::span<const NodeId> outputs, std::vector<std::string> names,
                const std::vector<bool>& steady);

/// A program as text, one line an operation: `t7 = multiply(beta, t3)`.
std::string to_text(const Program& program);

}  // namespace freshet::symbolic
