#include "stepgen/print_stage.hpp"

#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "stepgen/print_code.hpp"

namespace freshet::stepgen {
namespace {

using symbolic::Program;

/// Collects the places of a function's arguments, in the order of its program's inputs and outputs.
class Arguments {
 public:
  template <class Names>
  Arguments& read(const std::string& array, const std::string& prefix, const Names& names) {
    std::size_t i = 0;
    for (const auto& row : names) add_input(fmt::format("{}[{}]", array, i++), prefix + std::string(row.name));
    return *this;
  }
  Arguments& read_numbered(const std::string& array, const std::string& prefix, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) add_input(fmt::format("{}[{}]", array, i), prefix + std::to_string(i));
    return *this;
  }
  Arguments& read_dt() {
    add_input("dt", "step_length");
    return *this;
  }
  Arguments& write(const std::string& array, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) places_.outputs.push_back(fmt::format("{}[{}]", array, i));
    return *this;
  }
  /// Sums that the function adds to.
  Arguments& add_to(const std::string& array, const std::string& prefix, std::size_t n) {
    return read_numbered(array, prefix, n).write(array, n);
  }
  const Places& places() const { return places_; }

 private:
  void add_input(std::string from, std::string local) {
    places_.inputs.push_back(std::move(from));
    places_.locals.push_back(std::move(local));
  }
  Places places_;
};

struct Unnamed {
  std::string name;
};

std::string function(std::string_view head, const Program& program, const Arguments& arguments) {
  return fmt::format("{}    using T = typename V::Value;\n{}  }}\n\n", head, print_body(program, arguments.places()));
}

std::string print_steps(const TracedModel& model, const TracedStage& stage) {
  const std::size_t outer_fluxes = stage.fluxes.size() - stage.sub_fluxes;
  Arguments step;
  step.read("state", "s_", stage.states).read("forcing", "f_", stage.forcings).read("parameter", "p_", model.parameters);
  step.read_numbered("derived", "d_", model.derived).read_dt();
  step.write("next", stage.states.size()).write("flux", outer_fluxes).write("carry", stage.carry);
  std::string text = function(
      "  template <class V>\n  FRESHET_LANE static void step([[maybe_unused]] const V* state, [[maybe_unused]] const V* "
      "forcing,\n"
      "                   [[maybe_unused]] const V* parameter, [[maybe_unused]] const V* derived, [[maybe_unused]] V dt, V* "
      "next,\n"
      "                   [[maybe_unused]] V* flux, [[maybe_unused]] V* carry) {\n",
      stage.step, step);
  if (stage.substep.code.empty()) return text;
  Arguments substep;
  substep.read("state", "s_", stage.states).read_numbered("carry", "c_", stage.carry).read("parameter", "p_", model.parameters);
  substep.read_numbered("derived", "d_", model.derived).read_dt();
  substep.write("next", stage.states.size()).write("flux", stage.sub_fluxes);
  return text + function(
                    "  template <class V>\n  FRESHET_LANE static void substep([[maybe_unused]] const V* state, [[maybe_unused]] "
                    "const V* carry,\n"
                    "                      [[maybe_unused]] const V* parameter, [[maybe_unused]] const V* derived, "
                    "[[maybe_unused]] V dt, V* next,\n"
                    "                      [[maybe_unused]] V* flux) {\n",
                    stage.substep, substep);
}

std::string print_adjoint(const TracedModel& model, const TracedStage& stage, std::string_view name, const Program& program) {
  Arguments a;
  a.read("state", "s_", stage.states).read("forcing", "f_", stage.forcings).read("parameter", "p_", model.parameters);
  a.read_numbered("derived", "d_", model.derived).read_dt();
  a.read_numbered("next_seed", "seed_of_state_", stage.states.size());
  a.read_numbered("flux_seed", "seed_of_flux_", stage.fluxes.size() - stage.sub_fluxes);
  a.read_numbered("carry_seed", "seed_of_carry_", stage.carry);
  a.write("state_adjoint", stage.states.size()).write("forcing_adjoint", stage.forcings.size());
  a.add_to("parameter_adjoint", "sum_of_p_", model.parameters.size()).add_to("derived_adjoint", "sum_of_d_", model.derived);
  return function(
      fmt::format(
          "  template <class V>\n  FRESHET_LANE static void {}([[maybe_unused]] const V* state, [[maybe_unused]] const V* "
          "forcing,\n"
          "      [[maybe_unused]] const V* parameter, [[maybe_unused]] const V* derived, [[maybe_unused]] V dt,\n"
          "      [[maybe_unused]] const V* next_seed, [[maybe_unused]] const V* flux_seed, [[maybe_unused]] const V* "
          "carry_seed,\n"
          "      [[maybe_unused]] V* state_adjoint, [[maybe_unused]] V* forcing_adjoint, [[maybe_unused]] V* parameter_adjoint,\n"
          "      [[maybe_unused]] V* derived_adjoint) {{\n",
          name),
      program, a);
}

