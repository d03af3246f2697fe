#include <algorithm>

#include "freshet/kernels/block.hpp"
#include "freshet/kernels/block_call.hpp"
#include "freshet/kernels/interpreter.hpp"
#include "freshet/kernels/lanes/stage_loop.hpp"

namespace freshet::kernels {

template <class T>
void Block<T>::prepare_adjoint_buffers(const BlockSeeds<T>& seeds) {
  const Model& model = plan_.model();
  const std::size_t steps = plan_.options().steps;
  const auto zeros = [&](Buffer& buffer, std::size_t rows) { buffer.assign(row(rows), T(0)); };
  zeros(parameter_adjoints_, model.parameters().size());
  zeros(routing_adjoints_, plan_.routing() == nullptr ? 0 : plan_.routing()->parameters().size());
  zeros(ordinate_adjoints_, plan_.routing() == nullptr ? 0 : plan_.routing()->length());
  zeros(derived_adjoints_, static_cast<std::size_t>(model.table().derived_count));
  zeros(state_adjoints_, model.states().size());
  if (!seeds.final_states.empty()) {
    for (std::size_t i = 0; i < model.states().size(); ++i) {
      std::copy_n(seeds.final_states.data() + i * all_lanes_ + first_, count_, state_adjoints_.data() + row(i));
    }
  }
  dynamic_adjoints_.resize(dynamic_.size());
  for (Buffer& buffer : dynamic_adjoints_) zeros(buffer, steps);
  const auto clear = [&](std::vector<SeriesAdjoint<T>>& adjoints, std::size_t count) {
    adjoints.resize(count);
    for (SeriesAdjoint<T>& adjoint : adjoints) adjoint.clear(steps, row(1), count_);
  };
  clear(forcing_adjoints_, seeds.to_forcing ? model.forcings().size() : 0);
  clear(delayed_adjoints_, delayed_.size());
  flux_adjoints_.resize(model.stage_count());
  state_seeds_.resize(model.stage_count());
  for (std::size_t s = 0; s < model.stage_count(); ++s) {
    clear(flux_adjoints_[s], fluxes_[s].size());
    clear(state_seeds_[s], states_[s].size());
  }
  discharge_adjoint_.clear(steps, row(1), count_);
  for (std::size_t i = 0; i < seeds.series.size(); ++i) {
    seeded(seeds.series[i]).add(seeds.values[i].data() + first_, all_lanes_);
  }
}

template <class T>
SeriesAdjoint<T>& Block<T>::seeded(Series series) {
  const Model& model = plan_.model();
  switch (series.kind) {
    case Series::Kind::kDelayed:
      return delayed_adjoints_[series.index];
    case Series::Kind::kState: {
      const StagePlace place = model.state_place(series.index);
      return state_seeds_[place.stage][place.index];
    }
    case Series::Kind::kFlux: {
      const StagePlace place = model.flux_place(series.index);
      return flux_adjoints_[place.stage][place.index];
    }
    case Series::Kind::kDischarge:
      break;
  }
  if (plan_.routing() != nullptr) return discharge_adjoint_;
  const StagePlace runoff = model.flux_place(model.runoff());
  return flux_adjoints_[runoff.stage][runoff.index];
}

template <class T>
void Block<T>::adjoint_of_delay(const Buffer& in, std::size_t length, const T* weights, const SeriesAdjoint<T>& out_seed,
                                SeriesAdjoint<T>& in_adjoint, T* weight_adjoints) {
  if (out_seed.empty()) return;
  const std::size_t lead_rows = in.size() / row(1) - plan_.options().steps;
  plan_.common().delay_adjoint({.steps = static_cast<std::int64_t>(plan_.options().steps),
                                .lanes = static_cast<std::int64_t>(count_),
                                .length = static_cast<std::int64_t>(length),
                                .stride = plan_.lanes(),
                                .weights = weights,
                                .in = in.data() + row(lead_rows),
                                .out = nullptr,
                                .out_seed = out_seed.rows().at,
                                .out_seed_stride = out_seed.rows().stride,
                                .in_adjoint = in_adjoint.sum(),
                                .weight_adjoints = weight_adjoints});
}

template <class T>
void Block<T>::adjoint_of_stage(std::size_t stage, bool all) {
  const Model& model = plan_.model();
  const StageCounts n = model.stage(stage).counts;
  const auto sources = model.sources(stage);
  std::vector<Buffer> to_forcing(sources.size());
  BlockCall<T> call;
  fill_call(stage, call);
  for (std::size_t i = 0; i < flux_adjoints_[stage].size(); ++i) call.fluxes[i] = flux_adjoints_[stage][i].rows();
  for (std::size_t i = 0; i < state_seeds_[stage].size(); ++i) call.states[i] = state_seeds_[stage][i].rows();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const bool outside = sources[i].kind == ForcingSource::Kind::kForcing;
    if (!outside || !forcing_adjoints_.empty()) to_forcing[i].resize(row(plan_.options().steps));
    call.forcing_adjoints.push_back({to_forcing[i].empty() ? nullptr : to_forcing[i].data(), plan_.lanes()});
  }
  for (std::int32_t i = 0; i < n.parameters; ++i) {
    call.parameter_adjoints.push_back({parameter_adjoints_.data() + row(static_cast<std::size_t>(i)), 0});
  }
  for (std::size_t i = 0; i < dynamic_.size(); ++i) {
    call.parameter_adjoints[dynamic_parameters_[i]] = {dynamic_adjoints_[i].data(), plan_.lanes()};
  }
  StageCall<T>& c = call.call;
  scratch_.resize(row(static_cast<std::size_t>(scratch_rows(n, c.every, c.outer, c.inner))));
  c.state = state_adjoints_.data() + (c.state - final_states_.data());
  c.forcing_adjoints = call.forcing_adjoints.data();
  c.parameter_adjoints = call.parameter_adjoints.data();
  c.derived_adjoints = derived_adjoints_.data();
  c.scratch = scratch_.data();
  const StageKernels<T>& kernels = plan_.kernels()[stage];
  (all ? kernels.adjoint_all : plan_.dynamic() ? kernels.adjoint_dynamic : kernels.adjoint)(&c);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (to_forcing[i].empty()) continue;
    SeriesAdjoint<T>& to = sources[i].kind == ForcingSource::Kind::kForcing ? forcing_adjoints_[sources[i].index]
                           : sources[i].kind == ForcingSource::Kind::kDelay ? delayed_adjoints_[sources[i].index]
                                                                            : flux_adjoints_[sources[i].stage][sources[i].index];
    to.take(to_forcing[i]);
  }
}

