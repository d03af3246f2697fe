#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "freshet/kernels/cuda/mirror.hpp"
#include "freshet/kernels/lanes/pack.hpp"
#include "freshet/kernels/lanes/scalar_lane.hpp"
#include "freshet/kernels/lanes/stage_loop.hpp"

/// A stage's kernels on a device that has memory of its own and runs one thread a lane: the loops and the functions that the
/// processor's kernels have, on groups of one lane. Neighbouring threads read neighbouring values of a row.
namespace freshet::kernels {

template <class T>
using DeviceLane = Pack<ScalarLane<T>, 1>;

/// Which of StageFunctions it is.
struct StageUse {
  bool adjoint;
  bool main;     ///< main fluxes only, adjoints of links only
  bool dynamic;  ///< parameters may have a row for each step
};

/// What one thread does.
template <class Stage, class T, StageUse kUse>
struct StageThread {
  StageCall<T> call;
  std::int64_t scratch;  ///< values for each lane

  FRESHET_LANE void operator()(std::int64_t lane) const {
    StageCall<T> of_lane = call;
    of_lane.scratch += lane * scratch;
    const Stage stage;
    StageLoop<Stage, DeviceLane<T>> loop(stage, of_lane, lane);
    if constexpr (kUse.adjoint) {
      loop.template adjoint<kUse.main, kUse.dynamic>();
    } else {
      loop.template forward<!kUse.main>();
    }
  }
};

/// A StageCall on host memory, moved to the device and back.
template <class Device, class Stage, class T, StageUse kUse>
class DeviceStageCall {
 public:
  explicit DeviceStageCall(const StageCall<T>& host) : n_(Stage::counts()), call_(host) {
    forcings_.assign(host.forcings, host.forcings + n_.forcings);
    parameters_.assign(host.parameters, host.parameters + n_.parameters);
    fluxes_.assign(host.fluxes, host.fluxes + n_.fluxes + n_.sub_fluxes);
    for (std::int32_t i = 0; kUse.main && i < n_.fluxes + n_.sub_fluxes; ++i) {
      if (!Stage::is_main(i)) fluxes_[index(i)].at = nullptr;
    }
    if constexpr (!kUse.main) states_.assign(host.states, host.states + n_.states);
    if constexpr (kUse.adjoint) {
      forcing_adjoints_.assign(host.forcing_adjoints, host.forcing_adjoints + n_.forcings);
      for (std::int32_t i = 0; kUse.main && i < n_.forcings; ++i) {
        if (!Stage::is_link(i)) forcing_adjoints_[index(i)].at = nullptr;
      }
      parameter_adjoints_.assign(host.parameter_adjoints, host.parameter_adjoints + n_.parameters);
    }
  }

  void run() {
    name_rows();
    mirror_.make();
    move();
    mirror_.upload();
    const std::int64_t scratch = kUse.adjoint ? scratch_rows(n_, call_.every, call_.outer, call_.inner) : 0;
    if constexpr (kUse.adjoint) call_.scratch = static_cast<T*>(mirror_.scratch(scratch * call_.lanes * std::int64_t{sizeof(T)}));
    Device::launch(call_.lanes, StageThread<Stage, T, kUse>{call_, scratch});
    mirror_.download();
  }

 private:
  static std::size_t index(std::int32_t i) { return static_cast<std::size_t>(i); }

  template <class Row>
  void name_array(const std::vector<Row>& rows) {
    mirror_.reads(rows.data(), 1, 0, static_cast<std::int64_t>(rows.size()));
  }
  template <class Row>
  std::int64_t count(const Row& row) const {
    return row.stride == 0 ? 1 : call_.steps;
  }
  template <class Row>
  void reads(const std::vector<Row>& rows) {
    for (const Row& row : rows) mirror_.reads(row.at, count(row), row.stride, call_.lanes);
  }
  void writes(const std::vector<Rows<T>>& rows) {
    for (const Rows<T>& row : rows) mirror_.writes(row.at, count(row), row.stride, call_.lanes);
  }
  void both(T* at, std::int64_t rows) {
    mirror_.reads(at, rows, call_.lane_stride, call_.lanes);
    mirror_.writes(at, rows, call_.lane_stride, call_.lanes);
  }

