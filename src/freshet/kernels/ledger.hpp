#pragma once

#include <string>
#include <vector>

#include "freshet/kernels/simulation.hpp"

namespace freshet::kernels {

/// The water of one lane, as the model's tables declare it: forcings and fluxes that are gains or losses, states that store.
/// Water that is inside a delay or the routing counts as stored. With a routing the outflow is the routed discharge; a model
/// whose runoff is no loss (exp_hydro: the published runoff is that of the day after) is balanced without the routing.
struct WaterLedger {
  std::vector<double> inputs;    ///< [step] mm in the step; a floor's correction is one of them
  std::vector<double> outputs;   ///< [step] mm in the step
  std::vector<double> storage;   ///< [step] mm at the end
  std::vector<double> change;    ///< [step] of storage, mm
  std::vector<double> residual;  ///< [step] inputs - outputs - change, mm
  std::vector<double> relative;  ///< [step] |residual| over all water that was moved or stored; 0 where there was none
  double initial_storage = 0;    ///< mm, before the first step
  std::vector<std::vector<double>> under_way;  ///< [delay, then routing if it is part] [step] mm inside at the end
};

/// Names of what water is under way in: "in_<delay>", and "in_routing" where the routing is part of the ledger.
std::vector<std::string> under_way_names(const Model& model, const Routing* routing);

/// The series that a ledger is made of, to be among SimulationOptions::wanted.
std::vector<Series> ledger_series(const Model& model, const Routing* routing);

/// Balances the lanes of a simulation that kept ledger_series().
template <class T>
class Ledger {
 public:
  /// All three must outlive it.
  Ledger(const SimulationOptions& options, const LaneInputs<T>& inputs, const SimulationResult<T>& result);

  WaterLedger of_lane(std::size_t lane) const;

 private:
  /// A delay between two stages, or the routing.
  struct UnderWay {
    std::size_t in = 0;  ///< kept series
    std::size_t length = 0;
    std::size_t history_row = 0;    ///< first of its rows among the histories
    std::vector<double> remaining;  ///< [step after the inflow][lane] share of an inflow that is still inside
  };
  struct Part {
    bool is_forcing = false;
    std::size_t index = 0;  ///< of the forcing, or of the kept series
  };
  struct Store {
    std::size_t state = 0;
    std::size_t series = 0;  ///< kept
  };

  std::size_t kept(Series series) const;
  void add_under_way(Series in, std::size_t length, const std::vector<T>& ordinates, std::size_t history_row);
  double series_value(std::size_t series, std::size_t step, std::size_t lane) const;
  double value(const Part& part, std::size_t step, std::size_t lane) const;
  double content(const UnderWay& delay, std::ptrdiff_t step, std::size_t lane) const;

  const SimulationOptions& options_;
  const LaneInputs<T>& inputs_;
  const SimulationResult<T>& result_;
  std::vector<Part> gains_, losses_;
  std::vector<Store> stored_;
  std::vector<T> initial_;  ///< [state][lane]
  std::vector<UnderWay> under_way_;
};

}  // namespace freshet::kernels
