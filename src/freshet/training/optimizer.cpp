#include "freshet/training/optimizer.hpp"

#include <cmath>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

template <class State>
void store_moments(const torch::optim::Optimizer& optimizer, Model& model, TensorFile& file) {
  for (const auto& item : model.named_parameters()) {
    const auto found = optimizer.state().find(item.value().unsafeGetTensorImpl());
    if (found == optimizer.state().end()) continue;  // before the first step
    const auto& state = static_cast<const State&>(*found->second);
    file.tensors["optimizer.first." + item.key()] = to_raw(state.exp_avg());
    file.tensors["optimizer.second." + item.key()] = to_raw(state.exp_avg_sq());
    file.metadata["optimizer.step." + item.key()] = std::to_string(state.step());
  }
}

template <class State>
void load_moments(torch::optim::Optimizer& optimizer, Model& model, const TensorFile& file, const std::string& source) {
  for (const auto& item : model.named_parameters()) {
    const auto step = file.metadata.find("optimizer.step." + item.key());
    if (step == file.metadata.end()) continue;
    auto state = std::make_unique<State>();
    state->step(std::stoll(step->second));
    for (const char* moment : {"first", "second"}) {
      const auto found = file.tensors.find("optimizer." + std::string(moment) + "." + item.key());
      if (found == file.tensors.end() || found->second.shape != item.value().sizes().vec()) {
        throw InputError({.what = "the optimiser's state does not fit the model", .file = source, .variable = item.key()});
      }
      if (*moment == 'f') {
        state->exp_avg(to_tensor(found->second));
      } else {
        state->exp_avg_sq(to_tensor(found->second));
      }
    }
    optimizer.state()[item.value().unsafeGetTensorImpl()] = std::move(state);
  }
}

}  // namespace

Optimizer::Optimizer(Model& model, const TrainingOptions& options)
    : model_(model), clip_norm_(options.clip_gradient_norm), decoupled_(options.optimizer == "AdamW") {
  if (decoupled_) {
    optimizer_ =
        std::make_unique<torch::optim::AdamW>(trainable(model), torch::optim::AdamWOptions().weight_decay(options.weight_decay));
  } else {
    optimizer_ =
        std::make_unique<torch::optim::Adam>(trainable(model), torch::optim::AdamOptions().weight_decay(options.weight_decay));
  }
}

double Optimizer::clip_gradients() const {
  double squares = 0;
  for (const torch::Tensor& p : trainable(model_)) squares += p.grad().to(torch::kFloat64).square().sum().item<double>();
  const double norm = std::sqrt(squares);
  if (clip_norm_ && norm > *clip_norm_) {
    for (const torch::Tensor& p : trainable(model_)) p.mutable_grad().mul_(*clip_norm_ / norm);
  }
  return norm;
}

double Optimizer::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  const double norm = clip_gradients();
  for (auto& group : optimizer_->param_groups()) group.options().set_lr(learning_rate);
  optimizer_->step();
  return norm;
}

void Optimizer::store(TensorFile& file) const {
  if (decoupled_) {
    store_moments<torch::optim::AdamWParamState>(*optimizer_, model_, file);
  } else {
    store_moments<torch::optim::AdamParamState>(*optimizer_, model_, file);
  }
}

void Optimizer::load(const TensorFile& file, const std::string& source) {
  if (decoupled_) {
    load_moments<torch::optim::AdamWParamState>(*optimizer_, model_, file, source);
  } else {
    load_moments<torch::optim::AdamParamState>(*optimizer_, model_, file, source);
  }
}

}  // namespace freshet
