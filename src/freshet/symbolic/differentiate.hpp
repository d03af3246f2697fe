#pragma once

#include <span>
#include <vector>

#include "freshet/symbolic/graph.hpp"

namespace freshet::symbolic {

/// Reverse mode: adds to the graph the nodes of sum_i seed_i d output_i / d input_j.
/// Kinks take the derivative of the branch that the value takes (min and max at a tie: the first argument); a condition has no
/// derivative; the derivatives of pow and log divide by max(base, kDerivativeFloor), that of sqrt by
/// 2 max(sqrt, kDerivativeFloor), so they are finite.
/// @param outputs  nodes
/// @param seeds    as many nodes: the adjoints of the outputs; an output with seed -1 is left out
/// @param inputs   nodes to differentiate to
/// @return         [input] nodes
std::vector<NodeId> differentiate(Graph& graph, std::span<const NodeId> outputs, std::span<const NodeId> seeds,
                                  std::span<const NodeId> inputs);

}  // namespace freshet::symbolic
