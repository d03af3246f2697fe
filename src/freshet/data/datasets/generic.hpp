#pragma once

#include <memory>

#include "freshet/data/dataset.hpp"

namespace freshet {

/// Opens a data set in the layout of NeuralHydrology's `generic`:
///
///     time_series/<basin>.nc (or .nc4, exactly one of them)
///     attributes/*.csv       (optional)
///
/// A series file has one time coordinate, `date` (or `time`), with any constant step; every other numeric variable is a series
/// over it. Values are taken as they are (missing is NaN or the declared fill value, never -999), with the unit their `units`
/// attribute declares. Attribute tables are keyed by gauge_id or their first column and joined by
/// join_related_attribute_tables(). Discharge is every variable named QObs*, qobs*, streamflow or discharge, precipitation
/// prcp*, precip*, total_precipitation*, rainfall*, tp or pr; both are looked up in the first basin's file.
///
/// Gauges take gauge_name; gauge_lat, latitude or lat; gauge_lon, longitude or lon; area_km2 or area (km2) from the attributes.
/// Only `name` and `data_dir` of the options are used.
///
/// Errors: InputError if the layout is not found at `data_dir` or up to two levels below.
std::unique_ptr<Dataset> open_generic(const DatasetOptions& options);

}  // namespace freshet
