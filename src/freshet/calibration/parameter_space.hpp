#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "freshet/config/fields.hpp"
#include "freshet/kernels/model.hpp"

namespace freshet::calibration {

/// A parameter of the model or of its routing, and where it is looked for.
struct SearchedParameter {
  std::string name, symbol, unit, meaning;
  double lower = 0, upper = 0;  ///< equal: fixed
  bool logarithmic = false;     ///< spread over its range by its logarithm

  bool fixed() const { return lower == upper; }
  /// u in [0, 1] to the range; ends are met exactly.
  double value(double u) const;
  /// The inverse, in [0, 1] for values within the range; 0 if fixed.
  double scaled(double value) const;
  /// d value / d u at a value.
  double slope(double value) const;
};

/// Ranges by parameter name: [lowest, highest], or one number that the parameter is held at.
using ParameterRanges = std::map<std::string, std::vector<double>>;

/// The parameters of a model, then those of its routing. Searches see those that are not fixed as points in [0, 1]^n, linear or
/// logarithmic as the model's table says.
class ParameterSpace {
 public:
  /// @param routing  null: none
  /// @param ranges   in place of the table's ranges, and within them
  /// @throws InputError listing every name that is not known, and every range that is none or reaches beyond the table's
  ParameterSpace(const kernels::Model& model, const kernels::Routing* routing, const ParameterRanges& ranges);

  const std::vector<SearchedParameter>& parameters() const { return parameters_; }
  std::size_t model_parameters() const { return model_parameters_; }
  /// How many are searched for.
  std::size_t dimensions() const { return free_.size(); }
  /// Indices in parameters() of those that are searched for.
  const std::vector<std::size_t>& free() const { return free_; }

  /// The values of all parameters at a point of [0, 1]^dimensions.
  std::vector<double> values(std::span<const double> point) const;
  /// The point of values of all parameters.
  std::vector<double> point(std::span<const double> values) const;

 private:
  std::vector<SearchedParameter> parameters_;
  std::vector<std::size_t> free_;
  std::size_t model_parameters_;
};

/// A table for people: name, range, unit, scale, meaning.
std::string to_text(const ParameterSpace& space);

}  // namespace freshet::calibration
