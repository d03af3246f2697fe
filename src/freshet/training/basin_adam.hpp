#pragma once

#include <optional>
#include <vector>

#include "freshet/io/safetensors.hpp"
#include "freshet/models/hybrid/weight_spec.hpp"

namespace freshet {

/// Adam (Kingma and Ba 2015) with the moments, steps and learning rates of each basin by itself: one optimiser for many small
/// models whose weights lie side by side, [set, ...] each.
class BasinAdam {
 public:
  struct Options {
    double weight_decay = 0;
    bool decoupled_decay = false;  ///< AdamW
    std::optional<double> clip_norm;
  };
  BasinAdam(const GroupWeights& weights, const Options& options);

  /// The moments of some sets, to work on: taken out, stepped and put back. Calls for different sets may run at the same time.
  struct Part {
    std::vector<std::int64_t> sets;
    torch::Tensor index;
    GroupWeights first, second;
  };
  Part take(const std::vector<std::int64_t>& sets) const;
  /// One step of the part's sets for which `active`; the others stay.
  /// @param weights, gradients  [set of the part, ...]
  /// @param rates               [set of the part]
  /// @return the norms of the gradients before clipping, [set of the part]
  std::vector<double> step(Part& part, const GroupWeights& weights, const GroupWeights& gradients,
                           const std::vector<double>& rates, const std::vector<bool>& active);
  void put_back(const Part& part);

  void store(TensorFile& file) const;
  void load(const TensorFile& file, const std::string& source);

 private:
  Options options_;
  GroupWeights first_, second_;
  std::vector<std::int64_t> steps_;  ///< [set]
};

}  // namespace freshet
