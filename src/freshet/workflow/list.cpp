#include "freshet/workflow/list.hpp"

#include "freshet/core/error.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/data/process_forcing.hpp"
#include "freshet/kernels/registry.hpp"
#include "freshet/metrics/registry.hpp"
#include "freshet/models/model.hpp"
#include "freshet/training/losses/registry.hpp"
#include "freshet/workflow/list_models.hpp"

namespace freshet {
namespace {

std::string row(std::string_view name, std::string_view text) {
  return fmt::format("{:<19} {}\n", name, text);
}

std::string list_datasets(const ListRequest&) {
  std::string text;
  for (const DatasetKind& dataset : dataset_kinds()) text += row(dataset.name, dataset.description);
  return text;
}

std::string list_losses(const ListRequest&) {
  std::string text;
  for (const LossKind& loss : loss_kinds()) text += row(loss.name, loss.formula);
  return text;
}

std::string list_metrics(const ListRequest&) {
  std::string text;
  for (const Metric& metric : metrics())
    text += row(metric.name, fmt::format("{} [{}]: {}", metric.title, metric.unit.empty() ? "-" : metric.unit, metric.formula));
  return text;
}

std::string list_pet(const ListRequest&) {
  std::string text;
  for (const PetMethod& method : pet_methods()) text += row(method.name, method.description);
  return text;
}

/// Networks, then process models.
std::string list_models(const ListRequest& request) {
  if (!request.plugin.empty()) kernels::load_plugin(request.plugin);
  std::string text;
  if (request.name.empty()) {
    for (const ModelKind& model : model_kinds()) text += row(model.name, model.description);
    for (const kernels::Model* model : kernels::models()) {
      text += request.verbose ? fmt::format("\n{}", describe(*model)) : row(model->name(), model->title());
    }
    return text;
  }
  for (const ModelKind& model : model_kinds()) {
    if (model.name == request.name) return row(model.name, model.description);
  }
  const kernels::Model& model = kernels::find_model(request.name);
  return request.verbose ? describe(model) : row(model.name(), model.title());
}

std::string list_routings(const ListRequest& request) {
  std::string text;
  for (const kernels::Routing* routing : kernels::routings()) {
    if (!request.name.empty() && routing != &kernels::find_routing(request.name)) continue;
    text += request.verbose ? describe(*routing) : row(routing->name(), routing->title());
  }
  return text;
}

}  // namespace

std::string list_registered(const ListRequest& request) {
  using List = std::string (*)(const ListRequest&);
  const std::vector<std::pair<std::string, List>> lists = {{"datasets", list_datasets}, {"models", list_models},
                                                           {"losses", list_losses},     {"metrics", list_metrics},
                                                           {"routings", list_routings}, {"pet", list_pet}};
  std::vector<std::string> kinds;
  for (const auto& [kind, list] : lists) {
    const bool has_names = kind == "models" || kind == "routings";
    if (kind == request.kind && !has_names && !request.name.empty())
      throw InputError({.what = fmt::format("the list of {} is not asked for one name", kind), .got = request.name});
    if (kind == request.kind) return list(request);
    kinds.push_back(kind);
  }
  const auto near = nearest(request.kind, kinds);
  throw InputError({.what = fmt::format("there is no list of `{}`", request.kind),
                    .expected = fmt::format("one of {}", fmt::join(kinds, ", ")),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
}

}  // namespace freshet
