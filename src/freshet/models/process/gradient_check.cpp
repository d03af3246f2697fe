#include "freshet/models/process/gradient_check.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "freshet/kernels/registry.hpp"
#include "freshet/models/neural/single_thread.hpp"
#include "freshet/models/process/gradient_case.hpp"
#include "freshet/models/process/torch_derivatives.hpp"
#include "freshet/models/process/witness_numbers.hpp"

namespace freshet::witness {
namespace {

/// Steps of central differences, relative to the input.
constexpr double kDifferenceStep = 2e-5;
/// Rounding of a value, relative to the sizes of what it is summed from.
constexpr double kRounding = 1e-13;

/// How an input is moved in all its rows: a series as if at random.
double direction(std::size_t row) {
  return 1 + 0.5 * std::sin(static_cast<double>(row * row));
}

/// <J v, w> of a lane, and the sums of the sizes of its terms and of those of <y, w>.
struct Product {
  double value = 0, size = 0, value_size = 0;
  void add(double weight, const Dual& y) {
    value += weight * y.derivative;
    size += std::abs(weight * y.derivative);
    value_size += std::abs(weight * y.value);
  }
  /// What differences are relative to, for an input of about `x`.
  double scale(double x) const { return std::max({size, 1e-3 * value_size / std::max(std::abs(x), 1e-6), 1e-200}); }
};

/// Compares all inputs of a case and enters what it finds.
class Comparison {
 public:
  /// @param acting  names of inputs whose derivatives are not all zero are added to it
  Comparison(GradientCase& c, std::vector<GradientCheckRow>& rows, std::vector<std::string>& acting)
      : case_(c), rows_(rows), acting_(acting) {
    for (const bool alone : {false, true}) {
      engine_.push_back(engine_gradients<double>(c, alone));
      torch_.push_back(torch_gradients(c, alone));
    }
    single_ = engine_gradients<float>(c, false);
    here_ = branches();
  }

  void check_all() {
    for (std::size_t i = 0; i < case_.inputs.size(); ++i) {
      GradientCheckRow& row = row_of(case_.inputs[i]);
      ++row.inputs;
      const auto finite = [](const std::vector<double>& values) {
        return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
      };
      row.finite = row.finite && finite(engine_[0][i]) && finite(engine_[1][i]) && finite(single_[i]);
      const auto& all = engine_[0][i];
      const bool zero = std::all_of(all.begin(), all.end(), [](double x) { return x == 0; });
      (zero ? row.zeros : acting_).push_back(case_.inputs[i].name);
      for (std::size_t lane = 0; lane < case_.lanes; ++lane) compare_exactly(i, lane, row);
      compare_with_differences(i, row);
    }
  }

 private:
  GradientCheckRow& row_of(const CaseInput& input) {
    std::string kind;
    switch (input.kind) {
      case InputKind::kParameter:
        kind = "parameters";
        break;
      case InputKind::kDailyParameter:
        kind = "daily parameters";
        break;
      case InputKind::kRoutingParameter:
        kind = fmt::format("routing {}", case_.routing->name());
        break;
      case InputKind::kInitialState:
        kind = "initial states";
        break;
      case InputKind::kForcing:
        kind = "forcings";
        break;
    }
    const auto found = std::find_if(rows_.begin(), rows_.end(), [&](const GradientCheckRow& row) { return row.kind == kind; });
    if (found != rows_.end()) return *found;
    rows_.push_back({.kind = kind});
    return rows_.back();
  }

  /// The part of a gradient in an input's direction.
  double along(const std::vector<double>& gradient, std::size_t lane) const {
    double sum = 0;
    for (std::size_t row = 0; row * case_.lanes < gradient.size(); ++row)
      sum += direction(row) * gradient[row * case_.lanes + lane];
    return sum;
  }

  LaneOutputs<Dual> run_dual(std::size_t moved, std::size_t lane) const {
    return simulate_tables(case_, lane_values<Dual>(case_, [&](const CaseInput& input, std::size_t row) {
                             return Dual(input.values[row * case_.lanes + lane],
                                         &input == &case_.inputs[moved] ? direction(row) : 0);
                           }));
  }

  void compare_exactly(std::size_t i, std::size_t lane, GradientCheckRow& row) {
    const LaneOutputs<Dual> out = run_dual(i, lane);
    const auto series = series_of(out);
    Product products[2];
    for (std::size_t s = 0; s < series.size(); ++s) {
      for (std::size_t t = 0; t < case_.steps; ++t) {
        const double seed = case_.seeds[s][t * case_.lanes + lane];
        products[0].add(seed, (*series[s])[t]);
        if (s == 0) products[1].add(seed, (*series[s])[t]);
      }
    }
    for (std::size_t s = 0; s < out.final_states.size(); ++s) {
      products[0].add(case_.final_seeds[s * case_.lanes + lane], out.final_states[s]);
    }
    const double x = case_.rows(case_.inputs[i]) == 1 ? case_.inputs[i].values[lane] : 1;
    for (std::size_t which = 0; which < 2; ++which) {
      const std::vector<double>& gradient = engine_[which][i];
      if (gradient.empty()) continue;  // to forcings, of the discharge alone
      const double got = along(gradient, lane), scale = products[which].scale(x);
      enter(row.dual, i, std::abs(got - products[which].value) / scale, kExactTolerance);
      enter(row.torch, i, std::abs(got - along(torch_[which][i], lane)) / scale, kExactTolerance);
    }
  }

