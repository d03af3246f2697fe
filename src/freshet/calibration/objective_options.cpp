#include "freshet/calibration/objective_options.hpp"

#include <algorithm>

#include "freshet/calibration/flow_transform.hpp"
#include "freshet/metrics/registry.hpp"

namespace freshet::calibration {

const FieldTable<ObjectiveOptions>& objective_fields() {
  using O = ObjectiveOptions;
  const char* g = "Calibration objective";
  static const FieldTable<O> table = {
      field(g, "objective", &O::metrics,
            {.doc = "Metrics, of which the distance from the perfect value is made small (`freshet list metrics`); with several, "
                    "their weighted mean."}),
      field(g, "objective_weights", &O::weights,
            {.doc = "Weights of the metrics of `objective`, in their order; none: all the same.", .min = 0, .above_min = true}),
      field(
          g, "flow_transform", &O::flow_transform,
          {.doc = "What observed and simulated flow go through before they are compared. log: ln(q + 0.01 mean observed); sqrt; "
                  "boxcox: (q^0.25 - 1) / 0.25.",
           .choices = flow_transform_names()}),
  };
  return table;
}

void check_objective_options(const ObjectiveOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  if (options.metrics.empty()) problems.push_back(source.at_key("objective", "`objective` is empty"));
  for (const std::string& name : options.metrics) {
    try {
      find_metric(name);
    } catch (const InputError& error) {
      Problem problem = source.at_key("objective", error.problems().front().what);
      problem.hint = error.problems().front().hint;
      problems.push_back(problem);
    }
  }
  if (!options.weights.empty() && options.weights.size() != options.metrics.size()) {
    Problem problem = source.at_key("objective_weights", "`objective` and `objective_weights` do not pair");
    problem.expected = fmt::format("{} weights", options.metrics.size());
    problem.got = std::to_string(options.weights.size());
    problems.push_back(problem);
  }
}

}  // namespace freshet::calibration
