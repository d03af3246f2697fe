#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/data/forcing_source.hpp"
#include "freshet/data/process_forcing.hpp"

namespace freshet {

/// A column that is used, in Freshet's unit.
struct UsedColumn {
  std::string variable;        ///< that it is
  std::string name;            ///< the source's
  std::vector<double> values;  ///< [axis.size], NaN is missing
  double lowest = 0, highest = 0;
};

/// What a basin's forcing is made of.
struct SelectedBasin {
  std::string id, file;
  TimeAxis axis;
  TimeAxis record;                 ///< the part of it that counts as the basin's record
  std::vector<UsedColumn> used;    ///< those needed, and what they are derived from
  std::string pet;                 ///< "given", a formula, or empty where nobody asks
  std::vector<double> observed;    ///< [axis.size], or empty
  std::vector<std::size_t> lines;  ///< see SourceBasin
  double latitude = 0, elevation = 0, area_km2 = 0;
  std::string remark;  ///< for the user; empty: none

  const UsedColumn* find(std::string_view variable) const;
};

/// Finds, reads and converts the columns a basin's forcing is made of.
/// @throws InputError for a variable that has no column and cannot be derived, and for units that are not known
SelectedBasin select_columns(const SourceBasin& basin, const ForcingOptions& options, std::span<const ForcingNeed> needs);

/// Cuts to the axis, checks the days that are used, and derives.
/// @throws InputError with the problems of the first kind found: such steps outside the basin's record, values that are missing,
/// values that have no meaning
BasinForcing assemble(const SelectedBasin& basin, const TimeAxis& axis, std::span<const ForcingNeed> needs,
                      const ForcingOptions& options);

}  // namespace freshet