template <class T>
void Block<T>::adjoint_of_preparation() {
  const Model& model = plan_.model();
  const ModelTable& table = model.table();
  std::vector<const T*> parameters;
  for (std::size_t i = 0; i < model.parameters().size(); ++i) parameters.push_back(parameters_.data() + row(i));
  Buffer part;
  // Adds what a program says of the parameters to their adjoints.
  const auto add = [&](const ProgramTable& adjoint, std::vector<const T*> inputs, Buffer& sums) {
    part.resize(sums.size());
    std::vector<T*> outputs;
    for (std::size_t i = 0; i * row(1) < sums.size(); ++i) outputs.push_back(part.data() + row(i));
    program(adjoint, std::move(inputs), outputs);
    for (std::size_t k = 0; k < sums.size(); ++k) sums[k] += part[k];
  };
  std::vector<const T*> inputs = parameters;
  inputs.push_back(dt_row_.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(table.derived_count); ++i)
    inputs.push_back(derived_adjoints_.data() + row(i));
  add(table.prepare_adjoint, inputs, parameter_adjoints_);
  std::size_t state = 0;
  for (std::size_t s = 0; own_start_ && s < model.stage_count(); ++s) {
    inputs = parameters;
    for (std::int32_t i = 0; i < model.stage(s).counts.states; ++i) inputs.push_back(state_adjoints_.data() + row(state++));
    add(model.stage(s).initial_adjoint, inputs, parameter_adjoints_);
  }
  if (plan_.routing() == nullptr) return;
  inputs.clear();
  for (std::size_t i = 0; i < plan_.routing()->parameters().size(); ++i) inputs.push_back(routing_parameters_.data() + row(i));
  inputs.push_back(dt_row_.data());
  for (std::size_t i = 0; i < plan_.routing()->length(); ++i) inputs.push_back(ordinate_adjoints_.data() + row(i));
  add(plan_.routing()->table().ordinates_adjoint, inputs, routing_adjoints_);
}

template <class T>
void Block<T>::adjoint(const BlockSeeds<T>& seeds) {
  const Model& model = plan_.model();
  prepare_adjoint_buffers(seeds);
  bool all = seeds.to_forcing;
  for (std::size_t i = 0; i < seeds.series.size(); ++i) {
    const Series series = seeds.series[i];
    if (series.kind == Series::Kind::kState) all = true;
    if (series.kind != Series::Kind::kFlux) continue;
    const StagePlace place = model.flux_place(series.index);
    all = all || model.stage(place.stage).main[place.index] == 0;
  }
  const StagePlace runoff = model.flux_place(model.runoff());
  if (plan_.routing() != nullptr) {
    adjoint_of_delay(flux(runoff), plan_.routing()->length(), ordinates_.data(), discharge_adjoint_,
                     flux_adjoints_[runoff.stage][runoff.index], ordinate_adjoints_.data());
  }
  for (std::size_t s = model.stage_count(); s-- > 0;) {
    for (std::size_t d = 0; d < delayed_.size(); ++d) {
      const StagePlace in = model.delay_input(d);
      if (in.stage != s) continue;
      const DelayRow& delay = model.table().delays[d];
      const std::size_t first = row(static_cast<std::size_t>(delay.first));
      adjoint_of_delay(flux(in), static_cast<std::size_t>(delay.length), derived_.data() + first, delayed_adjoints_[d],
                       flux_adjoints_[s][in.index], derived_adjoints_.data() + first);
    }
    adjoint_of_stage(s, all);
  }
  for (SeriesAdjoint<T>& adjoint : forcing_adjoints_) adjoint.sum();
  adjoint_of_preparation();
}

template void Block<float>::adjoint(const BlockSeeds<float>&);
template void Block<double>::adjoint(const BlockSeeds<double>&);

}  // namespace freshet::kernels
