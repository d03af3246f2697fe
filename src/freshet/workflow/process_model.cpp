#include "freshet/workflow/process_model.hpp"

#include <numeric>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/kernels/derived_values.hpp"
#include "freshet/kernels/registry.hpp"

namespace freshet {
namespace {

/// Share of a hydrograph's water that may come after its last ordinate.
constexpr double kMostCut = 0.01;

/// @param ordinates  makes them for a step of so many days
template <class Ordinates>
void check_reach(const std::string& name, std::size_t length, std::int64_t step_minutes, Ordinates ordinates) {
  if (length < 2) return;
  const std::size_t half = length / 2;
  const double reach = static_cast<double>(length) * static_cast<double>(step_minutes) / kMinutesPerDay;
  const std::vector<double> longer = ordinates(reach / static_cast<double>(half));
  const double later = 1 - std::accumulate(longer.begin(), longer.begin() + static_cast<std::ptrdiff_t>(half), 0.0);
  if (later <= kMostCut) return;
  throw InputError({.what = "the unit hydrograph is too long for the time step",
                    .variable = name,
                    .expected = fmt::format("{:.0f} % of its water within {} steps of {} minutes, or {:.3g} days",
                                            100 * (1 - kMostCut), length, step_minutes, reach),
                    .got = fmt::format("{:.0f} %", 100 * (1 - later)),
                    .hint = "Its number of steps is fixed: give it parameters of less delay, or daily forcing."});
}

}  // namespace

const kernels::Model& open_process_model(const std::string& name, const std::filesystem::path& plugin) {
  const kernels::Model* own = plugin.empty() ? nullptr : &kernels::load_plugin(plugin);
  if (!name.empty()) return kernels::find_model(name);
  if (own != nullptr) return *own;
  throw InputError(
      Problem{.what = "no model is named", .hint = "Give --model, or --plugin; `freshet list models` names the models."});
}

std::vector<ForcingNeed> forcing_needs(const kernels::Model& model) {
  std::vector<ForcingNeed> needs;
  for (const auto& forcing : model.forcings()) needs.push_back({.name = std::string(forcing.name), .lowest = forcing.lowest});
  return needs;
}

void check_hydrographs(const kernels::Model& model, const kernels::Routing* routing, std::span<const double> parameters,
                       std::span<const double> routing_parameters, std::int64_t step_minutes) {
  if (step_minutes >= kMinutesPerDay) return;
  for (std::int32_t i = 0; i < model.table().delay_count; ++i) {
    const kernels::DelayRow& delay = model.table().delays[i];
    check_reach(delay.name, static_cast<std::size_t>(delay.length), step_minutes, [&](double dt) {
      return kernels::delay_ordinates<double>(model, static_cast<std::size_t>(i), parameters, 1, dt);
    });
  }
  if (routing == nullptr) return;
  check_reach(std::string(routing->name()), routing->length(), step_minutes,
              [&](double dt) { return kernels::routing_ordinates<double>(*routing, routing_parameters, 1, dt); });
}

}  // namespace freshet
