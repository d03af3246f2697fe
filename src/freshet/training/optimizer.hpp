#pragma once

#include <memory>

#include "freshet/models/weights.hpp"
#include "freshet/training/options.hpp"

namespace freshet {

/// LibTorch's Adam or AdamW over a model's parameters, with what Freshet adds: clipping, and a state that can be stored.
class Optimizer {
 public:
  Optimizer(Model& model, const TrainingOptions& options);

  /// One update with the gradients now in the parameters; gradients are scaled down first if their common norm is above
  /// clip_gradient_norm. Returns that norm before scaling.
  double step(double learning_rate);

  void store(TensorFile& file) const;
  /// InputError if the file's moments do not fit the model.
  void load(const TensorFile& file, const std::string& source);

 private:
  double clip_gradients() const;

  Model& model_;
  std::optional<double> clip_norm_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
  bool decoupled_ = false;  ///< AdamW
};

}  // namespace freshet
