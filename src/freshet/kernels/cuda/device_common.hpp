#pragma once

#include <algorithm>
#include <cstdint>

#include "freshet/kernels/cpu/common_kernels.hpp"
#include "freshet/kernels/cuda/mirror.hpp"
#include "freshet/kernels/lanes/scalar_lane.hpp"

/// Delays and moments on a device (see device_stage.hpp): one thread a lane.
namespace freshet::kernels {

template <class T, bool kAdjoint>
struct DelayThread {
  DelayCall<T> call;

  FRESHET_LANE void operator()(std::int64_t lane) const {
    DelayCall<T> of_lane = call;
    of_lane.lanes = 1;
    of_lane.weights += lane;
    of_lane.in += lane;
    if constexpr (kAdjoint) {
      of_lane.out_seed += lane;
      of_lane.in_adjoint += lane;
      of_lane.weight_adjoints += lane;
      delay_adjoint<ScalarLane<T>>(of_lane);
    } else {
      of_lane.out += lane;
      delay_forward<ScalarLane<T>>(of_lane);
    }
  }
};

template <class Device, class T, bool kAdjoint>
void delay_on_device(const DelayCall<T>& host) {
  DelayCall<T> call = host;
  const std::int64_t before = (host.length - 1) * host.stride;
  Mirror<Device> mirror;
  mirror.reads(host.weights, host.length, host.stride, host.lanes);
  mirror.reads(host.in - before, host.length - 1 + host.steps, host.stride, host.lanes);
  if constexpr (kAdjoint) {
    mirror.reads(host.out_seed, host.steps, host.out_seed_stride, host.lanes);
    mirror.reads(host.in_adjoint, host.steps, host.stride, host.lanes);
    mirror.writes(host.in_adjoint, host.steps, host.stride, host.lanes);
    mirror.reads(host.weight_adjoints, host.length, host.stride, host.lanes);
    mirror.writes(host.weight_adjoints, host.length, host.stride, host.lanes);
  } else {
    mirror.writes(host.out, host.steps, host.stride, host.lanes);
  }
  mirror.make();
  call.weights = mirror.at(host.weights);
  call.in = mirror.at(host.in - before) + before;
  if constexpr (kAdjoint) {
    call.out_seed = mirror.at(host.out_seed);
    call.in_adjoint = mirror.at(host.in_adjoint);
    call.weight_adjoints = mirror.at(host.weight_adjoints);
  } else {
    call.out = mirror.at(host.out);
  }
  mirror.upload();
  Device::launch(host.lanes, DelayThread<T, kAdjoint>{call});
  mirror.download();
}

template <class T>
struct MomentThread {
  MomentCall<T> call;

  FRESHET_LANE void operator()(std::int64_t lane) const {
    MomentCall<T> of_lane = call;
    of_lane.lanes = 1;
    of_lane.simulated += lane;
    of_lane.sums += lane;
    moments<ScalarLane<T>>(of_lane);
  }
};

template <class Device, class T>
void moments_on_device(const MomentCall<T>& host) {
  if (host.observations == 0) return moments<ScalarLane<T>>(host);
  MomentCall<T> call = host;
  Mirror<Device> mirror;
  mirror.reads(host.steps, 1, 0, host.observations);
  mirror.reads(host.observed, 1, 0, host.observations);
  mirror.reads(host.simulated, 1 + *std::max_element(host.steps, host.steps + host.observations), host.stride, host.lanes);
  mirror.writes(host.sums, 3, host.stride, host.lanes);
  mirror.make();
  call.steps = mirror.at(host.steps);
  call.observed = mirror.at(host.observed);
  call.simulated = mirror.at(host.simulated);
  call.sums = mirror.at(host.sums);
  mirror.upload();
  Device::launch(host.lanes, MomentThread<T>{call});
  mirror.download();
}

template <class Device, class T>
CommonFunctions<T> device_common_functions() {
  return {delay_on_device<Device, T, false>, delay_on_device<Device, T, true>, moments_on_device<Device, T>};
}

}  // namespace freshet::kernels
