#include "freshet/kernels/model.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/cpu/processor.hpp"
#include "freshet/kernels/cuda/cuda.hpp"
#include "freshet/kernels/interpreter.hpp"
#include "freshet/symbolic/op.hpp"

namespace freshet::kernels {
namespace {

physics::ParameterInfo parameter_info(const ParameterRow& row) {
  return {row.name, row.symbol, row.unit, row.lower, row.upper, row.meaning, static_cast<physics::ParameterScale>(row.scale)};
}

physics::VariableInfo variable_info(const VariableRow& row) {
  return {row.name, row.unit, row.meaning, static_cast<physics::WaterRole>(row.role), row.lowest};
}

template <class Rows>
std::optional<std::size_t> find(const Rows& rows, std::string_view name) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? std::nullopt : std::optional<std::size_t>(static_cast<std::size_t>(found - rows.begin()));
}

void check_version(std::int32_t version, const char* name) {
  if (version == kTableVersion) return;
  throw InputError({.what = fmt::format("the model `{}` was built for another version of Freshet", name),
                    .expected = fmt::format("table version {}", kTableVersion),
                    .got = std::to_string(version),
                    .hint = "Build the plug-in again with this version."});
}

/// Marks the inputs below `limit` that a program reads.
void mark_inputs(const ProgramTable& program, std::vector<bool>& marks) {
  for (std::int32_t i = 0; i < program.lines; ++i) {
    const InstructionRow& line = program.code[i];
    if (static_cast<symbolic::Op>(line.op) != symbolic::Op::kInput) continue;
    if (static_cast<std::size_t>(line.input) < marks.size()) marks[static_cast<std::size_t>(line.input)] = true;
  }
}

}  // namespace

std::vector<Backend> available_backends() {
  std::vector<Backend> backends;
  if (has_avx512()) backends.push_back(Backend::kAvx512);
  if (has_avx2()) backends.push_back(Backend::kAvx2);
  backends.push_back(Backend::kGeneric);
  backends.push_back(Backend::kInterpreter);
  static const bool has_gpu = cuda_problem().empty();
  if (has_gpu) backends.push_back(Backend::kCuda);
  return backends;
}

std::string_view name(Backend backend) {
  switch (backend) {
    case Backend::kBest:
      return "best";
    case Backend::kInterpreter:
      return "interpreter";
    case Backend::kGeneric:
      return "generic";
    case Backend::kAvx2:
      return "avx2";
    case Backend::kAvx512:
      return "avx512";
    case Backend::kCuda:
      return "cuda";
  }
  throw InternalError("unknown backend");
}

Model::Model(const ModelTable& table) : table_(table) {
  check_version(table.version, table.name);
  for (std::int32_t i = 0; i < table.parameter_count; ++i) parameters_.push_back(parameter_info(table.parameters[i]));
  for (std::int32_t i = 0; i < table.substep_count; ++i) {
    substeps_.push_back({table.substeps[i].name, table.substeps[i].per_day, table.substeps[i].meaning});
  }
  resolve();
  const std::optional<std::size_t> runoff = find_flux(table.runoff);
  if (!runoff) throw InputError({.what = fmt::format("the model `{}` has no flux `{}`", table.name, table.runoff)});
  runoff_ = *runoff;
  must_be_static_.assign(parameters_.size(), false);
  mark_inputs(table.prepare, must_be_static_);
  for (std::size_t s = 0; s < stage_count(); ++s) mark_inputs(stage(s).initial, must_be_static_);
}

void Model::resolve() {
  delay_inputs_.resize(static_cast<std::size_t>(table_.delay_count));
  for (std::size_t s = 0; s < stage_count(); ++s) {
    const StageTable& stage = table_.stages[s];
    std::vector<ForcingSource>& sources = sources_.emplace_back();
    for (std::int32_t i = 0; i < stage.counts.forcings; ++i) {
      const std::string_view name = stage.forcings[i].name;
      const auto is_delay = [&](const DelayRow& row) { return name == row.name; };
      const DelayRow* delay = std::find_if(table_.delays, table_.delays + table_.delay_count, is_delay);
      if (stage.link[i] != 0 && delay != table_.delays + table_.delay_count) {
        sources.push_back({ForcingSource::Kind::kDelay, 0, static_cast<std::size_t>(delay - table_.delays)});
      } else if (stage.link[i] != 0) {
        const StagePlace place = flux_places_[find_flux(name).value()];
        sources.push_back({ForcingSource::Kind::kFlux, place.stage, place.index});
      } else {
        std::optional<std::size_t> known = find(forcings_, name);
        if (!known) {
          known = forcings_.size();
          forcings_.push_back(variable_info(stage.forcings[i]));
        }
        sources.push_back({ForcingSource::Kind::kForcing, 0, *known});
      }
    }
    for (std::int32_t i = 0; i < stage.counts.states; ++i) {
      states_.push_back(variable_info(stage.states[i]));
      state_places_.push_back({s, static_cast<std::size_t>(i)});
    }
    for (std::int32_t i = 0; i < stage.counts.fluxes + stage.counts.sub_fluxes; ++i) {
      fluxes_.push_back(variable_info(stage.fluxes[i]));
      flux_places_.push_back({s, static_cast<std::size_t>(i)});
    }
  }
  for (std::size_t d = 0; d < delay_inputs_.size(); ++d) {
    const std::optional<std::size_t> flux = find_flux(table_.delays[d].flux);
    if (!flux) throw InputError({.what = fmt::format("the model `{}` has no flux `{}`", table_.name, table_.delays[d].flux)});
    delay_inputs_[d] = flux_places_[*flux];
  }
}

