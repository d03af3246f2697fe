#pragma once

#include <memory>

#include "freshet/data/dataset.hpp"

namespace freshet {

/// Opens a CAMELS-US folder (daily; Newman et al. 2015, doi:10.5194/hess-19-209-2015; Addor et al. 2017,
/// doi:10.5194/hess-21-5293-2017).
///
/// options.forcings lists the products; it may be left out if the folder has only one. With one product the columns keep the
/// names of its files ("prcp(mm/day)", "PRCP(mm/day)"), with several each gets "_<product>". Discharge is "QObs(mm/d)": Q[ft3/s]
/// 0.028316846592 m3/ft3 86400 s/day / area, -999 and other negative numbers are missing. The area is that of the forcing header
/// of the last product listed (area_source "header", NeuralHydrology's rule), or the attribute area_gages2
/// ("gages2") or area_geospa_fabric ("geospa_fabric").
///
/// InputError for an unknown product or area source (with the nearest name), a product that is not there, or a folder that is no
/// CAMELS-US folder.
std::unique_ptr<Dataset> open_camels_us(const DatasetOptions& options);

}  // namespace freshet
