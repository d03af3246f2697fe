#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/regional_hybrid.hpp"
#include "freshet/models/model.hpp"
#include "freshet/models/neural/ealstm.hpp"
#include "freshet/models/neural/regional_lstm.hpp"

namespace freshet {
namespace {

template <class Kind>
std::shared_ptr<Model> make(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) {
  return std::make_shared<Kind>(options, shape, seed);
}

template <HybridNetwork::Parts parts>
std::shared_ptr<Model> make_basin_models(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) {
  return std::make_shared<BasinModels>(options, shape, parts, seed);
}

std::shared_ptr<Model> make_local_lstm(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) {
  ModelOptions with_lstm = options;
  with_lstm.network = "lstm";
  return make_basin_models<HybridNetwork::Parts{.network = true}>(with_lstm, shape, seed);
}

}  // namespace

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds = {
      {.name = "lstm",
       .description = "LSTM with static attributes concatenated to the forcing at every step (Kratzert et al. 2019), or without",
       .create = make<RegionalLstm>},
      {.name = "ealstm",
       .description = "entity-aware LSTM: attributes set the input gate, once for all days (Kratzert et al. 2019)",
       .create = make<EaLstm>},
      {.name = "process",
       .description = "a process model as a network layer, its parameters trained basin by basin",
       .create = make_basin_models<HybridNetwork::Parts{.process = true}>,
       .process = true,
       .network = false,
       .per_basin = true},
      {.name = "hybrid",
       .description =
           "a process model and a network that sees its discharge and the forcing, trained basin by basin (Jiang et al. 2020)",
       .create = make_basin_models<HybridNetwork::Parts{.process = true, .network = true}>,
       .process = true,
       .per_basin = true},
      {.name = "common",
       .description = "the network of hybrid without the process model, trained basin by basin",
       .create = make_basin_models<HybridNetwork::Parts{.network = true}>,
       .per_basin = true},
      {.name = "lstm_local", .description = "an LSTM trained basin by basin", .create = make_local_lstm, .per_basin = true},
      {.name = "regional_hybrid",
       .description = "hybrid for all basins; attributes give the process model's parameters and the network's weights",
       .create = make<RegionalHybrid>,
       .process = true},
      {.name = "pseudo_regional_hybrid",
       .description = "hybrid with one set of parameters and weights for all basins",
       .create = make<PseudoRegionalHybrid>,
       .process = true},
  };
  return kinds;
}

const ModelKind& find_model_kind(const std::string& model) {
  const std::string name = model == "cudalstm" ? "lstm" : model;
  for (const ModelKind& kind : model_kinds()) {
    if (kind.name == name) return kind;
  }
  throw InternalError("model `" + name + "` is a config choice but not registered");
}

std::shared_ptr<Model> create_model(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) {
  return find_model_kind(options.model).create(options, shape, seed);
}

void train_only(Model& model, const std::vector<std::string>& modules) {
  std::vector<std::string> known;
  for (const auto& item : model.named_parameters()) {
    const std::string part = item.key().substr(0, item.key().find('.'));
    if (std::ranges::find(known, part) == known.end()) known.push_back(part);
    item.value().set_requires_grad(std::ranges::find(modules, part) != modules.end());
  }
  for (const std::string& name : modules) {
    if (std::ranges::find(known, name) != known.end()) continue;
    throw InputError(
        {.what = fmt::format("the model has no part `{}`", name), .expected = fmt::format("one of {}", fmt::join(known, ", "))});
  }
}

std::vector<torch::Tensor> trainable(Model& model) {
  std::vector<torch::Tensor> tensors;
  for (const auto& item : model.named_parameters()) {
    if (item.value().requires_grad()) tensors.push_back(item.value());
  }
  return tensors;
}

std::int64_t parameter_count(Model& model) {
  std::int64_t count = 0;
  for (const torch::Tensor& tensor : trainable(model)) count += tensor.numel();
  return count;
}

}  // namespace freshet
