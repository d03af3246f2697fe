#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// A series as its source calls it.
struct ColumnLabel {
  std::string name;
  std::string unit;  ///< as declared; empty: not known, or in the name, as in `prcp(mm/day)`
};

/// A quantity that files of the field carry under many names.
struct ForcingQuantity {
  std::string_view name;  ///< precipitation, temperature, pet, tmin, tmax, day_length, srad, vapour_pressure, discharge
  std::string_view unit;  ///< what values are converted to, and are in where no unit is declared
  std::vector<std::string_view> names;  ///< lower case, without unit; the first that a source has is taken
  double lowest;                        ///< values outside are refused
  double highest;
};

const std::vector<ForcingQuantity>& forcing_quantities();
/// Null for a name that is none of the quantities.
const ForcingQuantity* find_forcing_quantity(std::string_view name);

/// The column of a quantity, or of any other variable by its own name, whatever the case; nothing if there is none.
/// @throws InputError if several columns have the same right to it (`prcp(mm/day)_daymet` beside `prcp(mm/day)_nldas`)
std::optional<std::size_t> find_forcing_column(const std::vector<ColumnLabel>& columns, std::string_view variable);

/// Whether a series of a data set is discharge, by its name: QObs..., streamflow, discharge or flow, with a unit or without.
bool is_discharge_name(std::string_view name);

/// The declared unit of a column: its own, or that in the parentheses of its name; empty if there is none.
std::string declared_unit(const ColumnLabel& column);

/// value * factor + offset is in Freshet's unit.
struct UnitConversion {
  std::string_view to;  ///< mm/day, degC, s, W/m2, Pa
  double factor = 1;
  double offset = 0;
};

/// How a unit is converted: of water fluxes (mm/day, mm/h, mm and m in a time step, kg m-2 s-1, m3/s over the basin),
/// temperatures (degC, K), times (s, min, h, day), radiation (W/m2) and pressures (Pa, hPa, kPa), in their usual spellings.
/// Nothing for another unit, and for m3/s without an area.
/// @param step_days  length of a time step, days
/// @param area_km2   of the basin; NaN: not known
std::optional<UnitConversion> convert_unit(std::string_view unit, double step_days, double area_km2);

}  // namespace freshet
