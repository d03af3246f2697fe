#pragma once

#include <string>
#include <vector>

#include "freshet/physics/model_tables.hpp"
#include "freshet/symbolic/program.hpp"

namespace freshet::stepgen {

/// One stage of a model as straight code. What the inputs and outputs of each program are: kernels/model_table.hpp.
struct TracedStage {
  std::string name;
  std::vector<physics::VariableInfo> forcings, states, fluxes;  ///< fluxes, then sub-fluxes
  std::size_t sub_fluxes = 0, carry = 0;
  std::vector<bool> main;  ///< [flux, sub-flux]
  std::vector<bool> link;  ///< [forcing]
  symbolic::Program initial, initial_adjoint;
  symbolic::Program step, adjoint, adjoint_main;
  symbolic::Program substep, sub_adjoint, sub_adjoint_main;  ///< empty without substep
};

struct TracedModel {
  std::string name, title, runoff;
  std::vector<physics::ParameterInfo> parameters;
  std::vector<physics::DelayInfo> delays;
  std::vector<physics::SubstepInfo> substeps;
  physics::ModelExceptions exceptions;
  std::size_t derived = 0;
  symbolic::Program prepare, prepare_adjoint;
  std::vector<TracedStage> stages;
};

struct TracedRouting {
  std::string name, title;
  std::vector<physics::ParameterInfo> parameters;
  std::size_t length = 0;
  symbolic::Program ordinates, ordinates_adjoint;
};

}  // namespace freshet::stepgen
