#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace freshet {

struct LossInput;
struct LossTerm;

/// A training loss: a mean over the whole batch, so that it does not depend on how the batch is cut into shards. Each shard
/// gives a sum and the number of things summed (target days, or windows); the step's loss is the total sum over the total
/// number, or, with `root`, its square root.
struct LossKind {
  std::string name;
  std::string formula;
  LossTerm (*term)(const LossInput&);
  bool root = false;
  std::int64_t fewest_days = 1;  ///< observed days a window needs to count
};

/// All losses (training/losses/registry.cpp).
const std::vector<LossKind>& loss_kinds();
const LossKind& find_loss(const std::string& name);
std::vector<std::string> loss_names();

}  // namespace freshet
