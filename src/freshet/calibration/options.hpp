#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "freshet/config/fields.hpp"

namespace freshet::calibration {

/// How the parameters of a process model are searched for.
struct SearchOptions {
  std::string method = "sce_ua";
  std::int64_t max_evaluations = 10000;
  std::optional<double> max_seconds;
  std::int64_t sample_batch = 256;

  std::int64_t sce_complexes = 10;
  std::optional<std::int64_t> sce_min_complexes;
  bool sce_force_best = false;
  std::string sce_mutation = "gaussian";
  std::int64_t sce_kstop = 20;
  double sce_pcento = 1e-4;
  double sce_peps = 1e-4;
  bool sce_speculative = false;

  double dds_perturbation = 0.2;
  std::int64_t dds_trials = 1;

  std::int64_t gradient_starts = 8;
  std::int64_t gradient_restarts = 0;
  double gradient_tolerance = 1e-6;
  double gradient_value_tolerance = 1e-9;
  double adam_learning_rate = 0.1;
  std::int64_t adam_patience = 50;
  std::int64_t lbfgs_memory = 10;

  /// A point to begin with, [parameter], each in [0, 1]: the first point of SCE-UA's population, of DDS's first trial, of a
  /// sample, or the first descent's start. Empty: none. No key: the caller scales the model's own parameters.
  std::vector<double> initial_point;
};

const FieldTable<SearchOptions>& search_fields();

/// Points that a method evaluates before it looks at any value: SCE-UA's population, the starts of descents; else 1.
std::int64_t initial_evaluations(const SearchOptions& options, std::size_t parameters);

/// What the ranges of the single keys cannot say.
void check_search_options(const SearchOptions& options, const ConfigSource& source, std::vector<Problem>& problems);

}  // namespace freshet::calibration
