#pragma once

#include <map>
#include <string>

#include "freshet/models/model.hpp"

namespace freshet {

/// Standard normal numbers of a seed.
inline torch::Tensor normal(c10::IntArrayRef sizes, std::uint64_t seed, torch::ScalarType type = torch::kFloat32) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  return torch::randn(sizes, generator, type);
}

/// Uniform in [0, 1).
inline torch::Tensor uniform(c10::IntArrayRef sizes, std::uint64_t seed) {
  auto generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  return torch::rand(sizes, generator, torch::kFloat32);
}

inline ModelInput random_input(const ModelShape& shape, std::int64_t steps, std::int64_t rows) {
  return {normal({steps, rows, shape.inputs}, 11), normal({rows, shape.statics}, 12)};
}

inline std::map<std::string, torch::Tensor> parameters(Model& model) {
  std::map<std::string, torch::Tensor> map;
  for (const auto& item : model.named_parameters()) map[item.key()] = item.value();
  return map;
}

inline torch::Tensor predict(Model& model, const ModelInput& input, std::int64_t last_n, const DropoutKey* dropout = nullptr) {
  return model.run(input, model.initial_state(input.dynamic.size(1)), last_n, dropout).prediction;
}

}  // namespace freshet
