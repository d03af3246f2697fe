#include "freshet/workflow/list.hpp"

#include "freshet/data/dataset.hpp"
#include "freshet/metrics/registry.hpp"
#include "freshet/models/model.hpp"
#include "freshet/training/losses/registry.hpp"

namespace freshet {
namespace {

std::string row(std::string_view name, std::string_view text) {
  return fmt::format("{:<16} {}\n", name, text);
}

}  // namespace

std::string list_registered(const std::string& kind) {
  std::string text;
  if (kind == "datasets") {
    for (const DatasetKind& dataset : dataset_kinds()) text += row(dataset.name, dataset.description);
  } else if (kind == "models") {
    for (const ModelKind& model : model_kinds()) text += row(model.name, model.description);
  } else if (kind == "losses") {
    for (const LossKind& loss : loss_kinds()) text += row(loss.name, loss.formula);
  } else if (kind == "metrics") {
    for (const Metric& metric : metrics())
      text += row(metric.name, fmt::format("{} [{}]: {}", metric.title, metric.unit.empty() ? "-" : metric.unit, metric.formula));
  } else {
    const std::vector<std::string> kinds = {"datasets", "models", "losses", "metrics"};
    const auto near = nearest(kind, kinds);
    throw InputError({.what = fmt::format("there is no list of `{}`", kind),
                      .expected = fmt::format("one of {}", fmt::join(kinds, ", ")),
                      .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
  return text;
}

}  // namespace freshet
