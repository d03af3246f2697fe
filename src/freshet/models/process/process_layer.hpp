#pragma once

#include <cstddef>
#include <vector>

#include <torch/torch.h>

#include "freshet/kernels/plan.hpp"

namespace freshet {

/// How a process model runs as a layer of a network. The model and the routing must outlive what was computed with them.
struct ProcessLayerOptions {
  const kernels::Model* model = nullptr;
  const kernels::Routing* routing = nullptr;    ///< null: discharge is the runoff
  std::vector<kernels::Series> outputs = {{}};  ///< by default the discharge alone; kernels::find_series names others
  std::vector<std::size_t> dynamic_parameters;  ///< parameters that have a value for each step
  double dt = 1.0;                              ///< length of a time step, days, 0 < dt <= 1
  std::vector<int> substeps_per_day;            ///< [setting of the model]; empty: its defaults
  std::size_t keep_every = 1;                   ///< SimulationOptions::keep_every: memory against recomputation
  std::size_t threads = 1;                      ///< results do not depend on it
  kernels::Backend backend = kernels::Backend::kBest;
};

/// What flows into the layer: all of one floating type, float32 or float64, on the CPU. A lane is one parameter set on one basin.
/// An undefined tensor is what the text says.
struct ProcessInput {
  torch::Tensor forcing;             ///< [time, basin, forcing of the model], finite
  torch::Tensor basins;              ///< [lane] int64: the basin of each lane; undefined: lane i is basin i
  torch::Tensor parameters;          ///< [lane, parameter] in their units; columns of dynamic parameters are not read
  torch::Tensor dynamic;             ///< [time, lane, dynamic parameter]; undefined where there are none
  torch::Tensor routing_parameters;  ///< [lane, routing parameter]; undefined without routing
  torch::Tensor initial_states;      ///< [lane, state], mm; undefined: the model's own start
  torch::Tensor histories;           ///< [row, lane], as a run before left them; undefined: nothing flowed before
};

/// A state that a later run can go on from: initial_states and histories of its input. T steps are bit for bit t steps and then,
/// from the state they leave, the other T - t.
struct ProcessState {
  torch::Tensor states;     ///< [lane, state]
  torch::Tensor histories;  ///< [row, lane]: what still flows through unit hydrographs
};

struct ProcessOutput {
  std::vector<torch::Tensor> series;  ///< [output] [time, lane]; fluxes mm/day, states at the end of a step
  ProcessState state;                 ///< after the last step
};

/// Runs a process model: one node of the autograd graph for a whole simulation. Gradients of the series and of the last states
/// flow to forcing (lanes of a basin summed in their order), parameters, dynamic, routing_parameters and initial_states;
/// histories are constants, in and out. A gradient of a gradient is refused. At kinks derivatives are one-sided as
/// physics/scalar.hpp says. Where no gradient is asked for, nothing is kept.
/// @throws InputError for parameters that may not vary by step, for a time step and divisions that do not fit the model
/// @throws InternalError for wrong shapes or types
ProcessOutput run_process(const ProcessLayerOptions& options, const ProcessInput& input);

}  // namespace freshet
