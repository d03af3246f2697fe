#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/models/hybrid/regional_hybrid.hpp"
#include "freshet/models/model.hpp"
#include "freshet/models/neural/ealstm.hpp"
#include "freshet/models/neural/regional_lstm.hpp"

namespace freshet {

const std::vector<ModelKind>& model_kinds() {
  static const std::vector<ModelKind> kinds = {
      {"lstm", "LSTM with static attributes concatenated to the forcing at every step (Kratzert et al. 2019), or without",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<RegionalLstm>(options, shape, seed);
       }},
      {"ealstm", "entity-aware LSTM: attributes set the input gate, once for all days (Kratzert et al. 2019)",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<EaLstm>(options, shape, seed);
       }},
      {"process", "a process model as a network layer, its parameters trained basin by basin",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<BasinModels>(options, shape, HybridNetwork::Parts{.process = true}, seed);
       },
       true, false, true},
      {"hybrid",
       "a process model and a network that sees its discharge and the forcing, trained basin by basin (Jiang et al. 2020)",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<BasinModels>(options, shape, HybridNetwork::Parts{.process = true, .network = true}, seed);
       },
       true, true, true},
      {"common", "the network of hybrid without the process model, trained basin by basin",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<BasinModels>(options, shape, HybridNetwork::Parts{.network = true}, seed);
       },
       false, true, true},
      {"lstm_local", "an LSTM trained basin by basin",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         ModelOptions with_lstm = options;
         with_lstm.network = "lstm";
         return std::make_shared<BasinModels>(with_lstm, shape, HybridNetwork::Parts{.network = true}, seed);
       },
       false, true, true},
      {"regional_hybrid", "hybrid for all basins; attributes give the process model's parameters and the network's weights",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<RegionalHybrid>(options, shape, seed);
       },
       true, true, false},
      {"pseudo_regional_hybrid", "hybrid with one set of parameters and weights for all basins",
       [](const ModelOptions& options, const ModelShape& shape, std::uint64_t seed) -> std::shared_ptr<Model> {
         return std::make_shared<PseudoRegionalHybrid>(options, shape, seed);
       },
       true, true, false},
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
