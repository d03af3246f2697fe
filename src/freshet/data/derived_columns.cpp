#include "freshet/data/derived_columns.hpp"

#include "freshet/data/forcing_names.hpp"

namespace freshet {

std::optional<Column> derive_column(const BasinView& basin, const std::string& name) {
  if (name != "temperature") return std::nullopt;
  std::vector<ColumnLabel> labels;
  for (const ColumnView& column : basin.columns) labels.push_back({column.name, column.unit});
  const auto low = find_forcing_column(labels, "tmin"), high = find_forcing_column(labels, "tmax");
  if (!low || !high) return std::nullopt;
  Column mean{.name = name, .unit = basin.columns[*low].unit, .values = {}};
  const auto tmin = basin.columns[*low].values, tmax = basin.columns[*high].values;
  for (std::size_t t = 0; t < tmin.size(); ++t) mean.values.push_back(0.5F * (tmin[t] + tmax[t]));
  return mean;
}

}  // namespace freshet
