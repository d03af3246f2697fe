#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "freshet/calibration/evaluator.hpp"
#include "freshet/calibration/search_record.hpp"

namespace freshet::calibration {

struct DriverOptions {
  SearchOptions search;
  std::vector<std::uint64_t> seeds = {0};  ///< one search of every basin for each
  std::size_t points_kept = 1000;          ///< of each search, for dotty plots
};

/// Searches of many basins, each with several seeds, that advance together: every round evaluates the candidates of all of them
/// side by side. What a search finds depends on its basin's data and id, on the seed and the options alone.
class Driver {
 public:
  /// One search of one basin.
  struct Run {
    std::size_t basin = 0;
    std::uint64_t seed = 0;
    std::unique_ptr<Search> search;
    SearchRecord record;
  };

  /// @param basins  ids, in the evaluator's order
  /// @throws InputError for options that do not fit
  Driver(Evaluator& evaluator, std::size_t dimensions, const std::vector<std::string>& basins, const DriverOptions& options);

  bool finished() const { return active_ == 0; }
  /// Evaluates the candidates of all searches that have not ended.
  void advance();

  /// [basin][seed], flat.
  const std::vector<Run>& runs() const { return runs_; }
  /// The run with the lowest value of a basin; the first seed's of equal ones.
  const Run& best(std::size_t basin) const;
  std::size_t active() const { return active_; }
  std::int64_t evaluations() const;

  /// Everything that a driver made with the same arguments needs to go on with the same bits. Between rounds.
  nlohmann::json save() const;
  /// @throws InputError if the state is damaged or of other basins, seeds or options
  void restore(const nlohmann::json& state);

 private:
  void count_active();

  Evaluator& evaluator_;
  std::vector<std::string> basins_;
  std::size_t seeds_;
  std::vector<Run> runs_;
  std::vector<Candidates> batches_;
  std::size_t active_ = 0;
};

/// What tells the random numbers of basins apart: a number made of the id (FNV-1a), whatever basins are calibrated with it.
std::uint64_t basin_number(const std::string& id);

}  // namespace freshet::calibration
