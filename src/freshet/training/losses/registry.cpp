#include "freshet/training/losses/registry.hpp"

#include "freshet/core/error.hpp"
#include "freshet/training/losses/losses.hpp"

namespace freshet {

const std::vector<LossKind>& loss_kinds() {
  static const std::vector<LossKind> kinds = {
      {"MSE", "mean (s - o)^2, standardised", squared_error},
      {"RMSE", "sqrt(mean (s - o)^2), standardised", squared_error, true},
      {"NSE", "mean (s - o)^2 / (sigma_basin + 0.1)^2: each basin counts by its own variance", basin_weighted_squared_error},
      {"KGE", "mean over windows of 1 - KGE (2009)", kling_gupta, false, kFewestDaysOfKge},
      {"WindowNSE", "mean over windows of 1 - NSE, with the window's own mean", window_nse, false, kFewestDaysOfWindow},
      {"LogMSE", "mean (ln(s + e) - ln(o + e))^2: low flows count", log_squared_error},
  };
  return kinds;
}

const LossKind& find_loss(const std::string& name) {
  for (const LossKind& kind : loss_kinds()) {
    if (kind.name == name) return kind;
  }
  throw InternalError("loss `" + name + "` is a config choice but not registered");
}

std::vector<std::string> loss_names() {
  std::vector<std::string> names;
  for (const LossKind& kind : loss_kinds()) names.push_back(kind.name);
  return names;
}

}  // namespace freshet
