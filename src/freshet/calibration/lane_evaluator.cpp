#include "freshet/calibration/lane_evaluator.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/kernels/cpu/processor.hpp"

namespace freshet::calibration {

namespace {

constexpr auto kLanes = static_cast<std::size_t>(kernels::kBlockLanes);
/// Where a call of the moments may begin: a multiple of every group of lanes that it takes at once.
constexpr std::size_t kAlignment = 32;
/// Steps between stored states. Gradients do not depend on it.
constexpr std::size_t kKeepEvery = 8;

kernels::SimulationOptions options_of(const EvaluationSetup& setup, std::size_t keep_every) {
  return {.model = setup.model,
          .routing = setup.routing,
          .steps = static_cast<std::size_t>(setup.axis.size),
          .dt = setup.axis.step_days(),
          .substeps_per_day = setup.substeps_per_day,
          .wanted = {{}},
          .keep_every = keep_every,
          .threads = setup.threads};
}

template <class T>
kernels::ForcingTable<T> forcing_of(const EvaluationSetup& setup) {
  kernels::ForcingTable<T> table(setup.basins.size(), static_cast<std::size_t>(setup.axis.size), setup.model->forcings().size());
  for (std::size_t b = 0; b < setup.basins.size(); ++b) {
    for (std::size_t v = 0; v < table.variables(); ++v) table.set(b, v, setup.basins[b].forcing[v]);
  }
  return table;
}

}  // namespace

template <class T>
LaneEvaluator<T>::LaneEvaluator(const EvaluationSetup& setup)
    : space_(*setup.space),
      routing_parameters_(setup.routing == nullptr ? 0 : setup.routing->parameters().size()),
      forcing_(forcing_of<T>(setup)),
      options_(options_of(setup, 0)),
      forward_(options_),
      backward_(options_of(setup, kKeepEvery)),
      moments_(kernels::common_kernels(options_.backend).template functions<T>().moments) {
  for (const BasinSeriesData& basin : setup.basins)
    objectives_.emplace_back(*setup.objective, basin.id, setup.axis, basin.observed);
}

template <class T>
void LaneEvaluator<T>::fill_lanes(std::span<const Candidates> batches) {
  const std::size_t n = space_.dimensions();
  lanes_.clear();
  basins_.clear();
  values_.clear();
  for (std::size_t b = 0; b < batches.size(); ++b) {
    for (std::size_t c = 0; c < batches[b].points.size() / n; ++c) {
      lanes_.push_back({b, c});
      basins_.push_back(static_cast<std::int32_t>(batches[b].basin));
      values_.push_back(space_.values(batches[b].points.subspan(c * n, n)));
    }
  }
}

template <class T>
kernels::LaneInputs<T> LaneEvaluator<T>::inputs(std::size_t first, std::size_t count) {
  const std::size_t of_model = space_.model_parameters();
  parameters_.resize(of_model * count);
  routing_.resize(routing_parameters_ * count);
  for (std::size_t l = 0; l < count; ++l) {
    const std::vector<double>& values = values_[first + l];
    for (std::size_t p = 0; p < of_model; ++p) parameters_[p * count + l] = static_cast<T>(values[p]);
    for (std::size_t p = 0; p < routing_parameters_; ++p) routing_[p * count + l] = static_cast<T>(values[of_model + p]);
  }
  return {.forcing = &forcing_,
          .basins = std::span(basins_).subspan(first, count),
          .starts = {},
          .parameters = parameters_,
          .dynamic = {},
          .routing_parameters = routing_,
          .initial_states = {},
          .histories = {}};
}

template <class T>
void LaneEvaluator<T>::evaluate(std::span<Candidates> batches) {
  fill_lanes(batches);
  for (Candidates& batch : batches) batch.values.assign(batch.points.size() / space_.dimensions(), 0.0);
  forward_.for_each_block(inputs(0, lanes_.size()),
                          [&](const kernels::Block<T>& block, std::size_t first) { value_block(block, first, batches); });
}

template <class T>
void LaneEvaluator<T>::value_block(const kernels::Block<T>& block, std::size_t first, std::span<Candidates> batches) const {
  std::vector<T> scratch;
  std::vector<double> series;
  std::vector<LaneSums> sums;
  const T* discharge = block.rows({});
  for (std::size_t begin = 0, end = 0; begin < block.count(); begin = end) {
    const std::int32_t basin = basins_[first + begin];
    while (end < block.count() && basins_[first + end] == basin) ++end;
    const BasinObjective<T>& objective = objectives_[static_cast<std::size_t>(basin)];
    const auto all_sums = sums_of_run(block, begin, end, objective, scratch);
    for (std::size_t l = begin; l < end; ++l) {
      sums.clear();
      for (const auto& of_transform : all_sums) sums.push_back(of_transform[l - begin]);
      if (objective.needs_series()) {
        series.resize(options_.steps);
        for (std::size_t t = 0; t < options_.steps; ++t) series[t] = static_cast<double>(discharge[t * kLanes + l]);
      }
      const Lane lane = lanes_[first + l];
      batches[lane.batch].values[lane.candidate] = objective.value(sums, series);
    }
  }
}

template <class T>
std::vector<std::vector<LaneSums>> LaneEvaluator<T>::sums_of_run(const kernels::Block<T>& block, std::size_t begin,
                                                                 std::size_t end, const BasinObjective<T>& objective,
                                                                 std::vector<T>& scratch) const {
  const std::size_t start = begin / kAlignment * kAlignment;
  std::array<double, 3 * kLanes> rows;
  std::vector<std::vector<LaneSums>> result;
  for (const TransformedObservations<T>& observations : objective.transformed()) {
    const T* simulated = block.rows({});
    if (observations.transform.kind() != FlowTransform::Kind::kNone) {
      scratch.resize(options_.steps * kLanes);
      for (const std::int32_t t : objective.steps()) {
        const std::size_t row = static_cast<std::size_t>(t) * kLanes;
        for (std::size_t l = begin; l < end; ++l) scratch[row + l] = observations.transform(simulated[row + l]);
      }
      simulated = scratch.data();
    }
    moments_({.observations = static_cast<std::int64_t>(objective.steps().size()),
              .lanes = static_cast<std::int64_t>(end - start),
              .stride = static_cast<std::int64_t>(kLanes),
              .steps = objective.steps().data(),
              .simulated = simulated + start,
              .observed = observations.deviations.data(),
              .centre = observations.centre,
              .sums = rows.data()});
    std::vector<LaneSums>& sums = result.emplace_back();
    for (std::size_t l = begin - start; l < end - start; ++l) sums.push_back({rows[l], rows[kLanes + l], rows[2 * kLanes + l]});
  }
  return result;
}

template <class T>
void LaneEvaluator<T>::differentiate(std::span<Candidates> batches) {
  fill_lanes(batches);
  for (Candidates& batch : batches) {
    batch.values.assign(batch.points.size() / space_.dimensions(), 0.0);
    batch.gradients.assign(batch.points.size(), 0.0);
  }
  // A few blocks at a time, because their states are kept.
  const std::size_t some = kLanes * std::max<std::size_t>(1, options_.threads);
  for (std::size_t first = 0; first < lanes_.size(); first += some)
    differentiate_lanes(first, std::min(some, lanes_.size() - first), batches);
}

template <class T>
void LaneEvaluator<T>::differentiate_lanes(std::size_t first, std::size_t count, std::span<Candidates> batches) {
  const auto result = backward_.run(inputs(first, count));
  std::vector<T> seeds(options_.steps * count);
  seed_lanes(first, count, result.series[0], seeds, batches);
  const std::array discharge = {kernels::Series{}};
  const kernels::Gradients<T> gradients = backward_.adjoint(discharge, {std::span<const T>(seeds)});
  const std::size_t of_model = space_.model_parameters(), n = space_.dimensions();
  for (std::size_t l = 0; l < count; ++l) {
    const Lane lane = lanes_[first + l];
    for (std::size_t j = 0; j < n; ++j) {
      const std::size_t p = space_.free()[j];
      const T slope =
          p < of_model ? gradients.parameters[p * count + l] : gradients.routing_parameters[(p - of_model) * count + l];
      batches[lane.batch].gradients[lane.candidate * n + j] =
          static_cast<double>(slope) * space_.parameters()[p].slope(values_[first + l][p]);
    }
  }
}

template <class T>
void LaneEvaluator<T>::seed_lanes(std::size_t first, std::size_t count, std::span<const T> discharge, std::span<T> seeds,
                                  std::span<Candidates> batches) const {
  const std::size_t parts = (count + kAlignment - 1) / kAlignment;
  parallel_for(parts, options_.threads, [&](std::size_t part) {
    for (std::size_t l = part * kAlignment; l < std::min(count, (part + 1) * kAlignment); ++l) {
      const BasinObjective<T>& objective = objectives_[static_cast<std::size_t>(basins_[first + l])];
      std::vector<LaneSums> sums(objective.transformed().size()), slopes(sums.size());
      const auto for_each_observation = [&](auto use) {
        for (std::size_t k = 0; k < sums.size(); ++k) {
          const TransformedObservations<T>& o = objective.transformed()[k];
          for (std::size_t i = 0; i < objective.steps().size(); ++i) {
            const std::size_t at = static_cast<std::size_t>(objective.steps()[i]) * count + l;
            const auto flow = static_cast<double>(discharge[at]);
            use(k, at, flow, o.transform(flow) - static_cast<double>(o.centre), static_cast<double>(o.deviations[i]));
          }
        }
      };
      for_each_observation([&](std::size_t k, std::size_t, double, double s, double o) {
        sums[k].first += s;
        sums[k].second += s * s;
        sums[k].product += s * o;
      });
      const Lane lane = lanes_[first + l];
      batches[lane.batch].values[lane.candidate] = objective.differentiate(sums, slopes);
      for_each_observation([&](std::size_t k, std::size_t at, double flow, double s, double o) {
        const double slope = slopes[k].first + 2 * slopes[k].second * s + slopes[k].product * o;
        seeds[at] += static_cast<T>(slope * objective.transformed()[k].transform.slope(flow));
      });
    }
  });
}

template class LaneEvaluator<float>;
template class LaneEvaluator<double>;

}  // namespace freshet::calibration
