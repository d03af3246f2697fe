#include "freshet/workflow/simulate_dynamic.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/forcing_source.hpp"
#include "freshet/workflow/simulate_parameter_checks.hpp"

namespace freshet {
namespace {

/// Events of reading the file are of no interest.
class Silent final : public Observer {
 public:
  void on(const Event&) override {}
};

}  // namespace

DynamicParameterFile::DynamicParameterFile(const std::filesystem::path& path, const kernels::Model& model)
    : path_(path), model_(model) {
  Silent silent;
  const auto source = open_forcing_source({.source = path}, silent);
  const SourceBasin first = source->basin(0);
  is_for_all_ = !source->names_basins();
  const std::vector<std::string> known = names_of(model.parameters());
  std::vector<Problem> problems;
  for (const ColumnLabel& label : first.columns) {
    const auto parameter = model.find_parameter(label.name);
    if (!parameter) {
      std::string hint = did_you_mean(label.name, known);
      if (hint.empty()) hint = fmt::format("There are {}.", fmt::join(known, ", "));
      problems.push_back({.what = fmt::format("`{}` is no parameter of {}", label.name, model.name()),
                          .file = path.string(),
                          .hint = std::move(hint)});
    } else if (model.must_be_static(*parameter)) {
      problems.push_back({.what = fmt::format("{} reads this parameter once, before the first step", model.name()),
                          .file = path.string(),
                          .variable = label.name,
                          .hint = "Give it among the parameters that are the same on all days."});
    } else {
      names_.push_back(label.name);
    }
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  if (names_.empty()) throw InputError({.what = "the file has no parameters", .file = path.string()});
}

std::vector<Problem> DynamicParameterFile::out_of_range(const BasinForcing& basin, const TimeAxis& axis) const {
  std::vector<Problem> problems;
  for (std::size_t i = 0; i < names_.size() && problems.empty(); ++i) {
    const physics::ParameterInfo& row = model_.parameters()[*model_.find_parameter(names_[i])];
    for (std::size_t t = 0; t < basin.variables[i].size() && problems.empty(); ++t) {
      Problem place{
          .what = "", .file = path_.string(), .basin = basin.id, .date = to_string(axis.at(static_cast<std::int64_t>(t)))};
      if (t < basin.lines.size()) place.line = basin.lines[t];
      if (auto problem = check_parameter(row, basin.variables[i][t], false, std::move(place)))
        problems.push_back(std::move(*problem));
    }
  }
  return problems;
}

std::vector<DynamicValues> DynamicParameterFile::read(ProcessForcing& forcing, bool allow_out_of_range,
                                                      Observer& observer) const {
  ForcingOptions options{
      .source = path_, .called = "the file of dynamic parameters", .first = forcing.axis.first, .last = forcing.axis.last()};
  std::vector<ForcingNeed> needs;
  for (const std::string& name : names_) {
    options.columns[name] = name;
    needs.push_back({.name = name});
  }
  if (!is_for_all_) {
    for (const BasinForcing& basin : forcing.basins) options.basins.push_back(basin.id);
  }
  ProcessForcing read = read_process_forcing(options, needs, observer);
  if (read.axis != forcing.axis) {
    throw InputError({.what = "the steps are not those of the forcing",
                      .file = path_.string(),
                      .expected = fmt::format("{} steps of {} minutes", forcing.axis.size, forcing.axis.step_minutes),
                      .got = fmt::format("{} steps of {} minutes", read.axis.size, read.axis.step_minutes)});
  }
  std::vector<Problem> refused = std::move(read.refused);
  std::erase_if(read.basins, [&](const BasinForcing& basin) {
    const std::vector<Problem> problems = allow_out_of_range ? std::vector<Problem>() : out_of_range(basin, forcing.axis);
    refused.insert(refused.end(), problems.begin(), problems.end());
    return !problems.empty();
  });
  if (read.basins.empty()) throw InputError(std::move(refused));
  const auto own = [&](const std::string& id) {
    return is_for_all_ ? read.basins.begin() : std::ranges::find(read.basins, id, &BasinForcing::id);
  };
  std::erase_if(forcing.basins, [&](const BasinForcing& basin) { return own(basin.id) == read.basins.end(); });
  forcing.refused.insert(forcing.refused.end(), refused.begin(), refused.end());
  std::vector<DynamicValues> values;
  for (std::size_t i = 0; i < names_.size(); ++i) {
    values.push_back({.parameter = *model_.find_parameter(names_[i]), .values = {}});
    for (const BasinForcing& basin : forcing.basins) values.back().values.push_back(own(basin.id)->variables[i]);
  }
  return values;
}

}  // namespace freshet
