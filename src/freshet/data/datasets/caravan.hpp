#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/data/dataset.hpp"

namespace freshet {

/// Opens Caravan (Kratzert et al., 2023, Scientific Data 10, 61) or any extension in its layout, netCDF or CSV:
///
///     timeseries/{netcdf,csv}/<subset>/<subset>_<gauge>.{nc,csv}
///     attributes/<subset>/attributes_{caravan,hydroatlas,other}_<subset>.csv
///
/// A basin is `<subset>_<gauge>`; the subset is the text before the first underscore. Of a basin in both forms the netCDF
/// file is read. Units: water fluxes mm/day (streamflow is mm/day on disk), snow mm, temperatures degC, radiation W/m2, wind
/// m/s, soil water m3/m3; surface pressure is converted from kPa to Pa. Columns that are not part of the standard are kept
/// with the unit "". Days the file has no row for are NaN. Each subset's attribute tables are joined by the basins all of
/// them have. Only `name` and `data_dir` of the options are used.
///
/// Errors: InputError if the layout is not found at `data_dir` or up to two levels below.
std::unique_ptr<Dataset> open_caravan(const DatasetOptions& options);

/// The name of the same quantity in other Caravan versions, nothing if it has just one. From version 1.5 on, the quantities
/// derived from ERA5-Land's potential evaporation carry its name (`potential_evaporation_sum` became
/// `potential_evaporation_sum_ERA5_LAND`, `aridity` became `aridity_ERA5_LAND`, ...). The FAO Penman-Monteith ones are new
/// quantities and have no older name.
std::optional<std::string> caravan_alias(std::string_view name);

}  // namespace freshet
