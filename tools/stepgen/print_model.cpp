#include "stepgen/print_model.hpp"

#include <string_view>

#include <fmt/format.h>

#include "stepgen/print_code.hpp"
#include "stepgen/print_stage.hpp"

namespace freshet::stepgen {
namespace {

constexpr std::string_view kNotice = "// Printed by stepgen from the model's header. Not edited by hand.\n";

std::string variable_rows(const std::string& name, std::span<const physics::VariableInfo> rows) {
  std::string text = fmt::format("constexpr VariableRow {}[] = {{\n", name);
  for (const auto& row : rows) {
    text += fmt::format("    {{{}, {}, {}, {}, {}}},\n", quoted(row.name), quoted(row.unit), quoted(row.meaning),
                        static_cast<int>(row.role), literal(row.lowest));
  }
  if (rows.empty()) text += "    {},\n";
  return text + "};\n";
}

std::string parameter_rows(const std::string& name, std::span<const physics::ParameterInfo> rows) {
  std::string text = fmt::format("constexpr ParameterRow {}[] = {{\n", name);
  for (const auto& row : rows) {
    text += fmt::format("    {{{}, {}, {}, {}, {}, {}, {}}},\n", quoted(row.name), quoted(row.symbol), quoted(row.unit),
                        literal(row.lower), literal(row.upper), quoted(row.meaning), static_cast<int>(row.scale));
  }
  if (rows.empty()) text += "    {},\n";
  return text + "};\n";
}

std::string flags(const std::string& name, const std::vector<bool>& values) {
  std::string text = fmt::format("constexpr std::int32_t {}[] = {{", name);
  for (const bool value : values) text += value ? "1, " : "0, ";
  return text + "0};\n";
}

std::string stage_tables(const TracedModel& model) {
  std::string text;
  for (const TracedStage& stage : model.stages) {
    const std::string& n = stage.name;
    text += variable_rows(n + "_forcings", stage.forcings) + variable_rows(n + "_states", stage.states) +
            variable_rows(n + "_fluxes", stage.fluxes) + flags(n + "_main", stage.main) + flags(n + "_link", stage.link);
    for (const auto& [name, program] :
         {std::pair{"initial", &stage.initial}, std::pair{"initial_adjoint", &stage.initial_adjoint},
          std::pair{"step", &stage.step}, std::pair{"adjoint", &stage.adjoint}, std::pair{"adjoint_main", &stage.adjoint_main},
          std::pair{"substep", &stage.substep}, std::pair{"sub_adjoint", &stage.sub_adjoint},
          std::pair{"sub_adjoint_main", &stage.sub_adjoint_main}}) {
      text += print_program_table(*program, n + "_" + name);
    }
  }
  text += fmt::format("constexpr StageTable {}_stages[] = {{\n", model.name);
  for (const TracedStage& stage : model.stages) {
    text += fmt::format(
        "    {{{0}, {1}, {2}_forcings, {2}_states, {2}_fluxes, {2}_main, {2}_link, {2}_initial, {2}_initial_adjoint, {2}_step,\n"
        "     {2}_adjoint, {2}_adjoint_main, {2}_substep, {2}_sub_adjoint, {2}_sub_adjoint_main}},\n",
        quoted(stage.name), counts(model, stage), stage.name);
  }
  return text + "};\n";
}

std::string other_tables(const TracedModel& model) {
  std::string text = parameter_rows(model.name + "_parameters", model.parameters);
  text += fmt::format("constexpr DelayRow {}_delays[] = {{\n", model.name);
  for (const auto& row : model.delays) {
    text += fmt::format("    {{{}, {}, {}, {}}},\n", quoted(row.name), quoted(row.flux), row.first, row.length);
  }
  text += fmt::format("    {{}},\n}};\nconstexpr SubstepRow {}_substeps[] = {{\n", model.name);
  for (const auto& row : model.substeps) {
    text += fmt::format("    {{{}, {}, {}}},\n", quoted(row.name), row.per_day, quoted(row.meaning));
  }
  return text + "    {},\n};\n";
}

std::string print_table(const TracedModel& model, std::span<const std::string_view> sets) {
  std::string text = fmt::format("{}#include <limits>\n\n#include \"freshet/kernels/model_table.hpp\"\n\n", kNotice);
  text += "namespace freshet::generated {\n\nusing namespace freshet::kernels;\n\n";
  for (const std::string_view set : sets) text += fmt::format("KernelTable {}_{}();\n", model.name, set);
  text += "\nnamespace {\n\n[[maybe_unused]] constexpr double kInfinity = std::numeric_limits<double>::infinity();\n\n";
  text += stage_tables(model) + other_tables(model) + print_program_table(model.prepare, model.name + "_prepare") +
          print_program_table(model.prepare_adjoint, model.name + "_prepare_adjoint");
  text +=
      fmt::format("\n}}  // namespace\n\nconst ModelTable& {}_model() {{\n  static const KernelTable kernels[] = {{", model.name);
  for (const std::string_view set : sets) text += fmt::format("{}_{}(), ", model.name, set);
  text += "{}};\n";
  text += fmt::format(
      "  static const ModelTable table{{kTableVersion, {1}, {2}, {3}, {4}, {5}, {6},\n"
      "                                {7}, {8}, {9}, {10}, {11}, {12},\n"
      "                                {0}_parameters, {0}_delays, {0}_substeps, {0}_stages, {0}_prepare, {0}_prepare_adjoint,\n"
      "                                kernels}};\n  return table;\n}}\n\n}}  // namespace freshet::generated\n",
      model.name, quoted(model.name), quoted(model.title), quoted(model.runoff), model.exceptions.negative_storage ? 1 : 0,
      model.exceptions.numerical_floor ? 1 : 0, quoted(model.exceptions.reason), model.parameters.size(), model.delays.size(),
      model.substeps.size(), model.stages.size(), model.derived, sets.size());
  return text;
}

std::string print_kernels(const TracedModel& model, std::string_view set) {
  const bool cuda = set == "cuda";
  std::string text = fmt::format("{}#include \"freshet/kernels/{}\"\n#include \"{}_stages.hpp\"\n\n", kNotice,
                                 cuda ? "cuda/instantiate.cuh" : "lanes/instantiate.hpp", model.name);
  text += fmt::format("namespace freshet::generated {{\n\nkernels::KernelTable {}_{}() {{\n", model.name, set);
  for (const std::string_view type : {"float", "double"}) {
    text += fmt::format("  static constexpr kernels::StageFunctions<{}> {}_stages[] = {{\n", type, type);
    for (const TracedStage& stage : model.stages) {
      text += cuda ? fmt::format("      kernels::cuda_stage_functions<{}, {}>(),\n", stage_type(stage), type)
                   : fmt::format("      kernels::stage_functions<{}, kernels::Vector<{}>>(),\n", stage_type(stage), type);
    }
    text += "  };\n";
  }
  return text +
         fmt::format("  return {{\"{}\", float_stages, double_stages}};\n}}\n\n}}  // namespace freshet::generated\n", set);
}

}  // namespace

std::map<std::string, std::string> print_model(const TracedModel& model, std::span<const std::string_view> sets) {
  std::map<std::string, std::string> files;
  std::string stages = fmt::format(
      "{}#pragma once\n\n#include \"freshet/kernels/lanes/lane_math.hpp\"\n"
      "#include \"freshet/kernels/model_table.hpp\"\n\nnamespace freshet::generated {{\n\n"
      "using namespace freshet::kernels;\n\n",
      kNotice);
  for (const TracedStage& stage : model.stages) stages += print_stage(model, stage);
  files[model.name + "_stages.hpp"] = stages + "}  // namespace freshet::generated\n";
  files[model.name + "_table.cpp"] = print_table(model, sets);
  for (const std::string_view set : sets) {
    files[fmt::format("{}_{}.{}", model.name, set, set == "cuda" ? "cu" : "cpp")] = print_kernels(model, set);
  }
  return files;
}

std::string print_routings(std::span<const TracedRouting> routings) {
  std::string text = fmt::format(
      "{}#include <limits>\n#include <span>\n\n#include \"freshet/kernels/model_table.hpp\"\n\n"
      "namespace freshet::generated {{\n\nusing namespace freshet::kernels;\n\nnamespace {{\n\n",
      kNotice);
  for (const TracedRouting& routing : routings) {
    text += parameter_rows(routing.name + "_parameters", routing.parameters) +
            print_program_table(routing.ordinates, routing.name + "_ordinates") +
            print_program_table(routing.ordinates_adjoint, routing.name + "_ordinates_adjoint");
  }
  text += "constexpr RoutingTable kRoutings[] = {\n";
  for (const TracedRouting& routing : routings) {
    text += fmt::format("    {{kTableVersion, {0}, {1}, {2}, {3}, {4}_parameters, {4}_ordinates, {4}_ordinates_adjoint}},\n",
                        quoted(routing.name), quoted(routing.title), routing.parameters.size(), routing.length, routing.name);
  }
  return text +
         "};\n\n}  // namespace\n\nstd::span<const RoutingTable> routing_tables() {\n  return kRoutings;\n}\n\n"
         "}  // namespace freshet::generated\n";
}

std::string print_model_list(std::span<const std::string> names) {
  std::string text = fmt::format(
      "{}#include <vector>\n\n#include \"freshet/kernels/model_table.hpp\"\n\nnamespace freshet::generated {{\n\n", kNotice);
  for (const std::string& name : names) text += fmt::format("const kernels::ModelTable& {}_model();\n", name);
  text += "\nstd::vector<const kernels::ModelTable*> model_tables() {\n  return {";
  for (std::size_t i = 0; i < names.size(); ++i) text += fmt::format("{}&{}_model()", i == 0 ? "" : ", ", names[i]);
  return text + "};\n}\n\n}  // namespace freshet::generated\n";
}

std::string print_plugin_entry(const std::string& model) {
  return fmt::format(
      "{0}#include \"freshet/kernels/model_table.hpp\"\n\nnamespace freshet::generated {{\n"
      "const kernels::ModelTable& {1}_model();\n}}\n\n"
      "extern \"C\" __attribute__((visibility(\"default\"))) const freshet::kernels::ModelTable* freshet_model() {{\n"
      "  return &freshet::generated::{1}_model();\n}}\n",
      kNotice, model);
}

}  // namespace freshet::stepgen
