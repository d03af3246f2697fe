#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace freshet::calibration {

/// What flow goes through before it is compared, so that an objective sees low flows too. A flow below zero counts as zero.
class FlowTransform {
 public:
  enum class Kind { kNone, kLog, kSqrt, kBoxCox };

  FlowTransform() = default;
  /// @param mean_observed  over the steps compared; log adds its hundredth to the flow (Pushpalatha et al. 2012)
  FlowTransform(Kind kind, double mean_observed) : kind_(kind), shift_(kind == Kind::kLog ? 0.01 * mean_observed : 0) {}

  Kind kind() const { return kind_; }

  template <class T>
  T operator()(T flow) const {
    if (kind_ == Kind::kNone) return flow;
    const T q = std::max(flow, T(0));
    if (kind_ == Kind::kLog) return std::log(q + static_cast<T>(shift_));
    const T root = std::sqrt(q);
    return kind_ == Kind::kSqrt ? root : (std::sqrt(root) - T(1)) * T(4);
  }

  /// The derivative at a flow. Where that is infinite, at zero flow, it is taken at 1e-9 mm/day.
  double slope(double flow) const {
    if (kind_ == Kind::kNone) return 1;
    if (flow < 0) return 0;
    if (kind_ == Kind::kLog) return 1 / (flow + shift_);
    const double q = std::max(flow, 1e-9);
    return kind_ == Kind::kSqrt ? 0.5 / std::sqrt(q) : std::pow(q, -0.75);
  }

 private:
  Kind kind_ = Kind::kNone;
  double shift_ = 0;
};

inline std::vector<std::string> flow_transform_names() {
  return {"none", "log", "sqrt", "boxcox"};
}

/// By one of the names.
inline FlowTransform::Kind flow_transform_kind(std::string_view name) {
  using Kind = FlowTransform::Kind;
  return name == "log" ? Kind::kLog : name == "sqrt" ? Kind::kSqrt : name == "boxcox" ? Kind::kBoxCox : Kind::kNone;
}

}  // namespace freshet::calibration
