#pragma once

#include <vector>

#include "freshet/kernels/model_table.hpp"

namespace freshet::kernels {

/// A StageCall with the arrays it points to.
template <class T>
struct BlockCall {
  StageCall<T> call{};
  std::vector<ForcingRows<T>> forcings;
  std::vector<Rows<const T>> parameters;
  std::vector<Rows<T>> fluxes, states, forcing_adjoints, parameter_adjoints;
};

}  // namespace freshet::kernels
