#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "freshet/models/options.hpp"

namespace freshet {

/// What flows into a model. All tensors are float32 on the CPU.
struct ModelInput {
  torch::Tensor dynamic;  ///< [T, B, input], standardised; NaN is missing (only with replace_missing)
  torch::Tensor statics;  ///< [B, attribute], standardised; [B, 0] if there are none
};

/// What a model carries from one day to the next.
struct ModelState {
  torch::Tensor hidden;  ///< [B, H]
  torch::Tensor cell;    ///< [B, H]
};

struct ModelOutput {
  torch::Tensor prediction;  ///< [N, B, target], standardised, of the last N steps
  ModelState state;          ///< after the last step
};

/// Names the random draws of one training step: dropout is a pure function of it, the row and the place in the row.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::int64_t step = 0;       ///< optimiser step since the start of training
  std::int64_t first_row = 0;  ///< of this call's rows within the whole batch
};

struct ModelShape {
  std::int64_t inputs = 0;
  std::int64_t statics = 0;
  std::int64_t targets = 0;
  bool replace_missing = false;  ///< learn a stand-in for missing inputs, and see a flag for each
};

/// A network that maps forcing to targets day by day. Calls are single-threaded and may run concurrently on different rows.
class Model : public torch::nn::Module {
 public:
  /// Predictions for the last `last_n` steps. `dropout` is null outside training.
  virtual ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) = 0;
  virtual ModelState initial_state(std::int64_t rows) const = 0;
};

struct ModelKind {
  std::string name;
  std::string description;
  std::shared_ptr<Model> (*create)(const ModelOptions&, const ModelShape&, std::uint64_t seed);
};

/// All kinds of networks (models/neural/registry.cpp).
const std::vector<ModelKind>& model_kinds();
/// A freshly initialised model, its weights a pure function of the seed.
std::shared_ptr<Model> create_model(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

/// Lets only the named parts train ("lstm", "head": the first words of parameter names). InputError for an unknown part.
void train_only(Model& model, const std::vector<std::string>& modules);

/// The model's trainable tensors in a fixed order, and their number of values.
std::vector<torch::Tensor> trainable(Model& model);
std::int64_t parameter_count(Model& model);

}  // namespace freshet
