#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "stepgen/traced_model.hpp"

namespace freshet::stepgen {

/// The files of a model, name to text:
///   <model>_stages.hpp       its functions, as templates over the vector type
///   <model>_<set>.cpp        its kernels for each instruction set: avx512, avx2, generic
///   <model>_table.cpp        its tables and programs: `const ModelTable& <model>_model()`
///   <model>_cuda.cu          its CUDA kernels, if cuda is among the sets
/// Without any set the table has no kernels, and the interpreter runs the model.
std::map<std::string, std::string> print_model(const TracedModel& model, std::span<const std::string_view> sets);

/// routings.cpp: the tables of unit hydrographs, `std::span<const RoutingTable> routing_tables()`.
std::string print_routings(std::span<const TracedRouting> routings);

/// models.cpp: the list of all built-in models, `std::vector<const ModelTable*> model_tables()`.
std::string print_model_list(std::span<const std::string> names);

/// A plug-in's only exported function, which returns its model.
std::string print_plugin_entry(const std::string& model);

}  // namespace freshet::stepgen
