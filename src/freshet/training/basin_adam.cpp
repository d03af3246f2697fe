#include "freshet/training/basin_adam.hpp"

#include <cmath>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/models/weights.hpp"

namespace freshet {
namespace {

constexpr double kDecayOfFirst = 0.9, kDecayOfSecond = 0.999, kEpsilon = 1e-8;

/// One number for each set, in the shape that multiplies [set, ...].
torch::Tensor by_set(const std::vector<double>& values, const torch::Tensor& like) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(like.dim()), 1);
  shape[0] = static_cast<std::int64_t>(values.size());
  return torch::tensor(values, torch::kFloat64).to(like.dtype()).view(shape);
}

}  // namespace

BasinAdam::BasinAdam(const GroupWeights& weights, const Options& options) : options_(options) {
  for (const torch::Tensor& weight : weights) {
    first_.push_back(torch::zeros_like(weight));
    second_.push_back(torch::zeros_like(weight));
  }
  steps_.assign(static_cast<std::size_t>(weights.front().size(0)), 0);
}

BasinAdam::Part BasinAdam::take(const std::vector<std::int64_t>& sets) const {
  Part part{.sets = sets, .index = torch::tensor(sets, torch::kInt64), .first = {}, .second = {}};
  for (std::size_t i = 0; i < first_.size(); ++i) {
    part.first.push_back(first_[i].index_select(0, part.index));
    part.second.push_back(second_[i].index_select(0, part.index));
  }
  return part;
}

std::vector<double> BasinAdam::step(Part& part, const GroupWeights& weights, const GroupWeights& gradients,
                                    const std::vector<double>& rates, const std::vector<bool>& active) {
  const std::size_t sets = part.sets.size();
  std::vector<double> norms(sets, 0), clip(sets, 1), rate(sets, 0), correction(sets, 1), keep_first(sets, 1),
      keep_second(sets, 1), decay(sets, 1);
  for (const torch::Tensor& gradient : gradients) {
    const torch::Tensor squares = gradient.to(torch::kFloat64).square().flatten(1).sum(1);
    for (std::size_t s = 0; s < sets; ++s) norms[s] += squares[static_cast<std::int64_t>(s)].item<double>();
  }
  for (std::size_t s = 0; s < sets; ++s) {
    norms[s] = std::sqrt(norms[s]);
    if (!active[s]) continue;
    if (options_.clip_norm && norms[s] > *options_.clip_norm) clip[s] = *options_.clip_norm / norms[s];
    const auto n = static_cast<double>(++steps_[static_cast<std::size_t>(part.sets[s])]);
    rate[s] = rates[s] / (1 - std::pow(kDecayOfFirst, n));
    correction[s] = 1 / std::sqrt(1 - std::pow(kDecayOfSecond, n));
    keep_first[s] = kDecayOfFirst;
    keep_second[s] = kDecayOfSecond;
    if (options_.decoupled_decay) decay[s] = 1 - rates[s] * options_.weight_decay;
  }
  for (std::size_t i = 0; i < weights.size(); ++i) {
    torch::Tensor weight = weights[i];
    const auto row = [&weight](const std::vector<double>& values) { return by_set(values, weight); };
    torch::Tensor gradient = gradients[i] * row(clip);
    if (options_.weight_decay > 0 && !options_.decoupled_decay) gradient = gradient + options_.weight_decay * weight;
    const torch::Tensor of_first = row(keep_first), of_second = row(keep_second);
    part.first[i].mul_(of_first).add_(gradient * (1 - of_first));
    part.second[i].mul_(of_second).add_(gradient.square() * (1 - of_second));
    if (options_.decoupled_decay) weight.mul_(row(decay));
    weight.sub_(row(rate) * part.first[i] / (part.second[i].sqrt() * row(correction) + kEpsilon));
  }
  return norms;
}

void BasinAdam::put_back(const Part& part) {
  for (std::size_t i = 0; i < first_.size(); ++i) {
    first_[i].index_copy_(0, part.index, part.first[i]);
    second_[i].index_copy_(0, part.index, part.second[i]);
  }
}

void BasinAdam::store(TensorFile& file) const {
  for (std::size_t i = 0; i < first_.size(); ++i) {
    file.tensors[fmt::format("optimizer.first.{}", i)] = to_raw(first_[i]);
    file.tensors[fmt::format("optimizer.second.{}", i)] = to_raw(second_[i]);
  }
  file.tensors["optimizer.steps"] = to_raw(torch::tensor(steps_, torch::kInt64));
}

void BasinAdam::load(const TensorFile& file, const std::string& source) {
  const auto read = [&](const std::string& name, torch::Tensor& to) {
    const auto found = file.tensors.find(name);
    if (found == file.tensors.end() || found->second.shape != to.sizes().vec())
      throw InputError({.what = "the optimiser's state does not fit the model", .file = source, .variable = name});
    to = to_tensor(found->second);
  };
  for (std::size_t i = 0; i < first_.size(); ++i) {
    read(fmt::format("optimizer.first.{}", i), first_[i]);
    read(fmt::format("optimizer.second.{}", i), second_[i]);
  }
  torch::Tensor steps = torch::tensor(steps_, torch::kInt64);
  read("optimizer.steps", steps);
  steps_.assign(steps.data_ptr<std::int64_t>(), steps.data_ptr<std::int64_t>() + steps.numel());
}

}  // namespace freshet
