#include "freshet/data/data_check.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "freshet/core/parallel.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

constexpr double kAreaTolerance = 0.1;
constexpr double kLeastDaysForRatio = 365;

VariableCheck check_variable(const ColumnView& column, const TimeAxis& axis) {
  VariableCheck check{.name = column.name, .unit = column.unit};
  std::int64_t last = -1;
  std::int64_t count = 0;
  double sum = 0;
  for (std::int64_t i = 0; i < axis.size; ++i) {
    const double value = column.values[static_cast<std::size_t>(i)];
    if (std::isnan(value)) continue;
    if (count == 0) {
      check.min = check.max = value;
      check.period = Period{axis.at(i), axis.at(i)};
    } else {
      check.longest_gap = std::max(check.longest_gap, i - last - 1);
    }
    check.period->last = axis.at(i);
    check.min = std::min(check.min, value);
    check.max = std::max(check.max, value);
    sum += value;
    last = i;
    ++count;
  }
  if (count > 0) {
    check.steps = (check.period->last.minutes - check.period->first.minutes) / axis.step_minutes + 1;
    check.missing = check.steps - count;
    check.mean = sum / static_cast<double>(count);
  }
  return check;
}

/// The name of the daily minimum that belongs to a daily maximum temperature: "tmin(C)_nldas" to "tmax(C)_nldas",
/// "temperature_2m_min" to "temperature_2m_max"; "" for any other variable.
std::string minimum_name_of(const std::string& name) {
  std::string lower = name;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const std::size_t found = lower.starts_with("tmax") ? 0 : lower.starts_with("temp") ? lower.find("_max") : std::string::npos;
  if (found == std::string::npos) return "";
  std::string result = name;
  return result.replace(found + 1, 3, "min");
}

/// Collects the oddities of one basin.
class BasinOddities {
 public:
  BasinOddities(const Dataset& dataset, const BasinView& view, const BasinCheck& check)
      : dataset_(dataset), view_(view), check_(check) {}

  std::vector<Oddity> find() {
    discharge();
    precipitation();
    temperature();
    for (const VariableCheck& variable : check_.variables) {
      const bool is_target = contains(dataset_.target_names(), variable.name);
      if (!variable.period && !is_target) add("no value at all", variable.name, "");
      if (variable.min <= kMissingCode)
        add("looks like a code for missing", variable.name, fmt::format("minimum {:g}", variable.min));
    }
    return std::move(oddities_);
  }

 private:
  static bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  }
  void add(std::string kind, std::string variable, std::string detail) {
    oddities_.push_back({std::move(kind), check_.basin, std::move(variable), std::move(detail)});
  }

  void discharge() {
    bool any = false;
    for (const VariableCheck& flow : check_.variables) {
      if (!contains(dataset_.target_names(), flow.name)) continue;
      any = true;
      if (!flow.period) add("discharge all missing", flow.name, "");
      if (flow.min < 0) add("negative discharge", flow.name, fmt::format("minimum {:g} {}", flow.min, flow.unit));
      if (flow.steps - flow.missing > 1 && flow.min == flow.max)
        add("constant discharge", flow.name, fmt::format("{:g} {}", flow.min, flow.unit));
      for (const std::string& name : dataset_.precipitation_names()) runoff_ratio(flow.name, name);
    }
    if (!any) add("no discharge", "", "");
  }

  void runoff_ratio(const std::string& flow_name, const std::string& precipitation_name) {
    const ColumnView* const flow = view_.find(flow_name);
    const ColumnView* const rain = view_.find(precipitation_name);
    if (flow == nullptr || rain == nullptr || flow->unit != rain->unit) return;
    double flow_sum = 0;
    double rain_sum = 0;
    std::int64_t steps = 0;
    for (std::size_t i = 0; i < flow->values.size(); ++i) {
      if (std::isnan(flow->values[i]) || std::isnan(rain->values[i])) continue;
      flow_sum += flow->values[i];
      rain_sum += rain->values[i];
      ++steps;
    }
    if (static_cast<double>(steps) * view_.axis.step_days() < kLeastDaysForRatio || !(flow_sum > rain_sum)) return;
    add("runoff ratio above 1", flow_name,
        fmt::format("{:.3f} of {}, over {} steps", flow_sum / rain_sum, precipitation_name, steps));
  }

  void precipitation() {
    for (const VariableCheck& variable : check_.variables) {
      if (contains(dataset_.precipitation_names(), variable.name) && variable.min < 0) {
        add("negative precipitation", variable.name, fmt::format("minimum {:g} {}", variable.min, variable.unit));
      }
    }
  }

  void temperature() {
    for (const ColumnView& maximum : view_.columns) {
      const std::string name = minimum_name_of(maximum.name);
      const ColumnView* const minimum = name.empty() ? nullptr : view_.find(name);
      if (minimum == nullptr) continue;
      std::int64_t equal = 0;
      std::int64_t above = 0;
      std::int64_t both = 0;
      for (std::size_t i = 0; i < maximum.values.size(); ++i) {
        if (std::isnan(maximum.values[i]) || std::isnan(minimum->values[i])) continue;
        ++both;
        if (minimum->values[i] == maximum.values[i]) ++equal;
        if (minimum->values[i] > maximum.values[i]) ++above;
      }
      if (both > 0 && equal == both)
        add("maximum and minimum temperature the same throughout", maximum.name, fmt::format("{} steps", both));
      if (above > 0) add("minimum temperature above the maximum", maximum.name, fmt::format("{} of {} steps", above, both));
    }
  }

  const Dataset& dataset_;
  const BasinView& view_;
  const BasinCheck& check_;
  std::vector<Oddity> oddities_;
};

