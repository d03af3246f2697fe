#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/data/dataset.hpp"
#include "freshet/data/options.hpp"
#include "freshet/evaluation/basin_match.hpp"
#include "freshet/evaluation/scored_days.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/workflow/water_balance_results.hpp"

namespace freshet {

/// How a run's scores came about, as far as its folder tells; of a bare table nothing is known.
struct RunProtocol {
  std::string period;   ///< as evaluation.json has it
  std::string mode;     ///< stateful or windowed
  std::string dataset;  ///< kind of data set
  std::string forcings;
  bool known() const { return !period.empty(); }
};

/// Scores of one model as `freshet compare` reads them.
struct CompareSource {
  std::string name;
  std::string path;  ///< as it was given
  bool paired = true;
  bool named = false;  ///< by the user
  CsvTable table;
  std::optional<std::string> column;  ///< holds the main metric, whatever its name
  BasinRows basins;
  std::map<std::string, Gauge> gauges;  ///< by basin_key, where known
  RunProtocol protocol;
  std::optional<ScoredDays> days;
  std::map<std::string, StoredRatios> ratios;  ///< by basin_key; empty: the run has no water balance

  /// The path, with the column if one was named.
  std::string source() const { return column ? path + ":" + *column : path; }
  /// The column with a metric, if there is one.
  std::optional<std::size_t> column_of(std::string_view metric, bool main) const;
};

/// Reads [NAME=]PATH[:COLUMN]. Errors as `compare` has them.
CompareSource read_source(const std::string& argument, bool paired, Split split);

/// Gives every source a name that no other has: the user's; else that of the experiment or file, with the folder's name or a
/// number behind it where two are alike. InputError if the user gave a name twice.
void name_sources(std::vector<CompareSource>& sources);

}  // namespace freshet