  void enter(Distance& distance, std::size_t i, double difference, double allowed) const {
    ++distance.compared;
    if (!(difference <= allowed)) distance.pass = false;
    if (difference <= distance.largest || std::isnan(distance.largest)) return;
    distance.largest = difference;
    distance.input = case_.inputs[i].name;
  }

  /// How every comparison of each lane is decided.
  std::vector<std::uint64_t> branches() const {
    std::vector<std::uint64_t> notes;
    for (std::size_t lane = 0; lane < case_.lanes; ++lane) {
      Noted::notes = 0;
      simulate_tables(case_, lane_values<Noted>(case_, [&](const CaseInput& input, std::size_t row) {
                        return Noted(input.values[row * case_.lanes + lane]);
                      }));
      notes.push_back(Noted::notes);
    }
    return notes;
  }

  void compare_with_differences(std::size_t i, GradientCheckRow& row) {
    CaseInput& input = case_.inputs[i];
    const std::vector<double> before = input.values;
    const std::size_t rows = case_.rows(input);
    // A series moves in proportion to its values, so that dry days stay dry; with zeros alone there is nothing to move.
    const auto step = [&](std::size_t k) {
      return rows == 1 ? std::max(std::abs(before[k]), 1e-2) : direction(k / case_.lanes) * std::abs(before[k]);
    };
    struct At {
      WeightedSums sums;
      std::vector<std::uint64_t> notes;
    };
    const auto at = [&](double relative) {
      for (std::size_t k = 0; k < before.size(); ++k) input.values[k] = before[k] + relative * kDifferenceStep * step(k);
      At result{engine_sums(case_), branches()};
      input.values = before;
      return result;
    };
    const At points[] = {at(1), at(-1), at(0.5), at(-0.5)};
    for (std::size_t lane = 0; lane < case_.lanes; ++lane) {
      double derivative = 0;
      for (std::size_t r = 0; r < rows; ++r) {
        derivative += step(r * case_.lanes + lane) * engine_[0][i][r * case_.lanes + lane];
      }
      ++row.differences.tried;
      const bool smooth =
          std::all_of(std::begin(points), std::end(points), [&](const At& p) { return p.notes[lane] == here_[lane]; });
      if (!smooth) continue;
      const double size = points[0].sums.size[lane];
      const double wide = (points[0].sums.sum[lane] - points[1].sums.sum[lane]) / (2 * kDifferenceStep);
      const double narrow = (points[2].sums.sum[lane] - points[3].sums.sum[lane]) / kDifferenceStep;
      // The error of the narrow difference is a third of what separates the two, and more terms; and rounding.
      const double allowed = std::abs(wide - narrow) + kRounding * size / kDifferenceStep;
      const double scale = std::max({std::abs(derivative), 1e-3 * size, 1e-200});
      enter(row.differences, i, std::abs(derivative - narrow) / scale, allowed / scale);
    }
  }

  GradientCase& case_;
  std::vector<GradientCheckRow>& rows_;
  std::vector<std::string>& acting_;
  std::vector<std::vector<std::vector<double>>> engine_, torch_;  ///< of everything, of the discharge alone
  std::vector<std::vector<double>> single_;
  std::vector<std::uint64_t> here_;
};

}  // namespace

std::vector<GradientCheckRow> check_gradients(const kernels::Model& model, const GradientCheckOptions& options) {
  const SingleThreadScope single_thread;
  std::vector<GradientCheckRow> rows;
  std::vector<std::string> acting;
  const std::vector<const kernels::Routing*> routings = kernels::routings();
  for (std::size_t i = 0; i < std::max<std::size_t>(2, routings.size()); ++i) {
    const kernels::Routing* routing = i < routings.size() ? routings[i] : nullptr;
    const CaseOptions of_case{
        .lanes = options.lanes, .steps = options.steps, .seed = options.seed, .daily = i == 1, .given_start = i == 1};
    GradientCase c = make_case(model, routing, of_case);
    Comparison(c, rows, acting).check_all();
  }
  // What stands still in one case (a store that was never filled) may act in another.
  for (GradientCheckRow& row : rows) {
    std::erase_if(row.zeros,
                  [&](const std::string& name) { return std::find(acting.begin(), acting.end(), name) != acting.end(); });
    std::sort(row.zeros.begin(), row.zeros.end());
    row.zeros.erase(std::unique(row.zeros.begin(), row.zeros.end()), row.zeros.end());
  }
  return rows;
}

}  // namespace freshet::witness