/// The table's row of a basin, if it has one.
std::optional<std::size_t> row_of(const AttributeTable& table, const std::string& basin) {
  const auto row = std::ranges::lower_bound(table.basins, basin);
  if (row == table.basins.end() || *row != basin) return std::nullopt;
  return static_cast<std::size_t>(row - table.basins.begin());
}

std::vector<Oddity> find_area_oddities(const BasinCheck& check, const AttributeTable& table) {
  std::vector<Oddity> oddities;
  const auto row = row_of(table, check.basin);
  if (!row) return oddities;
  for (std::size_t i = 0; i < table.names.size(); ++i) {
    const std::string& name = table.names[i];
    if (!name.starts_with("area") || name.find("fraction") != std::string::npos) continue;
    const auto area = parse_number(table.cell(*row, i));
    if (!area || !(*area > 0)) continue;
    const double difference = (check.area_km2 - *area) / *area;
    if (!(std::abs(difference) > kAreaTolerance)) continue;
    oddities.push_back({"areas differ by more than 10 %", check.basin, table.names[i],
                        fmt::format("{:.2f} km2 in use ({}), {:.2f} km2 in the table, {:+.1f} %", check.area_km2,
                                    check.area_source, *area, 100 * difference)});
  }
  return oddities;
}

std::vector<Oddity> find_attribute_oddities(const std::vector<std::string>& basins, const AttributeTable& table) {
  constexpr std::size_t kMostNamed = 5;
  std::vector<Oddity> oddities;
  for (std::size_t i = 0; i < table.names.size(); ++i) {
    std::set<std::string> values;
    std::vector<std::string> without;
    for (const std::string& basin : basins) {
      const auto row = row_of(table, basin);
      const std::string value = row ? table.cell(*row, i) : "";
      if (value.empty()) {
        without.push_back(basin);
      } else {
        values.insert(value);
      }
    }
    if (!without.empty()) {
      const std::size_t count = without.size();
      without.resize(std::min(count, kMostNamed));
      oddities.push_back({"attribute missing", "", table.names[i],
                          fmt::format("for {} of {} basins: {}{}", count, basins.size(), fmt::join(without, ", "),
                                      count > kMostNamed ? ", ..." : "")});
    }
    if (values.size() == 1 && basins.size() > 1) {
      oddities.push_back(
          {"attribute constant", "", table.names[i], fmt::format("`{}` in every basin that has it", *values.begin())});
    }
  }
  return oddities;
}

}  // namespace

DataCheckReport check_data(const Dataset& dataset, const std::vector<std::string>& basins, const StoreOptions& options,
                           Observer& observer) {
  const auto store = SeriesStore::open(dataset, basins, options, observer);
  const AttributeTable table = dataset.attributes();
  const std::vector<BasinView>& views = store->basins();
  DataCheckReport report;
  report.data_hash = store->data_hash();
  report.basins.resize(views.size());
  std::vector<std::vector<Oddity>> oddities(views.size());
  parallel_for(views.size(), options.threads, [&](std::size_t b) {
    const BasinView& view = views[b];
    BasinCheck& check = report.basins[b];
    check = {.basin = view.basin,
             .gauge = dataset.gauge(view.basin),
             .axis = view.axis,
             .area_km2 = view.area_km2,
             .area_source = view.area_source,
             .content_hash = view.content_hash,
             .variables = {}};
    for (const ColumnView& column : view.columns) check.variables.push_back(check_variable(column, view.axis));
    oddities[b] = BasinOddities(dataset, view, check).find();
    std::ranges::move(find_area_oddities(check, table), std::back_inserter(oddities[b]));
  });
  for (std::vector<Oddity>& found : oddities) std::ranges::move(found, std::back_inserter(report.oddities));
  std::ranges::move(find_attribute_oddities(basins, table), std::back_inserter(report.oddities));
  return report;
}

}  // namespace freshet
