#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "freshet/data/options.hpp"
#include "freshet/data/state_source.hpp"
#include "freshet/inference/options.hpp"
#include "freshet/models/options.hpp"
#include "freshet/training/options.hpp"
#include "freshet/workflow/crossval_options.hpp"

namespace freshet {

/// The run itself.
struct ExperimentOptions {
  std::string experiment_name = "run";
  std::filesystem::path run_dir = "runs";
  std::int64_t seed = 0;
  std::optional<std::int64_t> threads;
};
const FieldTable<ExperimentOptions>& experiment_fields();

/// A whole run configuration. Parts of the program get the one part they need.
struct RunConfig {
  ExperimentOptions experiment;
  DataOptions data;
  ModelOptions model;
  TrainingOptions training;
  InferenceOptions inference;
  StateObservationOptions states;
  CrossvalOptions crossval;

  std::size_t threads() const;
};

/// Reads and checks a configuration. InputError lists everything that is wrong: unknown keys, wrong types and ranges, impossible
/// dates, absent files. Relative input paths are taken from the file's own folder, those of `overrides` ("key=value") and
/// run_dir from the current one.
RunConfig load_run_config(const std::filesystem::path& file, const std::vector<std::string>& overrides);

/// The configuration of a run folder, of which only values matter: its data may live elsewhere or be gone.
RunConfig load_stored_config(const std::filesystem::path& file);
/// The same from its text; errors call it `name`.
RunConfig parse_stored_config(const std::string& text, const std::string& name);

/// The resolved configuration: every key with the value in force, sorted by table; load_run_config reads it back.
std::string to_yaml(const RunConfig& config);

/// The part of the configuration that a result's bits depend on, as YAML. Where files lie, and how fast, is left out; what is in
/// lists of basins and in data has to be compared on its own.
std::string decisive_yaml(RunConfig config);

/// All keys, for `config explain`.
std::vector<FieldInfo> all_field_infos();

}  // namespace freshet
