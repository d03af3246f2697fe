#pragma once

#include <optional>
#include <vector>

#include "freshet/kernels/simulation.hpp"
#include "freshet/workflow/simulate.hpp"
#include "freshet/workflow/simulate_dynamic.hpp"
#include "freshet/workflow/simulate_output.hpp"
#include "freshet/workflow/simulate_parameters.hpp"
#include "freshet/workflow/simulate_states.hpp"

namespace freshet {

/// A series of the output.
struct OutputSeries {
  OutputColumn column;
  kernels::Series series;
  std::optional<std::size_t> forcing{};  ///< it is this forcing of the model, not a series of the simulation
};

/// A simulation that is ready to run: everything is read and checked.
struct SimulationSetup {
  const kernels::Model* model = nullptr;
  ParameterFile parameters;
  ProcessForcing forcing;
  std::vector<const ParameterValues*> values;  ///< [basin], in `parameters`
  std::vector<DynamicValues> dynamic;
  std::optional<ProcessStates> start;
  std::vector<OutputSeries> outputs;
  kernels::SimulationOptions options;

  const kernels::Routing* routing() const { return parameters.routing; }
};

/// @throws InputError for a request that cannot be run
SimulationSetup set_up_simulation(const SimulateRequest& request, Observer& observer);

}  // namespace freshet
