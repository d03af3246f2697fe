#include "freshet/workflow/compare_data.hpp"

#include <cmath>

namespace freshet {

Gauge ComparisonData::gauge(const std::string& basin) const {
  Gauge best;
  for (const CompareSource& model : models) {
    const auto found = model.gauges.find(basin_key(basin));
    if (found == model.gauges.end()) continue;
    if (best.name.empty()) best.name = found->second.name;
    if (!std::isnan(best.latitude) || std::isnan(found->second.latitude) || std::isnan(found->second.longitude)) continue;
    best.latitude = found->second.latitude;
    best.longitude = found->second.longitude;
    best.area_km2 = found->second.area_km2;
  }
  return best;
}

std::vector<UncommonBasin> ComparisonData::without_score(std::size_t metric) const {
  std::vector<UncommonBasin> without;
  for (std::size_t b = 0; b < basins.ids.size(); ++b) {
    UncommonBasin basin{.id = basins.ids[b], .absent_from = {}};
    for (std::size_t m = 0; m < models.size(); ++m) {
      if (models[m].paired && std::isnan(scores[metric][m].values[b])) basin.absent_from.push_back(m);
    }
    if (!basin.absent_from.empty()) without.push_back(std::move(basin));
  }
  return without;
}

}  // namespace freshet
