#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "freshet/data/basin_id.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/workflow/simulate_parameter_checks.hpp"

namespace freshet {
namespace {

using kernels::Model;
using physics::ParameterInfo;

/// Reads the CSV form.
class CsvParameters {
 public:
  CsvParameters(const std::filesystem::path& path, const Model& model, const ParameterFileOptions& options)
      : model_(model), options_(options), table_(read_csv(path)) {
    file_.path = path;
  }

  ParameterFile read() {
    if (table_.rows() == 0) throw InputError({.what = "the table has no rows", .file = table_.file});
    const std::set<std::string> names(table_.names.begin() + 1, table_.names.end());
    file_.routing = options_.routing.empty() ? routing_with(names) : routing_named(options_.routing);
    check_header();
    throw_problems();
    std::vector<ParameterValues> rows(table_.rows());
    read_columns(
        model_.parameters(), rows, [](ParameterValues & row) -> auto& { return row.parameters; });
    if (file_.routing != nullptr) {
      read_columns(
          file_.routing->parameters(), rows, [](ParameterValues & row) -> auto& { return row.routing; });
    }
    read_states(rows);
    read_settings();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string& basin = table_.cells[0][row];
      if (auto problem = check_basin_id(basin, {.file = table_.file, .line = table_.lines[row]})) {
        problems_.push_back(std::move(*problem));
      } else if (!file_.sets.emplace(basin, std::move(rows[row])).second) {
        problems_.push_back({.what = "the basin has two rows", .file = table_.file, .line = table_.lines[row], .basin = basin});
      }
    }
    throw_problems();
    return std::move(file_);
  }

 private:
  void throw_problems() {
    if (problems_.empty()) return;
    problems_.resize(std::min(problems_.size(), kParameterProblemsShown));
    throw InputError(std::move(problems_));
  }

  bool has(std::string_view name) const {
    return std::find(table_.names.begin() + 1, table_.names.end(), name) != table_.names.end();
  }

  void check_header() {
    std::vector<std::string> known = names_of(model_.parameters());
    std::vector<ParameterInfo> needed;
    for (const ParameterInfo& row : model_.parameters()) {
      const bool elsewhere = std::ranges::find(options_.static_elsewhere, row.name) != options_.static_elsewhere.end();
      if (!elsewhere) needed.push_back(row);
    }
    if (file_.routing != nullptr) {
      const auto rows = file_.routing->parameters();
      needed.insert(needed.end(), rows.begin(), rows.end());
      for (const ParameterInfo& row : rows) known.emplace_back(row.name);
    }
    for (const ParameterInfo& row : needed) {
      if (has(row.name)) continue;
      problems_.push_back({.what = fmt::format("there is no column for this parameter ({})", row.meaning),
                           .file = table_.file,
                           .line = 1,
                           .variable = std::string(row.name),
                           .expected = range_of(row)});
    }
    for (const auto& row : model_.states()) known.emplace_back(row.name);
    for (const auto& row : model_.substeps()) known.emplace_back(row.name);
    std::vector<std::string> others;
    for (std::size_t i = 1; i < table_.names.size(); ++i) {
      const std::string& name = table_.names[i];
      if (std::ranges::find(known, name) != known.end()) continue;
      const auto near = nearest(name, known);
      if (near && !has(*near)) {
        problems_.push_back({.what = fmt::format("`{}` is no parameter of {}", name, model_.name()),
                             .file = table_.file,
                             .line = 1,
                             .hint = fmt::format("Did you mean `{}`?", *near)});
      } else {
        others.push_back(name);
      }
    }
    if (!others.empty()) {
      file_.remarks.push_back(fmt::format("{}: not used are the columns {}", table_.file, fmt::join(others, ", ")));
    }
  }

  Problem at(const std::string& column, std::size_t row) const {
    Problem problem = table_.problem_at(table_.column(column), row, "");
    problem.basin = table_.cells[0][row];
    return problem;
  }

  template <class Member>
  void read_columns(std::span<const ParameterInfo> infos, std::vector<ParameterValues>& rows, Member member) {
    for (const ParameterInfo& info : infos) {
      const std::string name(info.name);
      std::vector<double> values(rows.size(), 0.5 * (info.lower + info.upper));
      const bool is_there = has(name);
      if (is_there) values = table_.numbers(name);
      for (std::size_t row = 0; row < rows.size(); ++row) {
        member(rows[row]).push_back(values[row]);
        if (!is_there) continue;
        if (auto problem = check_parameter(info, values[row], options_.allow_out_of_range, at(name, row)))
          problems_.push_back(std::move(*problem));
      }
    }
  }

  /// An empty cell leaves the state as the model starts it.
  void read_states(std::vector<ParameterValues>& rows) {
    for (std::size_t state = 0; state < model_.states().size(); ++state) {
      const std::string name(model_.states()[state].name);
      if (!has(name)) continue;
      const std::vector<double> values = table_.numbers(name);
      for (std::size_t row = 0; row < rows.size(); ++row) {
        if (std::isnan(values[row])) continue;
        rows[row].initial_states[state] = values[row];
        if (auto problem = check_state(model_, state, values[row], at(name, row))) problems_.push_back(std::move(*problem));
      }
    }
  }

  /// All basins run with the same.
  void read_settings() {
    std::map<std::string, std::int64_t> given;
    for (const physics::SubstepInfo& setting : model_.substeps()) {
      const std::string name(setting.name);
      if (!has(name)) continue;
      const std::vector<double> values = table_.numbers(name);
      const auto wrong =
          std::ranges::find_if(values, [&](double value) { return !is_setting(value) || value != values.front(); });
      if (wrong == values.end()) {
        given[name] = static_cast<std::int64_t>(values.front());
        continue;
      }
      Problem problem = at(name, static_cast<std::size_t>(wrong - values.begin()));
      problem.what = "the setting has a wrong value";
      problem.expected = fmt::format("{}, the same in all rows", kSettingExpected);
      problem.got = fmt::format("{}", *wrong);
      problems_.push_back(std::move(problem));
    }
    file_.substeps_per_day = settings_of(model_, given);
  }

  const Model& model_;
  const ParameterFileOptions& options_;
  CsvTable table_;
  ParameterFile file_;
  std::vector<Problem> problems_;
};

}  // namespace

ParameterFile read_parameter_table(const std::filesystem::path& path, const Model& model, const ParameterFileOptions& options) {
  return CsvParameters(path, model, options).read();
}

}  // namespace freshet
