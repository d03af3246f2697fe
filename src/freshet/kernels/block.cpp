#include "freshet/kernels/block.hpp"

#include <algorithm>

#include "freshet/core/error.hpp"
#include "freshet/kernels/block_call.hpp"
#include "freshet/kernels/cpu/processor.hpp"
#include "freshet/kernels/interpreter.hpp"

namespace freshet::kernels {

template <class T>
BlockPlan<T>::BlockPlan(const SimulationOptions& options, bool dynamic_parameters, std::int64_t lanes)
    : options_(options),
      substeps_(options.model->divide(options.dt, options.substeps_per_day)),
      kernels_(options.model->kernels<T>(options.backend)),
      common_kernels_(&common_kernels(options.backend)),
      lanes_(lanes),
      dynamic_(dynamic_parameters) {
  const Model& m = model();
  for (std::size_t s = 0; s < m.stage_count(); ++s) {
    const StageCounts n = m.stage(s).counts;
    makes_flux_.emplace_back(static_cast<std::size_t>(n.fluxes + n.sub_fluxes), false);
    makes_state_.emplace_back(static_cast<std::size_t>(n.states), false);
    for (std::size_t i = 0; i < makes_flux_[s].size(); ++i) makes_flux_[s][i] = m.stage(s).main[i] != 0;
  }
  for (const Series& series : options_.wanted) {
    if (series.kind == Series::Kind::kState) {
      const StagePlace place = m.state_place(series.index);
      makes_state_[place.stage][place.index] = true;
      main_only_ = false;
    } else if (series.kind == Series::Kind::kFlux) {
      const StagePlace place = m.flux_place(series.index);
      if (!makes_flux_[place.stage][place.index]) main_only_ = false;
      makes_flux_[place.stage][place.index] = true;
    }
  }
  if (dynamic_) main_only_ = false;
}

template <class T>
std::size_t Block<T>::lead(StagePlace place) const {
  const Model& model = plan_.model();
  std::size_t rows = 0;
  for (std::size_t d = 0; d < delayed_.size(); ++d) {
    const StagePlace in = model.delay_input(d);
    if (in.stage == place.stage && in.index == place.index) rows = std::max(rows, delay_lead(d));
  }
  const StagePlace runoff = model.flux_place(model.runoff());
  if (plan_.routing() != nullptr && runoff.stage == place.stage && runoff.index == place.index) {
    rows = std::max(rows, plan_.routing()->length() - 1);
  }
  return rows;
}

template <class T>
const T* Block<T>::flux_rows(StagePlace place) const {
  return fluxes_[place.stage][place.index].data() + row(lead(place));
}

template <class T>
void Block<T>::copy_rows(std::span<const T> from, std::size_t rows, std::size_t all_lanes, T* to) const {
  for (std::size_t r = 0; r < rows; ++r) {
    const T* source = from.data() + r * all_lanes + first_;
    T* target = to + row(r);
    std::copy_n(source, count_, target);
    std::fill(target + count_, target + row(1), source[count_ - 1]);
  }
}

template <class T>
void Block<T>::program(const ProgramTable& table, std::vector<const T*> inputs, std::vector<T*> outputs) const {
  // Line by line, so not for the lanes of the padding, which get what the last lane gets.
  run_program<T>(table, count_, inputs, outputs);
  for (T* output : outputs) std::fill(output + count_, output + row(1), output[count_ - 1]);
}

template <class T>
void Block<T>::gather(const LaneInputs<T>& inputs) {
  const Model& model = plan_.model();
  const std::size_t all = inputs.lanes();
  offsets_.resize(row(1));
  for (std::size_t l = 0; l < row(1); ++l) {
    const std::size_t lane = first_ + std::min(l, count_ - 1);
    const std::int64_t start = inputs.starts.empty() ? 0 : inputs.starts[lane];
    offsets_[l] = inputs.forcing->offset(static_cast<std::size_t>(inputs.basins[lane]), static_cast<std::size_t>(start));
  }
  parameters_.resize(row(model.parameters().size()));
  copy_rows(inputs.parameters, model.parameters().size(), all, parameters_.data());
  const std::size_t routing_count = plan_.routing() == nullptr ? 0 : plan_.routing()->parameters().size();
  routing_parameters_.resize(row(routing_count));
  copy_rows(inputs.routing_parameters, routing_count, all, routing_parameters_.data());
  dynamic_.resize(inputs.dynamic.size());
  for (std::size_t i = 0; i < dynamic_.size(); ++i) {
    dynamic_[i].resize(row(plan_.options().steps));
    copy_rows(inputs.dynamic[i].values, plan_.options().steps, all, dynamic_[i].data());
  }
  own_start_ = inputs.initial_states.empty();
  final_states_.resize(row(model.states().size()));
  if (!own_start_) copy_rows(inputs.initial_states, model.states().size(), all, final_states_.data());
}

template <class T>
void Block<T>::prepare() {
  const Model& model = plan_.model();
  const ModelTable& table = model.table();
  const std::size_t steps = plan_.options().steps;
  dt_row_.assign(row(1), static_cast<T>(plan_.options().dt));
  std::vector<const T*> parameters;
  for (std::size_t i = 0; i < model.parameters().size(); ++i) parameters.push_back(parameters_.data() + row(i));
  derived_.resize(row(static_cast<std::size_t>(table.derived_count)));
  std::vector<const T*> inputs = parameters;
  inputs.push_back(dt_row_.data());
  std::vector<T*> outputs;
  for (std::size_t i = 0; i < static_cast<std::size_t>(table.derived_count); ++i) outputs.push_back(derived_.data() + row(i));
  program(table.prepare, inputs, outputs);
  if (own_start_) {
    std::size_t state = 0;
    for (std::size_t s = 0; s < model.stage_count(); ++s) {
      outputs.clear();
      for (std::int32_t i = 0; i < model.stage(s).counts.states; ++i) outputs.push_back(final_states_.data() + row(state++));
      program(model.stage(s).initial, parameters, outputs);
    }
  }
  if (plan_.routing() != nullptr) {
    ordinates_.resize(row(plan_.routing()->length()));
    inputs.clear();
    for (std::size_t i = 0; i < plan_.routing()->parameters().size(); ++i) inputs.push_back(routing_parameters_.data() + row(i));
    inputs.push_back(dt_row_.data());
    outputs.clear();
    for (std::size_t i = 0; i < plan_.routing()->length(); ++i) outputs.push_back(ordinates_.data() + row(i));
    program(plan_.routing()->table().ordinates, inputs, outputs);
    discharge_.resize(row(steps));
  }

  delayed_.resize(static_cast<std::size_t>(table.delay_count));
  for (Buffer& series : delayed_) series.resize(row(steps));
  fluxes_.resize(model.stage_count());
  states_.resize(model.stage_count());
  stored_.resize(model.stage_count());
  const std::size_t every = plan_.options().keep_every;
  for (std::size_t s = 0; s < model.stage_count(); ++s) {
    fluxes_[s].resize(plan_.makes_flux()[s].size());
    states_[s].resize(plan_.makes_state()[s].size());
    for (std::size_t i = 0; i < fluxes_[s].size(); ++i) {
      if (plan_.makes_flux()[s][i]) fluxes_[s][i].resize(row(lead({s, i}) + steps));
    }
    for (std::size_t i = 0; i < states_[s].size(); ++i) {
      if (plan_.makes_state()[s][i]) states_[s][i].resize(row(steps));
    }
    if (every > 0) stored_[s].resize(row((steps + every - 1) / every * states_[s].size()));
  }
}

template <class T>
void Block<T>::run_delay(const Buffer& in, std::size_t length, const T* weights, Buffer& out) {
  const std::size_t lead_rows = in.size() / row(1) - plan_.options().steps;
  plan_.common().delay_forward({.steps = static_cast<std::int64_t>(plan_.options().steps),
                                .lanes = static_cast<std::int64_t>(count_),
                                .length = static_cast<std::int64_t>(length),
                                .stride = plan_.lanes(),
                                .weights = weights,
                                .in = in.data() + row(lead_rows),
                                .out = out.data()});
}

template <class T>
void Block<T>::run_stage(std::size_t stage) {
  const StageKernels<T>& kernels = plan_.kernels()[stage];
  BlockCall<T> call;
  fill_call(stage, call);
  (plan_.main_only() ? kernels.forward : kernels.forward_all)(&call.call);
}

template <class T>
void Block<T>::fill_call(std::size_t stage, BlockCall<T>& call) const {
  const Model& model = plan_.model();
  const StageCounts n = model.stage(stage).counts;
  const std::int64_t stride = plan_.lanes();
  const auto at = [&](const Buffer& buffer) { return const_cast<T*>(buffer.data()); };
  for (const ForcingSource& source : model.sources(stage)) {
    switch (source.kind) {
      case ForcingSource::Kind::kForcing:
        call.forcings.push_back(forcing_->rows(source.index));
        break;
      case ForcingSource::Kind::kDelay:
        call.forcings.push_back({at(delayed_[source.index]), stride, 1});
        break;
      case ForcingSource::Kind::kFlux:
        call.forcings.push_back({flux_rows({source.stage, source.index}), stride, 1});
        break;
    }
  }
  for (std::int32_t i = 0; i < n.parameters; ++i) {
    call.parameters.push_back({parameters_.data() + row(static_cast<std::size_t>(i)), 0});
  }
  for (std::size_t i = 0; i < dynamic_.size(); ++i) call.parameters[dynamic_parameters_[i]] = {at(dynamic_[i]), stride};
  for (std::size_t i = 0; i < fluxes_[stage].size(); ++i) {
    const bool made = !fluxes_[stage][i].empty();
    call.fluxes.push_back({made ? at(fluxes_[stage][i]) + row(lead({stage, i})) : nullptr, stride});
  }
  for (const Buffer& series : states_[stage]) call.states.push_back({series.empty() ? nullptr : at(series), stride});

  std::size_t first_state = 0;
  for (std::size_t s = 0; s < stage; ++s) first_state += static_cast<std::size_t>(model.stage(s).counts.states);
  StageCall<T>& c = call.call;
  c.steps = static_cast<std::int64_t>(plan_.options().steps);
  c.lanes = static_cast<std::int64_t>(count_);
  c.lane_stride = stride;
  c.dt = static_cast<T>(plan_.options().dt);
  c.outer = plan_.substeps().outer;
  c.inner = plan_.substeps().inner;
  c.forcings = call.forcings.data();
  c.offsets = offsets_.data();
  c.parameters = call.parameters.data();
  c.derived = derived_.data();
  c.state = at(final_states_) + row(first_state);
  c.stored = stored_[stage].empty() ? nullptr : at(stored_[stage]);
  c.every = std::max<std::int64_t>(1, static_cast<std::int64_t>(plan_.options().keep_every));
  c.fluxes = call.fluxes.data();
  c.states = call.states.data();
}

template <class T>
void Block<T>::set_histories(const LaneInputs<T>& inputs) {
  std::size_t first_row = 0;
  const auto set = [&](StagePlace place, std::size_t rows) {
    Buffer& buffer = fluxes_[place.stage][place.index];
    T* to = buffer.data() + row(lead(place) - rows);
    if (inputs.histories.empty()) {
      std::fill_n(buffer.data(), row(lead(place)), T(0));
    } else {
      copy_rows(inputs.histories.subspan(first_row * inputs.lanes(), rows * inputs.lanes()), rows, inputs.lanes(), to);
    }
    first_row += rows;
  };
  for (std::size_t d = 0; d < delayed_.size(); ++d) set(plan_.model().delay_input(d), delay_lead(d));
  if (plan_.routing() != nullptr) set(plan_.model().flux_place(plan_.model().runoff()), plan_.routing()->length() - 1);
}

template <class T>
void Block<T>::run(const LaneInputs<T>& inputs, std::size_t first, std::size_t count) {
  first_ = first;
  count_ = count;
  all_lanes_ = inputs.lanes();
  forcing_ = inputs.forcing;
  dynamic_parameters_.clear();
  for (const DynamicParameter<T>& dynamic : inputs.dynamic) dynamic_parameters_.push_back(dynamic.parameter);
  gather(inputs);
  prepare();
  set_histories(inputs);
  const Model& model = plan_.model();
  for (std::size_t s = 0; s < model.stage_count(); ++s) {
    run_stage(s);
    for (std::size_t d = 0; d < delayed_.size(); ++d) {
      if (model.delay_input(d).stage != s) continue;
      const DelayRow& delay = model.table().delays[d];
      run_delay(flux(model.delay_input(d)), static_cast<std::size_t>(delay.length),
                derived_.data() + row(static_cast<std::size_t>(delay.first)), delayed_[d]);
    }
  }
  if (plan_.routing() != nullptr) {
    run_delay(flux(model.flux_place(model.runoff())), plan_.routing()->length(), ordinates_.data(), discharge_);
  }
}

template <class T>
const T* Block<T>::rows(Series series) const {
  const Model& model = plan_.model();
  switch (series.kind) {
    case Series::Kind::kState: {
      const StagePlace place = model.state_place(series.index);
      return states_[place.stage][place.index].data();
    }
    case Series::Kind::kFlux:
      return flux_rows(model.flux_place(series.index));
    case Series::Kind::kDelayed:
      return delayed_[series.index].data();
    case Series::Kind::kDischarge:
      break;
  }
  return plan_.routing() != nullptr ? discharge_.data() : flux_rows(model.flux_place(model.runoff()));
}

template <class T>
void Block<T>::final_histories(std::span<T> to) const {
  std::size_t first_row = 0;
  const auto get = [&](StagePlace place, std::size_t rows) {
    const Buffer& buffer = fluxes_[place.stage][place.index];
    const T* from = buffer.data() + buffer.size() - row(rows);
    for (std::size_t r = 0; r < rows; ++r) {
      std::copy_n(from + row(r), count_, to.data() + (first_row + r) * all_lanes_ + first_);
    }
    first_row += rows;
  };
  for (std::size_t d = 0; d < delayed_.size(); ++d) get(plan_.model().delay_input(d), delay_lead(d));
  if (plan_.routing() != nullptr) get(plan_.model().flux_place(plan_.model().runoff()), plan_.routing()->length() - 1);
}

template class BlockPlan<float>;
template class BlockPlan<double>;
template class Block<float>;
template class Block<double>;

}  // namespace freshet::kernels
