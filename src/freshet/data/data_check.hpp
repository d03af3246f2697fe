#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "freshet/core/events.hpp"
#include "freshet/core/time.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/data/series_store.hpp"

namespace freshet {

/// One variable of one basin. Numbers are over the values that are there; NaN if there is none.
struct VariableCheck {
  std::string name;
  std::string unit;
  std::optional<Period> period;  ///< first to last value; nothing if there is no value
  std::int64_t steps = 0;        ///< time steps of the period
  std::int64_t missing = 0;      ///< of these, without a value
  std::int64_t longest_gap = 0;  ///< the most missing steps in a row within the period
  double min = std::numeric_limits<double>::quiet_NaN();
  double mean = std::numeric_limits<double>::quiet_NaN();
  double max = std::numeric_limits<double>::quiet_NaN();
};

struct BasinCheck {
  std::string basin;
  Gauge gauge;
  TimeAxis axis;  ///< the union of the variables' periods, as stored
  double area_km2 = std::numeric_limits<double>::quiet_NaN();
  std::string area_source;
  std::uint64_t content_hash = 0;
  std::vector<VariableCheck> variables;
};

/// Something worth a look: neither an error nor, always, a fault of the data.
struct Oddity {
  std::string kind;      ///< e.g. "runoff ratio above 1"; the same text for the same kind
  std::string basin;     ///< empty if it is about all basins
  std::string variable;  ///< column or attribute; may be empty
  std::string detail;    ///< the numbers
};

/// Values down here, such as -999 and -9999, are rather codes for missing than measurements.
constexpr double kMissingCode = -999;

struct DataCheckReport {
  std::vector<BasinCheck> basins;  ///< in the order asked for
  std::vector<Oddity> oddities;    ///< by basin in that order, then those of the attributes
  std::uint64_t data_hash = 0;     ///< as a run over these basins would record it
};

/// Reads everything a run over the basins would open and describes it. Oddities are:
/// - runoff ratio above 1: sum of discharge over sum of precipitation, over the days (a year of them at least) that have both;
/// - the area in use and an area of the attribute tables (any whose name starts with "area") differing by more than 10 % of the
/// latter;
/// - discharge that is negative, constant, all missing or not there at all;
/// - negative precipitation; values at or below -999, which look like a code for missing;
/// - daily maximum and minimum temperature that are the same throughout, and days with the minimum above the maximum;
/// - any other variable without a single value;
/// - attributes with the same value in all (two or more) basins, and attributes without a value for some basin.
///
/// InputError as SeriesStore::open and Dataset::attributes throw it.
DataCheckReport check_data(const Dataset& dataset, const std::vector<std::string>& basins, const StoreOptions& options,
                           Observer& observer);

/// Aligned tables for a terminal: a line per basin and variable, then the oddities by kind.
std::string to_text(const DataCheckReport& report);

/// The same as JSON; numbers that are NaN are null.
std::string to_json(const DataCheckReport& report);

}  // namespace freshet
