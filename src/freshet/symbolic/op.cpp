#include "freshet/symbolic/op.hpp"

#include <array>

namespace freshet::symbolic {

const OpInfo& info(Op op) {
  static constexpr std::array<OpInfo, kOpCount> kTable = {{
      {"constant", 0, false},
      {"input", 0, false},
      {"add", 2, false},
      {"subtract", 2, false},
      {"multiply", 2, false},
      {"divide", 2, false},
      {"negate", 1, false},
      {"min", 2, false},
      {"max", 2, false},
      {"less", 2, false},
      {"less_equal", 2, false},
      {"select", 3, false},
      {"sqrt", 1, false},
      {"exp", 1, true},
      {"expm1", 1, true},
      {"log", 1, true},
      {"log1p", 1, true},
      {"pow", 2, true},
      {"tanh", 1, true},
      {"exp2", 1, true},
      {"log2", 1, true},
      {"fma", 3, false},
      {"derivative_floor", 0, false},
  }};
  return kTable[static_cast<std::size_t>(op)];
}

}  // namespace freshet::symbolic
