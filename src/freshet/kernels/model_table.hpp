#pragma once

#include <cstdint>

/// What the generator prints for a model, and what a plug-in hands over: plain structs of C types, so that a table built by
/// another compiler can be read. All strings are UTF-8 and live as long as the table.
namespace freshet::kernels {

/// Rises with every change of a struct of this file or of symbolic::Op; a table of another version is refused.
inline constexpr std::int32_t kTableVersion = 1;

struct ParameterRow {
  const char* name;
  const char* symbol;
  const char* unit;
  double lower, upper;
  const char* meaning;
  std::int32_t scale;  ///< physics::ParameterScale
};

struct VariableRow {
  const char* name;
  const char* unit;
  const char* meaning;
  std::int32_t role;  ///< physics::WaterRole
  double lowest;
};

struct DelayRow {
  const char* name;
  const char* flux;
  std::int32_t first, length;
};

struct SubstepRow {
  const char* name;
  std::int32_t per_day;
  const char* meaning;
};

/// One line of straight code (symbolic::Instruction).
struct InstructionRow {
  std::int32_t op, a, b, c;
  double value;
  std::int32_t input;
};

/// Straight code from inputs to outputs (symbolic::Program).
struct ProgramTable {
  const InstructionRow* code;
  std::int32_t lines;
  std::int32_t inputs;
  const std::int32_t* outputs;
  std::int32_t output_count;
};

/// Counts of a stage's arrays. Arguments and results of its functions are arrays of these, in this order:
///   step      state, forcing, parameters, derived, dt -> state, fluxes, carry
///   substep   state, carry, parameters, derived, dt -> state, sub-fluxes
///   adjoint   (the same), then adjoints of the results, then sums of adjoints of parameters and derived
///                                                       -> adjoints of state, forcing or carry, the sums with theirs added
/// The main adjoints take seeds of the main fluxes only (those that go to later stages or to routing) and give no adjoints of
/// forcings that come from outside the model.
struct StageCounts {
  std::int32_t states, forcings, fluxes, sub_fluxes, carry, parameters, derived;
};

/// The lanes of a block: a multiple of the widest group of lanes that kernels work on at once.
inline constexpr std::int64_t kBlockLanes = 64;

/// A series of rows of lanes: the row of time step t begins at `at + t * stride`; stride 0 is one row for all steps.
template <class T>
struct Rows {
  T* at;
  std::int64_t stride;
};

/// A forcing.
template <class T>
struct ForcingRows {
  const T* at;
  std::int64_t stride;
  std::int32_t per_lane;  ///< 1: rows of lanes; 0: rows of basins, lane i at offsets[i]
};

/// One call of a kernel: the lanes of a block over all time steps. A row of a block is contiguous and a multiple of kBlockLanes
/// long, whether or not all its lanes are in use; the rows of one array of several variables (state, derived, ...) lie
/// `lane_stride` apart.
template <class T>
struct StageCall {
  std::int64_t steps;
  std::int64_t lanes;  ///< in use; kernels may work on more, up to the row's end
  std::int64_t lane_stride;
  T dt;                             ///< length of a time step, days
  std::int32_t outer, inner;        ///< sub-steps
  const ForcingRows<T>* forcings;   ///< [forcing]
  const std::int64_t* offsets;      ///< [lane]: of its basin within a row of forcings
  const Rows<const T>* parameters;  ///< [parameter]
  const T* derived;                 ///< [derived] rows
  T* state;   ///< [state] rows: in, the start; out, the end. Adjoint: in, adjoint of the end; out, of the start
  T* stored;  ///< [checkpoint][state] rows: the state before steps 0, every, 2 every, ...; null: not kept
  std::int64_t every;
  const Rows<T>* fluxes;  ///< [flux, sub-flux]: results, null where not wanted. Adjoint: their seeds, null where zero
  const Rows<T>* states;  ///< [state]: results at the end of each step. Adjoint: their seeds
  // Of the adjoint alone.
  const Rows<T>* forcing_adjoints;    ///< [forcing]: null where not wanted; a row is written
  const Rows<T>* parameter_adjoints;  ///< [parameter]: added to; never null
  T* derived_adjoints;                ///< [derived] rows: added to
  T* scratch;                         ///< see scratch_rows
};

template <class T>
using StageFunction = void (*)(const StageCall<T>*);

/// The kernels of one stage for one number type.
template <class T>
struct StageFunctions {
  StageFunction<T> forward;          ///< main fluxes only, static parameters: the fast path of calibration and learning
  StageFunction<T> forward_all;      ///< every flux and state asked for, any parameter dynamic
  StageFunction<T> adjoint;          ///< seeds of main fluxes only, static parameters
  StageFunction<T> adjoint_dynamic;  ///< seeds of main fluxes only, any parameter dynamic
  StageFunction<T> adjoint_all;      ///< everything
};

/// The kernels of a whole model for one instruction set.
struct KernelTable {
  const char* instruction_set;                  ///< "generic", "avx2", "avx512"
  const StageFunctions<float>* float_stages;    ///< [stage]
  const StageFunctions<double>* double_stages;  ///< [stage]
};

struct StageTable {
  const char* name;
  StageCounts counts;
  const VariableRow* forcings;
  const VariableRow* states;
  const VariableRow* fluxes;     ///< then the sub-fluxes
  const std::int32_t* main;      ///< [flux, sub-flux]: 1 for main fluxes
  const std::int32_t* link;      ///< [forcing]: 1 for a forcing that comes from an earlier stage
  ProgramTable initial;          ///< parameters -> state
  ProgramTable initial_adjoint;  ///< parameters, adjoint of state -> adjoint of parameters
  ProgramTable step, adjoint, adjoint_main;
  ProgramTable substep, sub_adjoint, sub_adjoint_main;  ///< without lines where there is no substep
};

struct ModelTable {
  std::int32_t version;
  const char* name;
  const char* title;
  const char* runoff;
  std::int32_t negative_storage, numerical_floor;
  const char* exceptions;
  std::int32_t parameter_count, delay_count, substep_count, stage_count, derived_count, kernel_count;
  const ParameterRow* parameters;
  const DelayRow* delays;
  const SubstepRow* substeps;
  const StageTable* stages;
  ProgramTable prepare;          ///< parameters, dt -> derived
  ProgramTable prepare_adjoint;  ///< parameters, dt, adjoint of derived -> adjoint of parameters
  const KernelTable* kernels;
};

/// A unit hydrograph with parameters of its own, after the model.
struct RoutingTable {
  std::int32_t version;
  const char* name;
  const char* title;
  std::int32_t parameter_count, length;
  const ParameterRow* parameters;
  ProgramTable ordinates;          ///< parameters, dt -> ordinates
  ProgramTable ordinates_adjoint;  ///< parameters, dt, adjoint of ordinates -> adjoint of parameters
};

}  // namespace freshet::kernels
