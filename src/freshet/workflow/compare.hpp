#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/data/options.hpp"
#include "freshet/metrics/comparison.hpp"

namespace freshet {

/// Arguments of `freshet compare`. A model is written [NAME=]PATH[:COLUMN]: PATH is a run folder, or a CSV file with a row a
/// basin, of which COLUMN (default: the columns named after the metrics) holds the first metric.
struct CompareRequest {
  std::vector<std::string> runs;     ///< compared with each other
  std::vector<std::string> context;  ///< scores of another protocol: summarized and drawn, never tested
  Split split = Split::kTest;        ///< which results of run folders
  std::vector<std::string> metrics;  ///< the first is the main one; empty: nse, and what all runs have of some others
  std::string reference;             ///< name of a run; empty: the first
  std::filesystem::path basin_file;  ///< only these basins; empty: all
  std::filesystem::path out;         ///< folder to write; empty: none
  ComparisonOptions options;
};

/// Compares runs on their common basins, writes tables and the page into the folder, if there is one, and returns the text for
/// the terminal. What makes the comparison doubtful (other periods, data sets, observations) is warned of.
///
/// InputError: a path that is no run and no table, a run that has not been evaluated on the split, a metric that a run lacks, a
/// basin that is listed twice, no basin in common, a name that is not there or not unique.
std::string compare(const CompareRequest& request, Observer& observer);

}  // namespace freshet
