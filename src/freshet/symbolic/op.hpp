#pragma once

#include <cstdint>
#include <string_view>

namespace freshet::symbolic {

/// The operations an expression is made of. The order is part of the plug-in interface (kernels/model_table.h): add at the end.
enum class Op : std::uint8_t {
  kConstant,
  kInput,
  kAdd,        ///< a + b
  kSubtract,   ///< a - b
  kMultiply,   ///< a b
  kDivide,     ///< a / b
  kNegate,     ///< -a
  kMin,        ///< b < a ? b : a
  kMax,        ///< a < b ? b : a
  kLess,       ///< condition a < b
  kLessEqual,  ///< condition a <= b
  kSelect,     ///< condition a ? b : c
  kSqrt,       ///< 0 where a <= 0
  kExp,
  kExpm1,
  kLog,  ///< of max(a, smallest normal number)
  kLog1p,
  kPow,  ///< 0 where a <= 0
  kTanh,
  // What the others are made of before code is printed; no model writes them.
  kExp2,
  kLog2,             ///< of max(a, smallest normal number)
  kFma,              ///< a b + c, rounded once
  kDerivativeFloor,  ///< the constant physics::kDerivativeFloor of the precision that runs
};

inline constexpr int kOpCount = static_cast<int>(Op::kDerivativeFloor) + 1;

struct OpInfo {
  std::string_view name;  ///< as printed
  int arguments = 0;
  bool transcendental = false;
};

const OpInfo& info(Op op);

}  // namespace freshet::symbolic
