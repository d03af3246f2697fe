#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <torch/torch.h>

namespace freshet {

/// Rows side by side that share one set of weights.
struct RowGroup {
  std::int64_t first = 0, end = 0;  ///< rows [first, end)
};

/// The rows of a batch, in groups of neighbours.
struct RowGroups {
  std::vector<RowGroup> groups;
  torch::Tensor group_of_row;  ///< [B] int64

  std::int64_t size() const { return static_cast<std::int64_t>(groups.size()); }
};

/// Neighbouring rows with the same number make a group.
RowGroups group_rows(std::span<const std::int64_t> numbers);
/// Each row by itself.
RowGroups single_rows(std::int64_t rows);

/// Whether the fast operations on rows take a tensor: float32, on the CPU, of so many dimensions.
bool is_plain(const torch::Tensor& tensor, std::int64_t dimensions);

}  // namespace freshet
