#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "freshet/core/rng.hpp"
#include "freshet/data/batch.hpp"
#include "freshet/models/hybrid/basin_models.hpp"
#include "freshet/physics/exp_hydro.hpp"
#include "weather.hpp"

namespace freshet::benchmarks {

/// What both sides of local_models_torch_bench train on: made-up basins, 20 years each, and samples of the published recipe
/// (Jiang et al. 2020), all samples of a basin in one step of Adam.
inline constexpr std::int64_t kDays = 20 * 365 + 5, kInputs = 5, kWindows = 15;
inline constexpr double kRate = 0.01;
inline const WindowOptions kSamples{.seq_length = 2190, .predict_last_n = 1825, .stride = 365};
inline const Time kFirst = make_day(1980, 10, 1);

/// What a kind of local model sees of made-up basins: random weather, standard normal inputs of the network, and as discharge
/// what a linear store makes of the rain.
inline PreparedData made_up_basins(const std::string& kind, std::int64_t basins) {
  const ModelKind& sees = find_model_kind(kind);
  PreparedData data{
      .basins = {}, .inputs = sees.network ? kInputs : 0, .targets = 1, .statics = 0, .forcings = sees.process ? 3 : 0};
  for (std::int64_t b = 0; b < basins; ++b) {
    RngStream rng(1, RngUse::kSynthetic, static_cast<std::uint64_t>(b));
    PreparedBasin basin{.id = std::to_string(b), .axis = {kFirst, kMinutesPerDay, kDays}};
    double store = 10;
    for (std::int64_t t = 0; t < kDays; ++t) {
      for (std::int64_t i = 0; i < data.inputs; ++i) basin.inputs.push_back(static_cast<float>(rng.normal()));
      std::array<double, 3> day{};
      for (std::size_t v = 0; v < day.size(); ++v)
        day[v] = weather(physics::kExpHydroForcings[v].name, static_cast<std::size_t>(t), rng);
      for (std::int64_t v = 0; v < data.forcings; ++v)
        basin.forcing.push_back(static_cast<float>(day[static_cast<std::size_t>(v)]));
      store = 0.9 * store + 0.5 * day[0];
      basin.targets.push_back(static_cast<float>(0.1 * store));
    }
    basin.target_mean = {0.0F};
    basin.target_std = {1.0F};
    basin.target_scaling.emplace_back();
    basin.set = b;
    data.basins.push_back(std::move(basin));
  }
  return data;
}

/// A kind of local model, with the settings of examples/camels_us_hybrid.
inline ModelOptions options_of(const std::string& kind) {
  ModelOptions options{.model = kind};
  options.process.parameter_transform = "weight_norm";
  if (kind == "process") return options;
  options.output_activation = "elu";
  if (kind == "hybrid") options.network_input_scaling = "sequence";
  return options;
}

inline std::shared_ptr<BasinModels> fresh_models(const ModelOptions& options, std::int64_t sets) {
  return std::dynamic_pointer_cast<BasinModels>(create_model(options, {.inputs = kInputs, .targets = 1, .sets = sets}, 1));
}

/// The samples of a basin.
inline Batch samples(const PreparedData& data, std::int32_t basin, std::int64_t windows) {
  std::vector<Window> all;
  for (std::int64_t w = 0; w < windows; ++w)
    all.push_back({basin, static_cast<std::int32_t>(kSamples.warm_up() + w * kSamples.stride),
                   static_cast<std::int32_t>(kSamples.predict_last_n)});
  return gather(data, all, kSamples);
}

}  // namespace freshet::benchmarks
