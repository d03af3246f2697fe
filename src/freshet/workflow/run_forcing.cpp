#include "freshet/workflow/run_forcing.hpp"

#include "freshet/kernels/registry.hpp"
#include "freshet/models/model.hpp"
#include "freshet/workflow/process_model.hpp"
#include "freshet/workflow/run_inputs.hpp"

namespace freshet {

void add_run_forcing(PreparedData& data, const RunConfig& config, const std::vector<Period>& periods, Observer& observer) {
  if (!find_model_kind(config.model.model).process) return;
  ForcingOptions options;
  options.source = config.data.data_dir;
  options.dataset = config.data.dataset;
  options.products = config.data.forcings;
  options.area_source = config.data.area_source;
  options.cache_dir = cache_folder(config.data.cache_dir);
  for (const PreparedBasin& basin : data.basins) options.basins.push_back(basin.id);
  options.columns = config.data.columns;
  options.pet = config.data.pet_method;
  options.latitude = config.data.latitude;
  options.elevation = config.data.elevation;
  options.periods = periods;
  options.own_axes = true;
  options.threads = config.threads();
  const kernels::Model& model = open_process_model(config.model.process.process_model, config.model.process.plugin.value_or(""));
  const ProcessForcing forcing = read_process_forcing(options, forcing_needs(model), observer);
  if (!forcing.refused.empty()) throw InputError(forcing.refused);
  add_forcing(data, forcing);
}

std::vector<Period> with_warm_up(const std::vector<Period>& periods, std::int64_t steps, std::int64_t step_minutes) {
  std::vector<Period> longer = periods;
  for (Period& period : longer) period.first.minutes -= steps * step_minutes;
  return longer;
}

}  // namespace freshet
