#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <torch/torch.h>

#include "freshet/models/model_kind.hpp"

namespace freshet {

/// What flows into a model. All tensors are float32 on the CPU.
struct ModelInput {
  torch::Tensor dynamic;             ///< [T, B, input], standardised; NaN is missing (only with replace_missing)
  torch::Tensor statics;             ///< [B, attribute], standardised; [B, 0] if there are none
  torch::Tensor forcing{};           ///< [T, B, forcing of the process model], its units, complete; [T, B, 0] if there are none
  std::vector<std::int64_t> sets{};  ///< [B] which training basin's parameters a model of single basins uses
};

/// What a model carries from one day to the next.
struct ModelState {
  torch::Tensor hidden;  ///< [B, H]; of process models the storages, mm
  torch::Tensor cell;    ///< [B, C]; of process models what is under way in unit hydrographs and in the network's last days
};

struct ModelOutput {
  torch::Tensor prediction;             ///< [N, B, target], standardised, of the last N steps
  ModelState state;                     ///< after the last step
  std::vector<torch::Tensor> series{};  ///< [Model::series] [N, B], of the last N steps
};

/// Names the random draws of one training step: dropout is a pure function of it, the row and the place in the row.
struct DropoutKey {
  std::uint64_t seed = 0;
  std::int64_t step = 0;       ///< optimiser step since the start of training
  std::int64_t first_row = 0;  ///< of this call's rows within the whole batch
};

/// A storage of a process model that is reported beside the prediction.
struct ModelSeries {
  std::string name, unit, meaning;
};

/// A network that maps forcing to targets day by day. Calls are single-threaded and may run concurrently on different rows.
class Model : public torch::nn::Module {
 public:
  /// Predictions for the last `last_n` steps. `dropout` is null outside training.
  virtual ModelOutput run(const ModelInput& input, const ModelState& state, std::int64_t last_n, const DropoutKey* dropout) = 0;
  virtual ModelState initial_state(std::int64_t rows) const = 0;
  /// What ModelOutput::series holds.
  virtual std::vector<ModelSeries> series() const { return {}; }
  /// Whether a sequence must be run at once, because each day's result depends on all of it: such a model is not causal.
  virtual bool whole_sequences() const { return false; }
  /// What is added to the loss, a scalar; undefined: nothing.
  virtual torch::Tensor penalty() const { return {}; }
  /// Moves weights back to where they may be, after an optimiser's step.
  virtual void constrain() {}
  /// The parameters of the process model, then of its routing.
  virtual std::vector<std::string> process_parameter_names() const { return {}; }
  /// [B, parameter] in their units; undefined without a process model.
  virtual torch::Tensor process_parameters(const ModelInput& input) const {
    static_cast<void>(input);
    return {};
  }
};

/// A freshly initialised model, its weights a pure function of the seed.
std::shared_ptr<Model> create_model(const ModelOptions& options, const ModelShape& shape, std::uint64_t seed);

/// Lets only the named parts train ("lstm", "head": the first words of parameter names). InputError for an unknown part.
void train_only(Model& model, const std::vector<std::string>& modules);

/// The model's trainable tensors in a fixed order, and their number of values.
std::vector<torch::Tensor> trainable(Model& model);
std::int64_t parameter_count(Model& model);

}  // namespace freshet
