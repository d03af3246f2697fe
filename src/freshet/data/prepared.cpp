#include "freshet/data/prepared.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "freshet/core/parallel.hpp"

namespace freshet {
namespace {

/// Copies one variable into a [time, variable] array, standardised.
void fill(std::vector<float>& out, std::size_t width, std::size_t column, std::span<const float> values,
          const Standardisation& s) {
  const float center = static_cast<float>(s.center);
  const float factor = static_cast<float>(1.0 / s.scale);
  for (std::size_t t = 0; t < values.size(); ++t) out[t * width + column] = (values[t] - center) * factor;
}

PreparedBasin prepare_basin(const BasinView& view, const std::vector<double>& attributes, const Scaler& scaler,
                            const DataOptions& options) {
  PreparedBasin basin{.id = view.basin,
                      .axis = view.axis,
                      .inputs = {},
                      .forcing = {},
                      .targets = {},
                      .statics = {},
                      .observed = {},
                      .target_mean = {},
                      .target_std = {},
                      .target_scaling = {}};
  const auto size = static_cast<std::size_t>(view.axis.size);
  const std::size_t inputs = options.dynamic_inputs.size();
  basin.inputs.resize(size * inputs);
  for (std::size_t k = 0; k < inputs; ++k) {
    const std::string& name = options.dynamic_inputs[k];
    const ColumnView* column = view.find(name);
    if (column == nullptr) throw InputError({.what = "the basin lacks this input", .basin = view.basin, .variable = name});
    fill(basin.inputs, inputs, k, column->values, scaler.input(view.basin, name));
  }
  for (std::size_t k = 0; k < options.static_attributes.size(); ++k) {
    const Standardisation& s = scaler.attributes.at(options.static_attributes[k]);
    basin.statics.push_back(static_cast<float>((attributes[k] - s.center) / s.scale));
  }

  const std::size_t targets = options.target_variables.size();
  basin.targets.assign(size * targets, std::numeric_limits<float>::quiet_NaN());
  const auto trained = scaler.basin_targets.find(view.basin);
  if (trained != scaler.basin_targets.end()) basin.set = std::distance(scaler.basin_targets.begin(), trained);
  for (std::size_t k = 0; k < targets; ++k) {
    const std::string& name = options.target_variables[k];
    const ColumnView* column = view.find(name);
    basin.target_scaling.push_back(scaler.target(view.basin, name));
    if (column != nullptr) fill(basin.targets, targets, k, column->values, basin.target_scaling.back());
    basin.observed.push_back(column != nullptr ? column->values : std::span<const float>());
    const bool known = trained != scaler.basin_targets.end() && trained->second.contains(name);
    basin.target_mean.push_back(known ? static_cast<float>(trained->second.at(name).center)
                                      : std::numeric_limits<float>::quiet_NaN());
    basin.target_std.push_back(known ? static_cast<float>(trained->second.at(name).scale)
                                     : std::numeric_limits<float>::quiet_NaN());
  }
  return basin;
}

}  // namespace

PreparedData prepare(const std::vector<BasinView>& basins, const std::map<std::string, std::vector<double>>& attributes,
                     const Scaler& scaler, const DataOptions& options, std::size_t threads) {
  PreparedData data{.basins = std::vector<PreparedBasin>(basins.size()),
                    .inputs = static_cast<std::int64_t>(options.dynamic_inputs.size()),
                    .targets = static_cast<std::int64_t>(options.target_variables.size()),
                    .statics = static_cast<std::int64_t>(options.static_attributes.size())};
  parallel_for(basins.size(), threads, [&](std::size_t i) {
    data.basins[i] = prepare_basin(basins[i], attributes.at(basins[i].basin), scaler, options);
  });
  return data;
}

void add_forcing(PreparedData& data, const ProcessForcing& forcing) {
  for (PreparedBasin& basin : data.basins) {
    const auto found = std::ranges::find(forcing.basins, basin.id, &BasinForcing::id);
    if (found == forcing.basins.end()) throw InternalError("no forcing was read for basin `" + basin.id + "`");
    const std::size_t width = found->variables.size();
    basin.forcing.assign(static_cast<std::size_t>(basin.axis.size) * width, std::numeric_limits<float>::quiet_NaN());
    for (std::int64_t t = 0; t < basin.axis.size; ++t) {
      const auto at = found->axis.index_of(basin.axis.at(t));
      if (!at || *at < 0 || *at >= found->axis.size) continue;
      for (std::size_t v = 0; v < width; ++v) {
        basin.forcing[static_cast<std::size_t>(t) * width + v] =
            static_cast<float>(found->variables[v][static_cast<std::size_t>(*at)]);
      }
    }
    data.forcings = static_cast<std::int64_t>(width);
  }
}

}  // namespace freshet
