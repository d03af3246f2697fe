#include "freshet/models/hybrid/row_groups.hpp"

#include <numeric>

namespace freshet {

RowGroups group_rows(std::span<const std::int64_t> numbers) {
  RowGroups rows;
  std::vector<std::int64_t> of_row;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    if (i == 0 || numbers[i] != numbers[i - 1]) rows.groups.push_back({row, row});
    rows.groups.back().end = row + 1;
    of_row.push_back(rows.size() - 1);
  }
  rows.group_of_row = torch::tensor(of_row, torch::kInt64);
  return rows;
}

RowGroups single_rows(std::int64_t rows) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(rows));
  std::iota(numbers.begin(), numbers.end(), 0);
  return group_rows(numbers);
}

bool is_plain(const torch::Tensor& tensor, std::int64_t dimensions) {
  return tensor.dim() == dimensions && tensor.scalar_type() == torch::kFloat32 && tensor.device().is_cpu();
}

}  // namespace freshet
