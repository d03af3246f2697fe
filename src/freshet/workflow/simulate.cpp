#include "freshet/workflow/simulate.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/counted.hpp"
#include "freshet/workflow/simulate_lanes.hpp"

namespace freshet {
namespace {

/// Values of all series that are held at once.
constexpr std::size_t kValuesAtOnce = std::size_t{1} << 25;
/// What the ledger must close to, over the water moved or stored in the step.
constexpr double kClosesDouble = 1e-9, kClosesSingle = 1e-5;

std::size_t basins_at_once(const SimulationSetup& setup) {
  constexpr std::size_t kVector = 16, kMost = 1024;
  const std::size_t per_basin = setup.options.steps * (setup.options.wanted.size() + setup.outputs.size() + setup.dynamic.size());
  return std::clamp<std::size_t>(kValuesAtOnce / std::max<std::size_t>(per_basin, 1) / kVector * kVector, kVector, kMost);
}

/// How PET was got: the same for all basins, or named for each way.
std::string pet_text(const ProcessForcing& forcing) {
  std::map<std::string, std::size_t> ways;
  for (const BasinForcing& basin : forcing.basins) ++ways[basin.pet];
  if (ways.size() == 1) return ways.begin()->first;
  std::vector<std::string> parts;
  parts.reserve(ways.size());
  for (const auto& [way, count] : ways) parts.push_back(fmt::format("{} ({})", way, counted(count, "basin")));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string run_text(const SimulationSetup& setup) {
  const TimeAxis& axis = setup.forcing.axis;
  const std::size_t basins = setup.forcing.basins.size();
  const std::string pet = pet_text(setup.forcing);
  const std::string step = axis.step_minutes == kMinutesPerDay ? "a day" : fmt::format("{} minutes", axis.step_minutes);
  return fmt::format("{}, {}, {} to {} ({} of {}){}, routing {}\n", setup.model->name(), counted(basins, "basin"),
                     to_string(axis.first), to_string(axis.last()), counted(axis.size, "step"), step,
                     pet.empty() ? "" : fmt::format(", PET {}", pet),
                     setup.routing() == nullptr ? "none" : setup.routing()->name());
}

OutputLayout layout_of(const SimulationSetup& setup, const SimulateRequest& request) {
  OutputLayout layout{.axis = setup.forcing.axis, .single_precision = request.single_precision};
  for (const BasinForcing& basin : setup.forcing.basins) layout.basins.push_back(basin.id);
  for (const OutputSeries& output : setup.outputs) layout.columns.push_back(output.column);
  if (request.ledger) {
    const auto columns = ledger_columns(setup);
    layout.columns.insert(layout.columns.end(), columns.begin(), columns.end());
  }
  layout.basin_column = setup.forcing.asked > 1;
  layout.notes = {{"model", std::string(setup.model->name())},
                  {"routing", setup.routing() == nullptr ? "none" : std::string(setup.routing()->name())},
                  {"parameters", request.parameters.string()},
                  {"forcing", request.forcing.source.string()}};
  if (const std::string pet = pet_text(setup.forcing); !pet.empty()) layout.notes["pet"] = pet;
  return layout;
}

/// What all basins' ledgers come to.
class LedgerSummary {
 public:
  void add(const std::string& basin, const SimulatedBasin& result, const TimeAxis& axis) {
    inputs_ += result.inputs;
    outputs_ += result.outputs;
    change_ += result.change;
    residual_ = std::max(residual_, result.residual);
    if (count_++ > 0 && result.relative <= relative_) return;
    relative_ = result.relative;
    where_ = fmt::format("{}, basin {}", to_string(axis.at(static_cast<std::int64_t>(result.residual_step))), basin);
  }

  std::string text(double closes, Observer& observer) const {
    const double n = static_cast<double>(count_);
    const std::string largest = fmt::format("largest residual of a step {:.2g} mm, {:.2g} of the water moved or stored ({})",
                                            residual_, relative_, where_);
    if (relative_ > closes) observer.warn(fmt::format("The water balance does not close: {}.", largest));
    return fmt::format("water balance over the period{}: inputs {:.6g} mm, outputs {:.6g} mm, storage change {:.6g} mm; {}\n",
                       count_ == 1 ? "" : ", mean of basins", inputs_ / n, outputs_ / n, change_ / n, largest);
  }

 private:
  std::size_t count_ = 0;
  double inputs_ = 0, outputs_ = 0, change_ = 0, residual_ = 0, relative_ = 0;
  std::string where_;
};

/// Runs all basins into the output.
class Run {
 public:
  Run(const SimulationSetup& setup, const SimulateRequest& request, Observer& observer, const std::atomic<bool>& stop)
      : setup_(setup), request_(request), observer_(observer), stop_(stop) {}

  SimulateResult run() {
    const OutputLayout layout = layout_of(setup_, request_);
    result_.refused = setup_.forcing.refused;
    write_output(request_.out, layout, [&](OutputSink& sink) { produce(sink); });
    write_states();
    result_.text = run_text(setup_);
    if (request_.ledger) result_.text += ledger_.text(request_.single_precision ? kClosesSingle : kClosesDouble, observer_);
    result_.text += fmt::format("{}\n", request_.out.string());
    return std::move(result_);
  }

 private:
  void produce(OutputSink& sink) {
    const std::size_t all = setup_.forcing.basins.size(), block = basins_at_once(setup_);
    std::size_t written = 0;
    for (std::size_t first = 0; first < all; first += block) {
      if (stop_) throw Interrupted("stopped; no output was written", "");
      const std::size_t count = std::min(block, all - first);
      const std::vector<SimulatedBasin> results = run_block(first, count);
      for (std::size_t i = 0; i < count; ++i) {
        if (stop_) throw Interrupted("stopped; no output was written", "");
        written += take(first + i, results[i], sink) ? 1 : 0;
      }
      observer_.on(Progress{"Simulating", static_cast<std::int64_t>(first + count), static_cast<std::int64_t>(all)});
    }
    if (written == 0) throw InputError(result_.refused);
  }

  std::vector<SimulatedBasin> run_block(std::size_t first, std::size_t count) const {
    if (request_.single_precision) return simulate_basins<float>(setup_, first, count, request_.ledger);
    return simulate_basins<double>(setup_, first, count, request_.ledger);
  }

  bool take(std::size_t basin, const SimulatedBasin& result, OutputSink& sink) {
    if (!result.problems.empty()) {
      result_.refused.insert(result_.refused.end(), result.problems.begin(), result.problems.end());
      return false;
    }
    const std::string& id = setup_.forcing.basins[basin].id;
    sink.add(basin, result.values);
    if (request_.ledger) ledger_.add(id, result, setup_.forcing.axis);
    if (!request_.states_out.empty()) ends_[id] = result.end;
    return true;
  }

  void write_states() const {
    if (request_.states_out.empty()) return;
    const TimeAxis& axis = setup_.forcing.axis;
    write_process_states(request_.states_out,
                         {.model = std::string(setup_.model->name()),
                          .routing = setup_.routing() == nullptr ? "none" : std::string(setup_.routing()->name()),
                          .single_precision = request_.single_precision,
                          .step_minutes = axis.step_minutes,
                          .next = axis.at(axis.size),
                          .basins = ends_});
  }

  const SimulationSetup& setup_;
  const SimulateRequest& request_;
  Observer& observer_;
  const std::atomic<bool>& stop_;
  SimulateResult result_;
  LedgerSummary ledger_;
  std::map<std::string, SavedProcess> ends_;
};

}  // namespace

SimulateResult simulate(const SimulateRequest& request, Observer& observer, const std::atomic<bool>& stop) {
  const SimulationSetup setup = set_up_simulation(request, observer);
  return Run(setup, request, observer, stop).run();
}

SimulateResult describe_simulation(const SimulateRequest& request, Observer& observer) {
  const SimulationSetup setup = set_up_simulation(request, observer);
  const OutputLayout layout = layout_of(setup, request);
  std::vector<std::string> columns;
  for (const OutputColumn& column : layout.columns) columns.push_back(column.name);
  std::string text = run_text(setup);
  text += fmt::format("{} would have {} basin-steps of: {}\n", request.out.string(),
                      layout.basins.size() * static_cast<std::size_t>(layout.axis.size), fmt::join(columns, ", "));
  text += "Everything was checked; nothing was run.\n";
  return {std::move(text), setup.forcing.refused};
}

}  // namespace freshet
