#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "freshet/kernels/aligned.hpp"
#include "freshet/kernels/model_table.hpp"
#include "freshet/physics/model_tables.hpp"

namespace freshet::kernels {

/// The forcing of many basins, each stored once: [group of basins][step][variable][basin in group], so that lanes of basins side
/// by side read whole rows and one basin's days lie close together.
template <class T>
class ForcingTable {
 public:
  ForcingTable(std::size_t basins, std::size_t steps, std::size_t variables)
      : basins_(basins), steps_(steps), variables_(variables) {
    while (width_ < kMostWidth && width_ < basins) width_ *= 2;
    values_.resize((basins + width_ - 1) / width_ * steps * variables * width_);
  }

  std::size_t basins() const { return basins_; }
  std::size_t steps() const { return steps_; }
  std::size_t variables() const { return variables_; }

  T& at(std::size_t basin, std::size_t step, std::size_t variable) {
    return values_[static_cast<std::size_t>(offset(basin, step)) + variable * width_];
  }
  T at(std::size_t basin, std::size_t step, std::size_t variable) const {
    return values_[static_cast<std::size_t>(offset(basin, step)) + variable * width_];
  }
  /// @param values  [step]
  void set(std::size_t basin, std::size_t variable, std::span<const double> values) {
    for (std::size_t t = 0; t < steps_; ++t) at(basin, t, variable) = static_cast<T>(values[t]);
  }

  /// The first value that has no meaning for a model with these forcings: not finite, or below the variable's lowest.
  struct Place {
    std::size_t basin, step, variable;
  };
  std::optional<Place> find_invalid(std::span<const physics::VariableInfo> forcings) const {
    for (std::size_t b = 0; b < basins_; ++b) {
      for (std::size_t t = 0; t < steps_; ++t) {
        for (std::size_t v = 0; v < variables_; ++v) {
          const auto value = static_cast<double>(at(b, t, v));
          if (!(std::isfinite(value) && value >= forcings[v].lowest)) return Place{b, t, v};
        }
      }
    }
    return std::nullopt;
  }

  ForcingRows<T> rows(std::size_t variable) const {
    return {values_.data() + variable * width_, static_cast<std::int64_t>(variables_ * width_), 0};
  }
  /// Of a basin's step, within the rows.
  std::int64_t offset(std::size_t basin, std::size_t step) const {
    return static_cast<std::int64_t>(((basin / width_) * steps_ + step) * variables_ * width_ + basin % width_);
  }

 private:
  static constexpr std::size_t kMostWidth = 16;
  std::size_t basins_, steps_, variables_;
  std::size_t width_ = 1;
  AlignedVector<T> values_;
};

}  // namespace freshet::kernels
