#include "freshet/data/forcing_selection.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/core/error.hpp"
#include "freshet/data/forcing_checks.hpp"
#include "freshet/data/pet.hpp"

namespace freshet {
namespace {

constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// Selects the columns of one basin.
class Selection {
 public:
  Selection(const SourceBasin& basin, const ForcingOptions& options) : basin_(basin), options_(options) {
    selected_ = {.id = basin.id, .file = basin.file, .axis = basin.axis, .record = basin.axis, .lines = basin.lines};
    selected_.latitude = std::isnan(basin.latitude) ? options.latitude.value_or(basin.latitude) : basin.latitude;
    selected_.elevation = std::isnan(basin.elevation) ? options.elevation.value_or(basin.elevation) : basin.elevation;
    selected_.area_km2 = basin.area_km2;
  }

  SelectedBasin run(std::span<const ForcingNeed> needs) {
    if (basin_.axis.step_minutes > kMinutesPerDay) {
      fail({.what = "the time step is longer than a day", .got = fmt::format("{} days", basin_.axis.step_days())});
    }
    for (const ForcingNeed& need : needs) {
      if (need.name == "pet") {
        select_pet();
      } else if (need.name == "temperature") {
        if (!take_temperature()) fail_missing("temperature", "a column `tmean`, or `tmin` and `tmax`");
      } else if (!take(need.name)) {
        fail_missing(need.name, fmt::format("a column `{}`", usual_name(need.name)));
      }
    }
    for (UsedColumn& column : selected_.used) {
      const auto need = std::ranges::find(needs, column.variable, &ForcingNeed::name);
      if (need != needs.end()) column.lowest = std::max(column.lowest, need->lowest);
    }
    if (options_.discharge) take_discharge();
    set_record();
    return std::move(selected_);
  }

 private:
  static std::string_view usual_name(std::string_view variable) {
    return variable == "precipitation"     ? "prcp"
           : variable == "day_length"      ? "dayl"
           : variable == "vapour_pressure" ? "vp"
                                           : variable;
  }

  [[noreturn]] void fail(Problem problem) const {
    problem.file = basin_.file;
    problem.basin = basin_.id;
    throw InputError(std::move(problem));
  }

  std::string column_names() const {
    std::vector<std::string> names;
    for (const ColumnLabel& label : basin_.columns) names.push_back(label.name);
    return names.empty() ? "no columns" : fmt::format("the columns {}", fmt::join(names, ", "));
  }

  [[noreturn]] void fail_missing(const std::string& variable, std::string expected) const {
    fail({.what = options_.called + " has no column for this variable",
          .variable = variable,
          .expected = std::move(expected),
          .got = column_names(),
          .hint = fmt::format(
              "If it has another name, give it: `--column {0}=NAME`, in a configuration `columns: {{{0}: NAME}}`.", variable)});
  }

