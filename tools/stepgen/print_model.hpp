#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "stepgen/traced_model.hpp"

namespace freshet::stepgen {

/// The instruction sets that kernels are printed for, the best first.
inline constexpr std::array<std::string_view, 3> kInstructionSets = {"avx512", "avx2", "generic"};

/// The files of a model, name to text:
///   <model>_stages.hpp       its functions, as templates over the vector type
///   <model>_<set>.cpp        its kernels for each instruction set; without any, the interpreter runs the model
///   <model>_table.cpp        its tables and programs: `const ModelTable& <model>_model()`
///   <model>_cuda.cu          its CUDA kernels
std::map<std::string, std::string> print_model(const TracedModel& model, std::span<const std::string_view> sets);

/// routings.cpp: the tables of unit hydrographs, `std::span<const RoutingTable> routing_tables()`.
std::string print_routings(std::span<const TracedRouting> routings);

/// models.cpp: the list of all built-in models, `std::vector<const ModelTable*> model_tables()`.
std::string print_model_list(std::span<const std::string> names);

/// A plug-in's only exported function, which returns its model.
std::string print_plugin_entry(const std::string& model);

}  // namespace freshet::stepgen
