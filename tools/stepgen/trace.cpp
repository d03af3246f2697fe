#include "stepgen/trace.hpp"

namespace freshet::stepgen {

symbolic::Program Tracer::adjoint(const std::vector<bool>& seeded, const std::vector<bool>& wanted,
                                  const std::vector<bool>& returned, std::size_t first_summed) const {
  symbolic::Graph graph = graph_;
  std::vector<symbolic::NodeId> seeds;
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    const symbolic::NodeId seed = graph.input("adjoint_of_" + names_[i]);
    seeds.push_back(seeded[i] ? seed : -1);
  }
  const std::vector<symbolic::NodeId> adjoints = symbolic::differentiate(graph, outputs_, seeds, inputs_);
  std::vector<symbolic::NodeId> results;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    if (!returned[i]) continue;
    const std::string& name = graph.inputs()[graph[inputs_[i]].input];
    symbolic::NodeId result = wanted[i] ? adjoints[i] : graph.constant(0);
    if (i >= first_summed) result = graph.make(symbolic::Op::kAdd, graph.input("sum_of_" + name), result);
    results.push_back(result);
    names.push_back("adjoint_of_" + name);
  }
  return symbolic::compile(graph, results, names, steady_);
}

}  // namespace freshet::stepgen