  /// The column that is the variable, by the user's word or by its usual names.
  std::optional<std::size_t> find(const std::string& variable) const {
    const auto named = options_.columns.find(variable);
    if (named == options_.columns.end()) {
      try {
        return find_forcing_column(basin_.columns, variable);
      } catch (const InputError& error) {
        fail(error.problems().front());
      }
    }
    const auto column = std::ranges::find(basin_.columns, named->second, &ColumnLabel::name);
    if (column != basin_.columns.end()) return static_cast<std::size_t>(column - basin_.columns.begin());
    std::vector<std::string> names;
    for (const ColumnLabel& label : basin_.columns) names.push_back(label.name);
    const auto near = nearest(named->second, names);
    fail({.what = fmt::format("there is no column `{}`", named->second),
          .variable = variable,
          .got = column_names(),
          .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }

  std::vector<double> read(const std::string& variable, std::size_t column) const {
    std::vector<double> values = basin_.read(column);
    const ColumnLabel& label = basin_.columns[column];
    const std::string unit = declared_unit(label);
    if (unit.empty() || unit == "-") return values;
    const ForcingQuantity* quantity = find_forcing_quantity(variable);
    const auto conversion = convert_unit(unit, basin_.axis.step_days(), basin_.area_km2);
    if (!conversion || (quantity != nullptr && quantity->unit != conversion->to)) {
      fail({.what = "the column's unit is not one of this variable's",
            .variable = label.name,
            .expected = quantity != nullptr ? fmt::format("{} or a unit that converts to it", quantity->unit)
                                            : "mm/day, degC, s, W/m2, Pa or a unit that converts to them",
            .got = fmt::format("`{}`{}", unit, unit.starts_with("m3") ? ", and the basin's area is not known" : "")});
    }
    for (double& value : values) value = value * conversion->factor + conversion->offset;
    return values;
  }

  bool take(const std::string& variable) {
    if (selected_.find(variable) != nullptr) return true;
    const auto column = find(variable);
    if (!column) return false;
    const ForcingQuantity* quantity = find_forcing_quantity(variable);
    selected_.used.push_back({.variable = variable,
                              .name = basin_.columns[*column].name,
                              .values = read(variable, *column),
                              .lowest = quantity != nullptr ? quantity->lowest : -kNoLimit,
                              .highest = highest(quantity)});
    if (variable == "day_length") check_day_length();
    return true;
  }

  /// The shorter the step, the higher the rate of rain that a cloudburst may have: as 1/sqrt(step), the envelope of the records.
  double highest(const ForcingQuantity* quantity) const {
    if (quantity == nullptr) return kNoLimit;
    return quantity->name == "precipitation" ? quantity->highest / std::sqrt(basin_.axis.step_days()) : quantity->highest;
  }

  bool take_temperature() { return take("temperature") || (find("tmin") && find("tmax") && take("tmin") && take("tmax")); }

  void check_day_length() const {
    const UsedColumn& column = selected_.used.back();
    constexpr double kHours = 24;
    if (std::ranges::any_of(column.values, [](double value) { return value > kHours; })) return;
    if (!declared_unit({column.name, ""}).empty()) return;
    fail({.what = "the day length is in another unit",
          .variable = column.name,
          .expected = "seconds",
          .got = "no value above 24",
          .hint = fmt::format("Name the unit: `{0}(day)` for a share of the day, `{0}(h)` for hours.", column.name)});
  }

  void select_pet() {
    const bool given = options_.pet == "given" || (options_.pet == "auto" && find("pet"));
    if (given) {
      if (!take("pet")) fail_missing("pet", "a column `pet`, since PET is to be taken as given");
      selected_.pet = "given";
      remark_on_pet(selected_.used.back().name);
      return;
    }
    const std::string name = options_.pet == "auto" ? "oudin" : options_.pet;
    const auto formula = std::ranges::find(pet_formulas(), name, &PetFormula::name);
    std::vector<std::string> missing;
    for (const std::string_view need : formula->needs) {
      if (!take_for_pet(need)) missing.emplace_back(need);
    }
    if (!missing.empty()) fail_pet(name, missing);
    if (basin_.axis.step_minutes != kMinutesPerDay) {
      fail({.what = fmt::format("{} makes daily PET, and the time step is not a day", name),
            .variable = "pet",
            .expected = "a column `pet`",
            .got = fmt::format("a step of {} minutes", basin_.axis.step_minutes)});
    }
    check_temperature_range(name);
    selected_.pet = name;
  }

  bool take_for_pet(std::string_view need) {
    if (const std::size_t bar = need.find('|'); bar != std::string_view::npos)
      return take_for_pet(need.substr(0, bar)) || take_for_pet(need.substr(bar + 1));
    if (need == "latitude") return std::abs(selected_.latitude) <= 90;
    if (need == "elevation") return !std::isnan(selected_.elevation);
    if (need == "temperature") return take_temperature();
    return take(std::string(need));
  }

  [[noreturn]] void fail_pet(const std::string& formula, const std::vector<std::string>& missing) const {
    std::vector<std::string> names, options;
    for (const std::string& need : missing) {
      std::string text(usual_name(need));
      if (const std::size_t bar = text.find('|'); bar != std::string::npos) text = "dayl or latitude";
      names.push_back(text);
      if (need.ends_with("latitude")) options.emplace_back("latitude");
      if (need == "elevation") options.emplace_back("elevation");
    }
    std::string hint;
    if (!options.empty()) {
      hint = fmt::format("`freshet simulate` takes --{}, a configuration {}.", fmt::join(options, " and --"),
                         fmt::join(options, " and "));
    }
    if (options_.pet == "auto") hint += fmt::format("{}Other ways: `freshet list pet`.", hint.empty() ? "" : " ");
    fail({.what = options_.pet == "auto" ? "PET is not given, and cannot be derived" : "PET cannot be derived",
          .variable = "pet",
          .expected =
              fmt::format("{}{} for {}", options_.pet == "auto" ? "a column `pet`, or " : "", fmt::join(names, ", "), formula),
          .got = column_names(),
          .hint = std::move(hint)});
  }

  /// Plain Maurer and NLDAS forcing has one temperature in both columns.
  void check_temperature_range(const std::string& formula) const {
    const UsedColumn *tmin = selected_.find("tmin"), *tmax = selected_.find("tmax");
    const auto same = [](double low, double high) { return low == high || (std::isnan(low) && std::isnan(high)); };
    if (formula != "hargreaves" || !std::ranges::equal(tmin->values, tmax->values, same)) return;
    fail({.what = "PET cannot be derived by hargreaves: the least and the greatest temperature of every day are the same",
          .variable = fmt::format("{}, {}", tmin->name, tmax->name),
          .hint = "Take another forcing product, or another way to get PET."});
  }

  void remark_on_pet(const std::string& column) {
    if (!column.starts_with("potential_evaporation_sum") || column.ends_with("PENMAN_MONTEITH")) return;
    selected_.remark = fmt::format(
        "PET is `{}`, ERA5-Land's potential evaporation, which is about 2.4 times that of FAO Penman-Monteith. Another "
        "column may be named, or PET derived.",
        column);
  }

  void take_discharge() {
    const auto column = find("discharge");
    if (!column) return;
    selected_.observed = read("discharge", *column);
  }

  void set_record() {
    if (!basin_.padded) return;
    const auto has_value = [&](std::int64_t t) {
      return std::ranges::any_of(selected_.used, [&](const UsedColumn& column) { return !std::isnan(column.values[t]); });
    };
    std::int64_t first = 0, last = selected_.axis.size - 1;
    while (first <= last && !has_value(first)) ++first;
    while (last > first && !has_value(last)) --last;
    if (first > last) fail({.what = "the basin has no forcing at all", .variable = selected_.used.front().name});
    selected_.record = {selected_.axis.at(first), selected_.axis.step_minutes, last - first + 1};
  }

  const SourceBasin& basin_;
  const ForcingOptions& options_;
  SelectedBasin selected_;
};

}  // namespace

const UsedColumn* SelectedBasin::find(std::string_view variable) const {
  const auto found = std::ranges::find(used, variable, &UsedColumn::variable);
  return found == used.end() ? nullptr : &*found;
}

SelectedBasin select_columns(const SourceBasin& basin, const ForcingOptions& options, std::span<const ForcingNeed> needs) {
  return Selection(basin, options).run(needs);
}

BasinForcing assemble(const SelectedBasin& basin, const TimeAxis& axis, std::span<const ForcingNeed> needs,
                      const ForcingOptions& options) {
  const std::vector<bool> used = used_steps(axis, options);
  BasinForcing forcing{.id = basin.id, .axis = axis, .pet = basin.pet, .latitude = basin.latitude, .area_km2 = basin.area_km2};
  forcing.remarks.push_back(check_forcing(basin, axis, used, options));
  const auto offset = static_cast<std::size_t>(*basin.axis.index_of(axis.first));
  const auto size = static_cast<std::size_t>(axis.size);
  const auto cut = [&](std::string_view variable) -> std::span<const double> {
    const UsedColumn* column = basin.find(variable);
    return column == nullptr ? std::span<const double>() : std::span(column->values).subspan(offset, size);
  };
  const auto copy = [](std::span<const double> values) { return std::vector<double>(values.begin(), values.end()); };

  std::vector<double> temperature = copy(cut("temperature"));
  const auto tmin = cut("tmin"), tmax = cut("tmax");
  if (temperature.empty() && !tmin.empty() && !tmax.empty()) {
    temperature.resize(size);
    for (std::size_t t = 0; t < size; ++t) temperature[t] = 0.5 * (tmin[t] + tmax[t]);
  }
  for (const ForcingNeed& need : needs) {
    if (need.name == "temperature") {
      forcing.variables.push_back(temperature);
    } else if (need.name == "pet" && basin.pet != "given") {
      forcing.variables.push_back(derive_pet(basin.pet, {.axis = axis,
                                                         .temperature = temperature,
                                                         .tmin = tmin,
                                                         .tmax = tmax,
                                                         .day_length = cut("day_length"),
                                                         .srad = cut("srad"),
                                                         .vapour_pressure = cut("vapour_pressure"),
                                                         .latitude = basin.latitude,
                                                         .elevation = basin.elevation}));
    } else {
      forcing.variables.push_back(copy(cut(need.name)));
    }
  }
  if (!basin.lines.empty()) {
    const auto first = basin.lines.begin() + static_cast<std::ptrdiff_t>(offset);
    forcing.lines.assign(first, first + static_cast<std::ptrdiff_t>(size));
  }
  if (!basin.observed.empty()) {
    forcing.observed = copy(std::span(basin.observed).subspan(offset, size));
    forcing.remarks.push_back(drop_negative_flow(basin.id, forcing.observed, axis, used));
  }
  std::erase(forcing.remarks, "");
  return forcing;
}

}  // namespace freshet