std::string print_sub_adjoint(const TracedModel& model, const TracedStage& stage, std::string_view name, const Program& program) {
  Arguments a;
  a.read("state", "s_", stage.states).read_numbered("carry", "c_", stage.carry).read("parameter", "p_", model.parameters);
  a.read_numbered("derived", "d_", model.derived).read_dt();
  a.read_numbered("next_seed", "seed_of_state_", stage.states.size());
  a.read_numbered("flux_seed", "seed_of_flux_", stage.sub_fluxes);
  a.write("state_adjoint", stage.states.size()).write("carry_adjoint", stage.carry);
  a.add_to("parameter_adjoint", "sum_of_p_", model.parameters.size()).add_to("derived_adjoint", "sum_of_d_", model.derived);
  return function(
      fmt::format(
          "  template <class V>\n  FRESHET_LANE static void {}([[maybe_unused]] const V* state, [[maybe_unused]] const V* "
          "carry,\n"
          "      [[maybe_unused]] const V* parameter, [[maybe_unused]] const V* derived, [[maybe_unused]] V dt,\n"
          "      [[maybe_unused]] const V* next_seed, [[maybe_unused]] const V* flux_seed, [[maybe_unused]] V* state_adjoint,\n"
          "      [[maybe_unused]] V* carry_adjoint, [[maybe_unused]] V* parameter_adjoint,\n"
          "      [[maybe_unused]] V* derived_adjoint) {{\n",
          name),
      program, a);
}

std::string flag_function(std::string_view name, const std::vector<bool>& flags) {
  std::string values;
  for (const bool flag : flags) values += flag ? "true, " : "false, ";
  return fmt::format(
      "  FRESHET_LANE static constexpr bool {}(std::int32_t i) {{\n    constexpr bool k[] = {{{}false}};\n    return k[i];\n  "
      "}}\n",
      name, values);
}

}  // namespace

std::string stage_type(const TracedStage& stage) {
  std::string type;
  bool capital = true;
  for (const char c : stage.name) {
    if (c == '_') {
      capital = true;
    } else {
      type += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      capital = false;
    }
  }
  return type + "Stage";
}

std::string counts(const TracedModel& model, const TracedStage& stage) {
  return fmt::format("{{{}, {}, {}, {}, {}, {}, {}}}", stage.states.size(), stage.forcings.size(),
                     stage.fluxes.size() - stage.sub_fluxes, stage.sub_fluxes, stage.carry, model.parameters.size(),
                     model.derived);
}

std::string print_stage(const TracedModel& model, const TracedStage& stage) {
  const symbolic::Cost step = cost(stage.step), adjoint = cost(stage.adjoint_main);
  std::string text = fmt::format(
      "/// Step: {} operations, {} of them transcendental, {} divisions, {} values alive. Main adjoint: {}, {}, {}, {}.\n"
      "struct {} {{\n"
      "  static constexpr bool kFixed = true, kHasSubsteps = {};\n"
      "  static constexpr std::size_t kMaxStates = {}, kMaxForcings = {}, kMaxFluxes = {}, kMaxCarry = {}, kMaxParameters = {},\n"
      "                               kMaxDerived = {};\n"
      "  FRESHET_LANE static constexpr StageCounts counts() {{ return {}; }}\n",
      step.operations, step.transcendental, step.divisions, step.live_values, adjoint.operations, adjoint.transcendental,
      adjoint.divisions, adjoint.live_values, stage_type(stage), model.substeps.empty() ? "false" : "true", stage.states.size(),
      stage.forcings.size(), stage.fluxes.size(), stage.carry, model.parameters.size(), model.derived, counts(model, stage));
  text += flag_function("is_main", stage.main) + flag_function("is_link", stage.link) + "\n";
  text += print_steps(model, stage);
  text +=
      print_adjoint(model, stage, "adjoint_all", stage.adjoint) + print_adjoint(model, stage, "adjoint_main", stage.adjoint_main);
  if (!stage.substep.code.empty()) {
    text += print_sub_adjoint(model, stage, "sub_adjoint_all", stage.sub_adjoint) +
            print_sub_adjoint(model, stage, "sub_adjoint_main", stage.sub_adjoint_main);
  }
  return text + "};\n\n";
}

}  // namespace freshet::stepgen
