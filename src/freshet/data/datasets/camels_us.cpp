#include "freshet/data/datasets/camels_us.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/core/records.hpp"
#include "freshet/data/attribute_tables.hpp"
#include "freshet/data/datasets/camels_us_files.hpp"
#include "freshet/data/datasets/camels_us_layout.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kReaderVersion = "camels_us 1";
constexpr const char* kTarget = "QObs(mm/d)";
constexpr const char* kForcingSuffix = "_forcing_leap.txt";
constexpr const char* kStreamflowSuffix = "_streamflow_qc.txt";

constexpr double kCubicMillimetresPerCubicFoot = 28316846.592;
constexpr double kSecondsPerDay = 86400;
constexpr double kSquareMillimetresPerSquareMetre = 1e6;
constexpr double kSquareMetresPerSquareKilometre = 1e6;

/// The choices of area_source, and the attribute each takes.
const std::vector<std::pair<std::string, std::string>>& area_sources() {
  static const std::vector<std::pair<std::string, std::string>> sources = {
      {"header", ""}, {"gages2", "area_gages2"}, {"geospa_fabric", "area_geospa_fabric"}};
  return sources;
}

void check_choice(const std::string& what, const std::string& choice, const std::vector<std::string>& known) {
  if (std::ranges::find(known, choice) != known.end()) return;
  const auto near = nearest(choice, known);
  throw InputError({.what = fmt::format("`{}` is not a known {}", choice, what),
                    .expected = fmt::format("one of {}", fmt::join(known, ", ")),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
}

/// The unit between the parentheses of "srad(W/m2)"; "C" is spelled degC.
std::string unit_of(const std::string& name) {
  const std::size_t open = name.find('(');
  const std::size_t close = name.find(')', open == std::string::npos ? 0 : open);
  if (open == std::string::npos || close == std::string::npos) return "";
  const std::string unit = name.substr(open + 1, close - open - 1);
  return unit == "C" ? "degC" : unit;
}

/// From the first to the last day that any file has.
TimeAxis union_axis(const std::vector<CamelsUsForcing>& forcings, const CamelsUsStreamflow& flow) {
  std::int64_t first = forcings.front().days.front();
  std::int64_t last = forcings.front().days.back();
  const auto extend = [&](const std::vector<std::int64_t>& days) {
    if (days.empty()) return;
    first = std::min(first, days.front());
    last = std::max(last, days.back());
  };
  for (const CamelsUsForcing& forcing : forcings) extend(forcing.days);
  extend(flow.days);
  return {{first * kMinutesPerDay}, kMinutesPerDay, last - first + 1};
}

/// Values of single days laid on the axis, NaN on days without.
std::vector<float> on_axis(const TimeAxis& axis, const std::vector<std::int64_t>& days, const std::vector<float>& values) {
  const std::int64_t first = axis.first.minutes / kMinutesPerDay;
  std::vector<float> result(static_cast<std::size_t>(axis.size), kMissing);
  for (std::size_t i = 0; i < days.size(); ++i) result[static_cast<std::size_t>(days[i] - first)] = values[i];
  return result;
}

/// Adds `huc`, huc_02 in two digits, as NeuralHydrology names it.
AttributeTable with_huc(AttributeTable table) {
  const auto huc_02 = std::ranges::find(table.names, "huc_02");
  if (huc_02 == table.names.end()) return table;
  const auto column = static_cast<std::size_t>(huc_02 - table.names.begin());
  AttributeTable extended{table.basins, table.names, {}};
  extended.names.emplace_back("huc");
  for (std::size_t row = 0; row < table.basins.size(); ++row) {
    for (std::size_t i = 0; i < table.names.size(); ++i) extended.cells.push_back(table.cell(row, i));
    const std::string& huc = table.cell(row, column);
    extended.cells.push_back(huc.size() == 1 ? "0" + huc : huc);
  }
  return extended;
}

struct Product {
  std::string name;
  fs::path folder;
  std::map<std::string, std::vector<fs::path>> files;  ///< by basin
};

class CamelsUs : public Dataset {
 public:
  explicit CamelsUs(const DatasetOptions& options)
      : layout_(find_camels_us(options.data_dir)), area_source_(options.area_source) {
    std::vector<std::string> known_sources;
    for (const auto& [source, attribute] : area_sources()) {
      known_sources.push_back(source);
      if (source == area_source_) area_attribute_ = attribute;
    }
    check_choice("area source", area_source_, known_sources);
    for (const std::string& name : choose_products(options.forcings)) {
      const fs::path folder = layout_.series / "basin_mean_forcing" / name;
      products_.push_back({name, folder, index_basin_files(folder, kForcingSuffix)});
    }
    streamflow_ = index_basin_files(layout_.series / "usgs_streamflow", kStreamflowSuffix);
  }

  std::vector<std::string> basins() const override;
  std::vector<fs::path> sources(const std::string& basin) const override;
  BasinSeries read(const std::string& basin) const override;
  AttributeTable attributes() const override { return table(); }
  Gauge gauge(const std::string& basin) const override;
  std::string reader_key() const override;
  std::vector<std::string> target_names() const override { return {kTarget}; }
  std::vector<std::string> precipitation_names() const override;

 private:
  std::vector<std::string> choose_products(std::vector<std::string> names) const;
  fs::path forcing_file(const Product& product, const std::string& basin) const;
  fs::path streamflow_file(const std::string& basin) const;
  std::string column_name(const std::string& name, const Product& product) const {
    return products_.size() > 1 ? fmt::format("{}_{}", name, product.name) : name;
  }
  fs::path area_table() const { return layout_.attributes / "camels_topo.txt"; }
  const AttributeTable& table() const;
  std::string attribute(const std::string& basin, const std::string& name) const;
  double attribute_area_m2(const std::string& basin) const;

  CamelsUsLayout layout_;
  std::string area_source_;
  std::string area_attribute_;  ///< empty: the forcing header
  std::vector<Product> products_;
  std::map<std::string, std::vector<fs::path>> streamflow_;
  mutable std::once_flag table_read_;
  mutable AttributeTable table_;
};

std::vector<std::string> CamelsUs::choose_products(std::vector<std::string> names) const {
  const std::vector<std::string> present = camels_us_products_in(layout_.series);
  const fs::path folder = layout_.series / "basin_mean_forcing";
  const std::string on_disk = present.empty() ? "no product" : fmt::format("{}", fmt::join(present, ", "));
  if (names.empty()) {
    if (present.size() == 1) return present;
    throw InputError({.what = "no forcing product was chosen",
                      .file = folder.string(),
                      .expected = "at least one name under `forcings`",
                      .got = "none",
                      .hint = fmt::format("The folder has {}.", on_disk)});
  }
  std::vector<std::string> known;
  for (const CamelsUsProduct& product : camels_us_products()) known.push_back(product.name);
  for (const std::string& name : names) {
    check_choice("forcing product", name, known);
    if (std::ranges::count(names, name) > 1) {
      throw InputError({.what = fmt::format("the forcing product `{}` is listed twice", name)});
    }
    if (std::ranges::find(present, name) == present.end()) {
      throw InputError({.what = fmt::format("the forcing product `{}` is not in the data folder", name),
                        .file = folder.string(),
                        .expected = fmt::format("a folder `{}`", name),
                        .got = on_disk});
    }
  }
  return names;
}

std::vector<std::string> CamelsUs::basins() const {
  std::vector<std::string> ids;
  for (const auto& [basin, files] : products_.front().files) {
    if (std::ranges::all_of(products_, [&](const Product& product) { return product.files.contains(basin); }))
      ids.push_back(basin);
  }
  return ids;
}

fs::path CamelsUs::forcing_file(const Product& product, const std::string& basin) const {
  const auto found = product.files.find(basin);
  if (found == product.files.end()) {
    const auto near = nearest(basin, basins());
    throw InputError({.what = fmt::format("the basin has no {} forcing file", product.name),
                      .file = product.folder.string(),
                      .basin = basin,
                      .expected = fmt::format("{}_*{} here or in a HUC folder", basin, kForcingSuffix),
                      .got = fmt::format("files of {} other basins", product.files.size()),
                      .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
  if (found->second.size() > 1) {
    throw InputError({.what = fmt::format("the basin has two {} forcing files", product.name),
                      .file = found->second[0].string(),
                      .basin = basin,
                      .got = found->second[1].string(),
                      .hint = "Take one of them away."});
  }
  return found->second.front();
}

fs::path CamelsUs::streamflow_file(const std::string& basin) const {
  const auto found = streamflow_.find(basin);
  if (found == streamflow_.end()) return {};
  if (found->second.size() > 1) {
    throw InputError({.what = "the basin has two streamflow files",
                      .file = found->second[0].string(),
                      .basin = basin,
                      .got = found->second[1].string(),
                      .hint = "Take one of them away."});
  }
  return found->second.front();
}

std::vector<fs::path> CamelsUs::sources(const std::string& basin) const {
  std::vector<fs::path> files;
  for (const Product& product : products_) files.push_back(forcing_file(product, basin));
  if (const fs::path file = streamflow_file(basin); !file.empty()) files.push_back(file);
  if (!area_attribute_.empty() && fs::exists(area_table())) files.push_back(area_table());
  return files;
}

BasinSeries CamelsUs::read(const std::string& basin) const {
  std::vector<CamelsUsForcing> forcings;
  for (const Product& product : products_) {
    const fs::path file = forcing_file(product, basin);
    forcings.push_back(parse_camels_us_forcing(read_file(file), file.string(), basin));
  }
  CamelsUsStreamflow flow;
  if (const fs::path file = streamflow_file(basin); !file.empty()) {
    flow = parse_camels_us_streamflow(read_file(file), file.string(), basin);
  }

  BasinSeries series;
  series.basin = basin;
  const double area_m2 = area_attribute_.empty() ? forcings.back().area_m2 : attribute_area_m2(basin);
  series.area_km2 = area_m2 / kSquareMetresPerSquareKilometre;
  series.area_source = area_attribute_.empty() ? "forcing header, " + products_.back().name : "attribute " + area_attribute_;
  series.axis = union_axis(forcings, flow);

  for (std::size_t p = 0; p < products_.size(); ++p) {
    const CamelsUsForcing& forcing = forcings[p];
    for (std::size_t i = 0; i < forcing.names.size(); ++i) {
      series.columns.push_back({column_name(forcing.names[i], products_[p]), unit_of(forcing.names[i]),
                                on_axis(series.axis, forcing.days, forcing.columns[i])});
    }
  }
  if (!flow.days.empty()) {
    std::vector<float> discharge;
    discharge.reserve(flow.days.size());
    for (const double q : flow.discharge_ft3_s) {
      discharge.push_back(
          static_cast<float>(q * kCubicMillimetresPerCubicFoot * kSecondsPerDay / (area_m2 * kSquareMillimetresPerSquareMetre)));
    }
    series.columns.push_back({kTarget, "mm/day", on_axis(series.axis, flow.days, discharge)});
  }
  return series;
}

const AttributeTable& CamelsUs::table() const {
  std::call_once(table_read_, [this] {
    std::vector<SourcedAttributes> tables;
    for (const fs::path& file : camels_us_attribute_files(layout_.attributes)) tables.push_back(read_attribute_table(file));
    table_ = with_huc(join_attribute_tables(tables, BasinJoin::kAny));
  });
  return table_;
}

std::string CamelsUs::attribute(const std::string& basin, const std::string& name) const {
  const AttributeTable& all = table();
  const auto row = std::ranges::lower_bound(all.basins, basin);
  const auto column = std::ranges::find(all.names, name);
  if (row == all.basins.end() || *row != basin || column == all.names.end()) return "";
  return all.cell(static_cast<std::size_t>(row - all.basins.begin()), static_cast<std::size_t>(column - all.names.begin()));
}

double CamelsUs::attribute_area_m2(const std::string& basin) const {
  const std::string cell = attribute(basin, area_attribute_);
  const double area_km2 = parse_number(cell).value_or(0);
  if (area_km2 > 0) return area_km2 * kSquareMetresPerSquareKilometre;
  throw InputError({.what = fmt::format("the area source `{}` gives no area for the basin", area_source_),
                    .file = layout_.attributes.empty() ? layout_.data_dir.string() : area_table().string(),
                    .basin = basin,
                    .variable = area_attribute_,
                    .expected = "an area in km2",
                    .got = layout_.attributes.empty() ? "no attribute tables"
                           : cell.empty()             ? "nothing"
                                                      : fmt::format("`{}`", cell)});
}

Gauge CamelsUs::gauge(const std::string& basin) const {
  const auto number = [&](const char* name) {
    return parse_number(attribute(basin, name)).value_or(std::numeric_limits<double>::quiet_NaN());
  };
  return {attribute(basin, "gauge_name"), number("gauge_lat"), number("gauge_lon"), number("area_gages2")};
}

std::string CamelsUs::reader_key() const {
  std::vector<std::string> names;
  for (const Product& product : products_) names.push_back(product.name);
  return fmt::format("{}; forcings {}; area {}; folder {}", kReaderVersion, fmt::join(names, ","), area_source_,
                     layout_.data_dir.string());
}

std::vector<std::string> CamelsUs::precipitation_names() const {
  std::vector<std::string> names;
  for (const Product& product : products_) {
    const bool capitals = product.name == "maurer" || product.name == "nldas";
    names.push_back(column_name(capitals ? "PRCP(mm/day)" : "prcp(mm/day)", product));
  }
  return names;
}

}  // namespace

std::unique_ptr<Dataset> open_camels_us(const DatasetOptions& options) {
  return std::make_unique<CamelsUs>(options);
}

}  // namespace freshet
