#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/time.hpp"
#include "freshet/metrics/score_series.hpp"

namespace freshet {

/// Arguments of `freshet score`.
struct ScoreOptions {
  std::filesystem::path file;
  std::string observed;             ///< column
  std::string simulated;            ///< column
  std::optional<std::string> date;  ///< column; without it the rows are taken as successive days
};

/// All that `freshet score` prints.
struct ScoreReport {
  std::string file;
  std::string observed;   ///< column
  std::string simulated;  ///< column
  bool dated = false;     ///< false: the axis only counts steps
  TimeAxis axis;
  std::vector<Period> gaps;  ///< steps the file has no row for; scored as missing
  std::int64_t rows = 0;
  PairCounts counts;
  std::vector<Score> scores;  ///< every registered metric
};

/// Scores two columns of a CSV file. InputError for everything wrong with the file (see read_csv, regular_rows) and for a file
/// without rows.
ScoreReport score_table(const ScoreOptions& options);

/// Scores columns read elsewhere, from NetCDF for instance: [axis.size] each, NaN where missing. `options` names them; its
/// date is that of the time coordinate, if the axis is dated.
ScoreReport score_table(const ScoreOptions& options, const ScoreInput& input);

/// Scores two series of a file, CSV or (by its ending .nc, .nc4) NetCDF. Of a prediction file, a variable over (basin, time) must
/// hold one basin.
ScoreReport score_file(const ScoreOptions& options);

/// An aligned table for people.
std::string to_text(const ScoreReport& report);

/// One JSON object: the scores under their registry names, null where not defined, and what was compared under "data".
std::string to_json(const ScoreReport& report);

}  // namespace freshet
