#include "freshet/workflow/simulate_states.hpp"

#include <cstring>

#include <nlohmann/json.hpp>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/safetensors.hpp"
#include "freshet/kernels/plan.hpp"

namespace freshet {
namespace {

constexpr const char* kFormat = "process-states-1";

RawTensor tensor(const std::map<std::string, SavedProcess>& basins, std::vector<double> SavedProcess::*member) {
  const std::size_t width = basins.empty() ? 0 : (basins.begin()->second.*member).size();
  RawTensor result{
      .dtype = "F64", .shape = {static_cast<std::int64_t>(basins.size()), static_cast<std::int64_t>(width)}, .bytes = {}};
  result.bytes.resize(basins.size() * width * sizeof(double));
  std::byte* to = result.bytes.data();
  for (const auto& [id, state] : basins) {
    if (width > 0) std::memcpy(to, (state.*member).data(), width * sizeof(double));
    to += width * sizeof(double);
  }
  return result;
}

std::vector<double> row(const RawTensor& tensor, std::size_t index) {
  const auto width = static_cast<std::size_t>(tensor.shape[1]);
  std::vector<double> values(width);
  if (width > 0) std::memcpy(values.data(), tensor.bytes.data() + index * width * sizeof(double), width * sizeof(double));
  return values;
}

std::string name_of(const kernels::Routing* routing) {
  return routing == nullptr ? "none" : std::string(routing->name());
}

std::string name_of_precision(bool single) {
  return single ? "float" : "double";
}

}  // namespace

void write_process_states(const std::filesystem::path& path, const ProcessStates& states) {
  nlohmann::json ids = nlohmann::json::array();
  for (const auto& [id, state] : states.basins) ids.push_back(id);
  write_tensor_file(path, {.tensors = {{"states", tensor(states.basins, &SavedProcess::states)},
                                       {"histories", tensor(states.basins, &SavedProcess::histories)}},
                           .metadata = {{"freshet.format", kFormat},
                                        {"model", states.model},
                                        {"routing", states.routing},
                                        {"precision", name_of_precision(states.single_precision)},
                                        {"step_minutes", std::to_string(states.step_minutes)},
                                        {"next", to_string(states.next)},
                                        {"basins", ids.dump()}}});
}

ProcessStates read_process_states(const std::filesystem::path& path, const kernels::Model& model, const kernels::Routing* routing,
                                  bool single_precision) {
  const TensorFile file = read_tensor_file(path);
  const auto text = [&file](const std::string& key) {
    return file.metadata.contains(key) ? file.metadata.at(key) : std::string();
  };
  if (text("freshet.format") != kFormat || !file.tensors.contains("states") || !file.tensors.contains("histories")) {
    throw InputError({.what = "not a file of a process model's states",
                      .file = path.string(),
                      .expected = "a file that `freshet simulate --states-out` wrote"});
  }
  const auto expect = [&](const char* key, const std::string& expected) {
    if (text(key) == expected) return;
    throw InputError({.what = fmt::format("the states are of another {}", key),
                      .file = path.string(),
                      .expected = expected,
                      .got = text(key)});
  };
  expect("model", std::string(model.name()));
  expect("routing", name_of(routing));
  expect("precision", name_of_precision(single_precision));
  const InputError damaged({.what = "the state file is damaged", .file = path.string()});
  ProcessStates states{.model = text("model"), .routing = text("routing"), .single_precision = single_precision};
  const auto next = parse_time(text("next"));
  if (!next) throw damaged;
  states.next = *next;
  try {
    states.step_minutes = std::stoll(text("step_minutes"));
    const auto ids = nlohmann::json::parse(text("basins")).get<std::vector<std::string>>();
    const auto fits = [&](const char* name, std::size_t width) {
      const RawTensor& values = file.tensors.at(name);
      return values.dtype == "F64" && values.shape.size() == 2 && values.shape[0] == std::ssize(ids) &&
             values.shape[1] == static_cast<std::int64_t>(width);
    };
    if (!fits("states", model.states().size()) || !fits("histories", kernels::history_rows(model, routing))) throw damaged;
    for (std::size_t i = 0; i < ids.size(); ++i)
      states.basins[ids[i]] = {row(file.tensors.at("states"), i), row(file.tensors.at("histories"), i)};
  } catch (const nlohmann::json::exception&) {
    throw damaged;
  } catch (const std::logic_error&) {
    throw damaged;
  }
  return states;
}

}  // namespace freshet