physics::ModelExceptions Model::exceptions() const {
  return {table_.negative_storage != 0, table_.numerical_floor != 0, table_.exceptions};
}

std::optional<std::size_t> Model::find_parameter(std::string_view parameter) const {
  return find(parameters_, parameter);
}
std::optional<std::size_t> Model::find_state(std::string_view state) const {
  return find(states_, state);
}
std::optional<std::size_t> Model::find_flux(std::string_view flux) const {
  return find(fluxes_, flux);
}

physics::Substeps Model::divide(double dt, std::span<const int> per_day) const {
  std::vector<int> steps;
  for (std::size_t i = 0; i < substeps_.size(); ++i) {
    const int a_day = per_day.empty() ? substeps_[i].per_day : per_day[i];
    const double exact = a_day * dt;
    const int here = std::max(1, static_cast<int>(std::lround(exact)));
    if (a_day < 1 || (exact > 1.0 && std::abs(exact - here) > 1e-9)) {
      throw InputError({.what = fmt::format("a time step of {} days cannot be divided {} times a day", dt, a_day),
                        .variable = std::string(substeps_[i].name),
                        .expected = "1 or more, and a whole number of them in a time step",
                        .got = std::to_string(a_day)});
    }
    steps.push_back(here);
  }
  if (steps.empty()) return {};
  if (steps.size() == 1) return {steps[0], 1};
  if (steps[1] % steps[0] != 0) {
    throw InputError({.what = fmt::format("`{}` must be a multiple of `{}`", substeps_[1].name, substeps_[0].name),
                      .variable = std::string(substeps_[1].name),
                      .expected = fmt::format("a multiple of {}", steps[0]),
                      .got = std::to_string(steps[1])});
  }
  return {steps[0], steps[1] / steps[0]};
}

const KernelTable* Model::kernel_table(Backend backend) const {
  const auto fits = [&](const KernelTable& row) { return kernels::name(backend) == row.instruction_set; };
  const KernelTable* end = table_.kernels + table_.kernel_count;
  const KernelTable* found = std::find_if(table_.kernels, end, fits);
  return found == end ? nullptr : found;
}

std::vector<Backend> Model::backends() const {
  std::vector<Backend> backends = available_backends();
  std::erase_if(backends, [&](Backend b) { return b != Backend::kInterpreter && kernel_table(b) == nullptr; });
  return backends;
}

template <class T>
std::vector<StageKernels<T>> Model::kernels(Backend backend) const {
  const std::vector<Backend> possible = backends();
  if (backend == Backend::kBest) backend = possible.front();
  if (std::find(possible.begin(), possible.end(), backend) == possible.end()) {
    std::vector<std::string_view> names = {kernels::name(Backend::kBest)};
    for (const Backend b : possible) names.push_back(kernels::name(b));
    throw InputError(
        {.what = fmt::format("the model `{}` has no kernels for {} on this processor", table_.name, kernels::name(backend)),
         .expected = fmt::format("one of {}", fmt::join(names, ", ")),
         .hint = "A plug-in has kernels for the instruction sets it was built for."});
  }
  std::vector<StageKernels<T>> result;
  for (std::size_t s = 0; s < stage_count(); ++s) {
    const KernelTable* table = kernel_table(backend);
    if (table == nullptr) {
      result.push_back(interpreted_kernels<T>(stage(s), table_.substep_count > 0));
      continue;
    }
    StageFunctions<T> f;
    if constexpr (std::is_same_v<T, float>) {
      f = table->float_stages[s];
    } else {
      f = table->double_stages[s];
    }
    result.push_back({f.forward, f.forward_all, f.adjoint, f.adjoint_dynamic, f.adjoint_all});
  }
  return result;
}

template std::vector<StageKernels<float>> Model::kernels(Backend) const;
template std::vector<StageKernels<double>> Model::kernels(Backend) const;

Routing::Routing(const RoutingTable& table) : table_(table) {
  check_version(table.version, table.name);
  for (std::int32_t i = 0; i < table.parameter_count; ++i) parameters_.push_back(parameter_info(table.parameters[i]));
}

}  // namespace freshet::kernels
