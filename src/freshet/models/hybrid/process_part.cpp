#include "freshet/models/hybrid/process_part.hpp"

#include "freshet/core/error.hpp"
#include "freshet/kernels/plugin_file.hpp"
#include "freshet/kernels/registry.hpp"

namespace freshet {

ProcessPart::ProcessPart(const ProcessModelOptions& options) {
  if (options.plugin) kernels::load_plugin(*options.plugin);
  layer_.model = &kernels::find_model(options.process_model);
  if (options.routing != "none") layer_.routing = &kernels::find_routing(options.routing);
  layer_.outputs.clear();
  for (const std::string& flux : options.process_discharge) {
    if (layer_.routing != nullptr)
      throw InputError(Problem{.what = "`process_discharge` names fluxes, but `routing` takes the model's own runoff",
                               .hint = "Leave one of them out."});
    layer_.outputs.push_back(kernels::find_series(model(), flux));
  }
  if (layer_.outputs.empty()) layer_.outputs.push_back({});
  for (const auto& state : model().states()) layer_.outputs.push_back(kernels::find_series(model(), state.name));
  const auto own = model().parameters();
  parameters_.assign(own.begin(), own.end());
  if (layer_.routing != nullptr) {
    const auto more = layer_.routing->parameters();
    parameters_.insert(parameters_.end(), more.begin(), more.end());
  }
}

std::vector<ModelSeries> ProcessPart::series() const {
  std::vector<ModelSeries> all;
  for (const auto& state : model().states())
    all.push_back({std::string(state.name), std::string(state.unit), std::string(state.meaning)});
  return all;
}

std::int64_t ProcessPart::delay_count() const {
  return static_cast<std::int64_t>(kernels::history_rows(model(), layer_.routing));
}

ProcessPart::Output ProcessPart::run(const torch::Tensor& forcing, const torch::Tensor& values, const RowGroups& rows,
                                     const torch::Tensor& storages, const torch::Tensor& delays) const {
  const torch::Tensor of_rows = values.index_select(0, rows.group_of_row);
  const auto own = static_cast<std::int64_t>(model().parameters().size());
  ProcessInput input{.forcing = forcing, .basins = {}, .parameters = of_rows.slice(1, 0, own).contiguous()};
  if (layer_.routing != nullptr) input.routing_parameters = of_rows.slice(1, own).contiguous();
  if (!torch::isnan(storages).any().item<bool>()) {
    input.initial_states = storages;
    input.histories = delays.t().contiguous();
  }
  const ProcessOutput result = run_process(layer_, input);
  const std::size_t fluxes = layer_.outputs.size() - model().states().size();
  Output out{.discharge = result.series[0],
             .states = {result.series.begin() + static_cast<std::ptrdiff_t>(fluxes), result.series.end()},
             .storages = result.state.states,
             .delays = result.state.histories.t().contiguous()};
  for (std::size_t i = 1; i < fluxes; ++i) out.discharge = out.discharge + result.series[i];
  return out;
}

}  // namespace freshet
