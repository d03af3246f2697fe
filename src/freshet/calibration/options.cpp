#include "freshet/calibration/options.hpp"

#include <fmt/format.h>

#include "freshet/calibration/registry.hpp"

namespace freshet::calibration {

namespace {
using O = SearchOptions;
using Fields = FieldTable<O>;

Fields general_fields() {
  const char* g = "Calibration";
  return {
      field(g, "calibration_method", &O::method, {.doc = "Search for the parameters.", .choices = search_method_names()}),
      field(g, "max_evaluations", &O::max_evaluations,
            {.doc = "Simulations of a basin after which its search ends; for gradient methods simulations with gradient.",
             .min = 1}),
      field(g, "max_seconds", &O::max_seconds,
            {.doc = "Time after which a search ends, what it used before a resume included; none: no limit. With a limit the "
                    "result depends on the machine.",
             .min = 0,
             .above_min = true}),
      field(g, "sample_batch", &O::sample_batch,
            {.doc = "monte_carlo, latin_hypercube: points evaluated side by side. Does not change any result.", .min = 1}),
  };
}

Fields sce_fields() {
  const char* g = "Calibration by SCE-UA";
  return {
      field(g, "sce_complexes", &O::sce_complexes,
            {.doc =
                 "Complexes of 2 n + 1 points each, n the number of parameters. More find the minimum more surely and cost more.",
             .min = 1,
             .max = 1000}),
      field(g, "sce_min_complexes", &O::sce_min_complexes,
            {.doc = "After each loop one complex is dropped until so many are left; none: all are kept.", .min = 1, .max = 1000}),
      field(g, "sce_force_best", &O::sce_force_best,
            {.doc = "The best point of a complex is in every simplex, as in the MATLAB program; false: chosen like the others."}),
      field(
          g, "sce_mutation", &O::sce_mutation,
          {.doc =
               "Point that replaces one that reflection and contraction do not improve. gaussian: around the simplex's best, as "
               "wide as the population (Duan's program); complex: in the smallest box around the complex (Duan et al. 1992); "
               "bounds: anywhere (MATLAB program).",
           .choices = {"gaussian", "complex", "bounds"}}),
      field(g, "sce_kstop", &O::sce_kstop, {.doc = "Loops over which the best value must change by sce_pcento.", .min = 1}),
      field(g, "sce_pcento", &O::sce_pcento,
            {.doc = "Fraction of the best value; when it changes by less over sce_kstop loops the search ends. 0: never.",
             .min = 0}),
      field(g, "sce_peps", &O::sce_peps,
            {.doc = "When the points' geometric mean range is at most this fraction of the bounds the search ends. 0: never.",
             .min = 0,
             .max = 1}),
      field(g, "sce_speculative", &O::sce_speculative,
            {.doc = "Evaluate reflection, contraction and mutation of a step at once: fewer rounds, up to three times the work. "
                    "The points that count and the result are the same; trace.csv numbers them in another order."}),
  };
}

Fields other_fields() {
  const char* d = "Calibration by DDS";
  const char* g = "Calibration by gradient";
  return {
      field(d, "dds_perturbation", &O::dds_perturbation,
            {.doc = "Standard deviation of a perturbation as a fraction of a parameter's range.",
             .min = 0,
             .max = 1,
             .above_min = true}),
      field(d, "dds_trials", &O::dds_trials,
            {.doc = "Independent searches, side by side, that share max_evaluations.", .min = 1}),
      field(g, "gradient_starts", &O::gradient_starts,
            {.doc = "Descents side by side, from a Latin hypercube of starts.", .min = 1}),
      field(g, "gradient_restarts", &O::gradient_restarts,
            {.doc = "Further descents from random points, one for each that has ended, until so many.", .min = 0}),
      field(g, "gradient_tolerance", &O::gradient_tolerance,
            {.doc = "A descent ends when no derivative by the unbounded parameters (logits) is larger.", .min = 0}),
      field(g, "gradient_value_tolerance", &O::gradient_value_tolerance,
            {.doc = "Decrease of the value, as a fraction of it (of 1 if it is smaller), that counts as an improvement.",
             .min = 0}),
      field(g, "adam_learning_rate", &O::adam_learning_rate,
            {.doc = "adam: first size of a step, in logits.", .min = 0, .above_min = true}),
      field(
          g, "adam_patience", &O::adam_patience,
          {.doc = "adam: steps without improvement after which a descent goes back to its best point at half the rate; the sixth "
                  "time it ends.",
           .min = 1}),
      field(g, "lbfgs_memory", &O::lbfgs_memory, {.doc = "lbfgs: steps remembered.", .min = 1, .max = 100}),
  };
}

}  // namespace

const FieldTable<SearchOptions>& search_fields() {
  static const Fields table = [] {
    Fields all = general_fields();
    for (auto& row : sce_fields()) all.push_back(std::move(row));
    for (auto& row : other_fields()) all.push_back(std::move(row));
    return all;
  }();
  return table;
}

std::int64_t initial_evaluations(const SearchOptions& options, std::size_t parameters) {
  if (options.method == "sce_ua") return options.sce_complexes * static_cast<std::int64_t>(2 * parameters + 1);
  return options.method == "adam" || options.method == "lbfgs" ? options.gradient_starts : 1;
}

void check_search_options(const SearchOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  const auto at_most = [&](const char* key, std::int64_t value, const char* limit, std::int64_t most) {
    if (value <= most) return;
    Problem problem = source.at_key(key, fmt::format("`{}` is more than `{}`", key, limit));
    problem.expected = fmt::format("at most {}", most);
    problem.got = std::to_string(value);
    problems.push_back(problem);
  };
  at_most("sce_min_complexes", options.sce_min_complexes.value_or(1), "sce_complexes", options.sce_complexes);
  if (options.method == "dds") at_most("dds_trials", options.dds_trials, "max_evaluations", options.max_evaluations);
}

}  // namespace freshet::calibration
