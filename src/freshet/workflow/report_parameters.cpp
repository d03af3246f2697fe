#include "freshet/workflow/report_parameters.hpp"

#include <fmt/format.h>

#include "freshet/io/csv.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/models/model_kind.hpp"
#include "freshet/workflow/process_model.hpp"

namespace freshet {
namespace {

/// The parameters of the process model inside a network; none, and a note, if it cannot be opened.
std::vector<ParameterRecord> records_of(const ProcessModelOptions& options, RunResult& result) {
  try {
    const kernels::Model& model = open_process_model(options.process_model, options.plugin.value_or(""));
    const kernels::Routing* routing = options.routing == "none" ? nullptr : &kernels::find_routing(options.routing);
    return parameter_records(calibration::ParameterSpace(model, routing, {}));
  } catch (const InputError& error) {
    result.data_notes.push_back(fmt::format("parameters are not shown: {}", error.what()));
    return {};
  }
}

}  // namespace

std::vector<ParameterRecord> parameter_records(const calibration::ParameterSpace& space) {
  std::vector<ParameterRecord> records;
  for (const std::size_t p : space.free()) {
    const calibration::SearchedParameter& parameter = space.parameters()[p];
    records.push_back({.name = parameter.name,
                       .unit = parameter.unit,
                       .meaning = parameter.meaning,
                       .lower = parameter.lower,
                       .upper = parameter.upper,
                       .logarithmic = parameter.logarithmic});
  }
  return records;
}

void add_parameters(const std::filesystem::path& file, const std::vector<ParameterRecord>& parameters, RunResult& result) {
  if (parameters.empty() || !std::filesystem::exists(file)) return;
  const CsvTable table = read_csv(file);
  const std::vector<std::string>& basins = table.texts("basin");
  for (const ParameterRecord& parameter : parameters) {
    ParameterResult found{.parameter = parameter, .values = {}};
    const std::vector<double> values = table.numbers(parameter.name);
    for (std::size_t row = 0; row < basins.size(); ++row) {
      if (found.values.emplace(basins[row], values[row]).second) continue;
      Problem problem = table.problem_at(table.column("basin"), row, "the basin has two rows");
      problem.basin = basins[row];
      throw InputError(std::move(problem));
    }
    result.parameters.push_back(std::move(found));
  }
}

void add_learned_parameters(const std::filesystem::path& file, const ModelOptions& model, RunResult& result) {
  if (!find_model_kind(model.model).process || !std::filesystem::exists(file)) return;
  add_parameters(file, records_of(model.process, result), result);
}

}  // namespace freshet
