#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/kernels/model_table.hpp"
#include "freshet/kernels/stage_kernels.hpp"
#include "freshet/physics/model.hpp"

namespace freshet::kernels {

/// Where kernels run. kBest is the widest instruction set of this processor that the model has kernels for, the interpreter if it
/// has none; a GPU is used only if it is asked for.
enum class Backend { kBest, kInterpreter, kGeneric, kAvx2, kAvx512, kCuda };

/// The backends of this processor, the best first; then kCuda, if Freshet was built with it and there is a GPU.
std::vector<Backend> available_backends();
std::string_view name(Backend backend);

/// Where a forcing of a stage comes from.
struct ForcingSource {
  enum class Kind { kForcing, kFlux, kDelay };
  Kind kind = Kind::kForcing;
  std::size_t stage = 0;  ///< of a flux: the stage that makes it
  std::size_t index = 0;  ///< of the model's forcing, of the stage's flux, of the delay
};

/// A place among a model's states or fluxes.
struct StagePlace {
  std::size_t stage = 0;
  std::size_t index = 0;  ///< within the stage
};

/// A process model as it runs: the table that was generated for it, with names resolved.
class Model {
 public:
  /// @throws InputError for a table of another version, or one whose names do not fit together
  explicit Model(const ModelTable& table);

  std::string_view name() const { return table_.name; }
  std::string_view title() const { return table_.title; }
  std::span<const physics::ParameterInfo> parameters() const { return parameters_; }
  /// Forcings from outside, states and fluxes over all stages.
  std::span<const physics::VariableInfo> forcings() const { return forcings_; }
  std::span<const physics::VariableInfo> states() const { return states_; }
  std::span<const physics::VariableInfo> fluxes() const { return fluxes_; }
  std::span<const physics::SubstepInfo> substeps() const { return substeps_; }
  physics::ModelExceptions exceptions() const;

  std::optional<std::size_t> find_parameter(std::string_view parameter) const;
  std::optional<std::size_t> find_state(std::string_view state) const;
  std::optional<std::size_t> find_flux(std::string_view flux) const;
  /// The flux that routing takes.
  std::size_t runoff() const { return runoff_; }
  StagePlace state_place(std::size_t state) const { return state_places_[state]; }
  StagePlace flux_place(std::size_t flux) const { return flux_places_[flux]; }
  /// Whether `prepare` or the start of a simulation reads the parameter, which then is the same on all days.
  bool must_be_static(std::size_t parameter) const { return must_be_static_[parameter]; }

  const ModelTable& table() const { return table_; }
  std::size_t stage_count() const { return static_cast<std::size_t>(table_.stage_count); }
  const StageTable& stage(std::size_t s) const { return table_.stages[s]; }
  std::span<const ForcingSource> sources(std::size_t stage) const { return sources_[stage]; }
  /// The flux that goes into a delay.
  StagePlace delay_input(std::size_t delay) const { return delay_inputs_[delay]; }

  /// How a time step of `dt` days is divided. @param per_day  [sub-step setting], empty: the defaults
  /// @throws InputError for divisions that do not fit
  physics::Substeps divide(double dt, std::span<const int> per_day) const;

  /// Those of available_backends() that the model has kernels for, and the interpreter; the best first.
  std::vector<Backend> backends() const;
  /// The kernels of each stage.
  /// @throws InputError for a backend, but kBest, that is none of backends()
  template <class T>
  std::vector<StageKernels<T>> kernels(Backend backend) const;

 private:
  void resolve();
  const KernelTable* kernel_table(Backend backend) const;  ///< null if there is none

  const ModelTable& table_;
  std::vector<physics::ParameterInfo> parameters_;
  std::vector<physics::VariableInfo> forcings_, states_, fluxes_;
  std::vector<physics::SubstepInfo> substeps_;
  std::vector<StagePlace> state_places_, flux_places_, delay_inputs_;
  std::vector<std::vector<ForcingSource>> sources_;
  std::vector<bool> must_be_static_;
  std::size_t runoff_ = 0;
};

/// A unit hydrograph after the model.
class Routing {
 public:
  explicit Routing(const RoutingTable& table);
  std::string_view name() const { return table_.name; }
  std::string_view title() const { return table_.title; }
  std::span<const physics::ParameterInfo> parameters() const { return parameters_; }
  std::size_t length() const { return static_cast<std::size_t>(table_.length); }
  const RoutingTable& table() const { return table_; }

 private:
  const RoutingTable& table_;
  std::vector<physics::ParameterInfo> parameters_;
};

}  // namespace freshet::kernels