  void name_rows() {
    const auto [low, high] = std::minmax_element(call_.offsets, call_.offsets + call_.lanes);
    for (const ForcingRows<T>& row : forcings_) {
      const std::int64_t first = row.per_lane != 0 ? 0 : *low, width = row.per_lane != 0 ? call_.lanes : *high - *low + 1;
      mirror_.reads(row.at + first, call_.steps, row.stride, width);
    }
    mirror_.reads(call_.offsets, 1, 0, call_.lanes);
    reads(parameters_);
    mirror_.reads(call_.derived, n_.derived, call_.lane_stride, call_.lanes);
    both(call_.state, n_.states);
    const std::int64_t checkpoints = (call_.steps + call_.every - 1) / call_.every * n_.states;
    if constexpr (kUse.adjoint) {
      mirror_.reads(call_.stored, checkpoints, call_.lane_stride, call_.lanes);
      reads(fluxes_);
      reads(states_);
      reads(parameter_adjoints_);
      writes(parameter_adjoints_);
      writes(forcing_adjoints_);
      both(call_.derived_adjoints, n_.derived);
    } else {
      mirror_.writes(call_.stored, checkpoints, call_.lane_stride, call_.lanes);
      writes(fluxes_);
      writes(states_);
    }
    name_array(forcings_);
    name_array(parameters_);
    name_array(fluxes_);
    name_array(states_);
    name_array(forcing_adjoints_);
    name_array(parameter_adjoints_);
  }

  /// Turns pointers to host memory into pointers to the device's.
  void move() {
    const std::int64_t low = *std::min_element(call_.offsets, call_.offsets + call_.lanes);
    // A row of basins is there from its lowest offset on: it is looked up there, and named from its start.
    for (ForcingRows<T>& row : forcings_) {
      const std::int64_t first = row.per_lane != 0 ? 0 : low;
      row.at = mirror_.at(row.at + first) - first;
    }
    const auto move_rows = [&](auto& rows) {
      for (auto& row : rows) row.at = mirror_.at(row.at);
    };
    move_rows(parameters_);
    move_rows(fluxes_);
    move_rows(states_);
    move_rows(forcing_adjoints_);
    move_rows(parameter_adjoints_);
    const auto array = [&](const auto& rows) { return rows.empty() ? nullptr : mirror_.at(rows.data()); };
    call_.forcings = array(forcings_);
    call_.offsets = mirror_.at(call_.offsets);
    call_.parameters = array(parameters_);
    call_.derived = n_.derived == 0 ? nullptr : mirror_.at(call_.derived);
    call_.state = n_.states == 0 ? nullptr : mirror_.at(call_.state);
    call_.stored = mirror_.at(call_.stored);
    call_.fluxes = array(fluxes_);
    call_.states = array(states_);
    call_.forcing_adjoints = array(forcing_adjoints_);
    call_.parameter_adjoints = array(parameter_adjoints_);
    call_.derived_adjoints = kUse.adjoint && n_.derived > 0 ? mirror_.at(call_.derived_adjoints) : nullptr;
  }

  const StageCounts n_;
  StageCall<T> call_;
  std::vector<ForcingRows<T>> forcings_;
  std::vector<Rows<const T>> parameters_;
  std::vector<Rows<T>> fluxes_, states_, forcing_adjoints_, parameter_adjoints_;
  Mirror<Device> mirror_;
};

template <class Device, class Stage, class T, StageUse kUse>
void run_on_device(const StageCall<T>* call) {
  if (call->lanes > 0 && call->steps > 0) DeviceStageCall<Device, Stage, T, kUse>(*call).run();
}

/// The kernels of a stage on a device.
template <class Device, class Stage, class T>
constexpr StageFunctions<T> device_stage_functions() {
  return {
      .forward = run_on_device<Device, Stage, T, StageUse{.adjoint = false, .main = true, .dynamic = false}>,
      .forward_all = run_on_device<Device, Stage, T, StageUse{.adjoint = false, .main = false, .dynamic = true}>,
      .adjoint = run_on_device<Device, Stage, T, StageUse{.adjoint = true, .main = true, .dynamic = false}>,
      .adjoint_dynamic = run_on_device<Device, Stage, T, StageUse{.adjoint = true, .main = true, .dynamic = true}>,
      .adjoint_all = run_on_device<Device, Stage, T, StageUse{.adjoint = true, .main = false, .dynamic = true}>,
  };
}

}  // namespace freshet::kernels
