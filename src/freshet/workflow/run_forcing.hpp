#pragma once

#include "freshet/core/events.hpp"
#include "freshet/data/prepared.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// Gives the basins of `data` the forcing of the configuration's process model; nothing for models without one.
/// @param periods  days that will be simulated, warm-up included: where the basin has a record, no value may be missing there
/// @throws InputError naming basins, days and variables
void add_run_forcing(PreparedData& data, const RunConfig& config, const std::vector<Period>& periods, Observer& observer);

/// The periods with `steps` steps before each.
std::vector<Period> with_warm_up(const std::vector<Period>& periods, std::int64_t steps, std::int64_t step_minutes);

}  // namespace freshet
