#include "freshet/workflow/run_config.hpp"

#include <algorithm>

#include "freshet/core/parallel.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/models/model_kind.hpp"
#include "freshet/workflow/calibration_config.hpp"

namespace freshet {
namespace {

template <class Visit>
void for_each_table(RunConfig& config, Visit visit) {
  visit(experiment_fields(), config.experiment);
  visit(data_fields(), config.data);
  visit(model_fields(), config.model);
  visit(process_model_fields(), config.model.process);
  visit(training_fields(), config.training);
  visit(inference_fields(), config.inference);
  visit(state_observation_fields(), config.states);
  visit(crossval_fields(), config.crossval);
}

/// Makes the config's relative input paths absolute, taken from `base`.
void anchor_paths(RunConfig& config, const std::filesystem::path& base) {
  const auto anchor = [&base](std::filesystem::path& path) {
    if (!path.empty() && path.is_relative()) path = base / path;
    path = path.lexically_normal();
  };
  DataOptions& data = config.data;
  anchor(data.data_dir);
  for (auto* file : {&data.train_basin_file, &data.validation_basin_file, &data.test_basin_file, &config.crossval.region_file}) {
    if (*file) anchor(**file);
  }
  if (data.cache_dir && *data.cache_dir != "off") anchor(*data.cache_dir);
  if (config.model.process.plugin) anchor(*config.model.process.plugin);
  anchor_paths(config.states, base);
}

void check_dataset_name(const DataOptions& data, const ConfigSource& source, std::vector<Problem>& problems) {
  if (data.dataset.empty()) return;
  std::vector<std::string> names;
  for (const DatasetKind& kind : dataset_kinds()) names.push_back(kind.name);
  if (std::ranges::find(names, data.dataset) != names.end()) return;
  Problem problem = source.at_key("dataset", "unknown kind of data set");
  problem.expected = fmt::format("one of {}", fmt::join(names, ", "));
  problem.got = data.dataset;
  if (const auto near = nearest(data.dataset, names)) problem.hint = fmt::format("Did you mean `{}`?", *near);
  problems.push_back(problem);
}

void check_experiment_name(const ExperimentOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  if (options.experiment_name.find('/') == std::string::npos && !options.experiment_name.empty()) return;
  Problem problem = source.at_key("experiment_name", "`experiment_name` is part of the run folder's name and cannot be a path");
  problem.got = options.experiment_name;
  problem.hint = "`run_dir` says where run folders go.";
  problems.push_back(problem);
}

void check_clip_targets(const RunConfig& config, const ConfigSource& source, std::vector<Problem>& problems) {
  for (const std::string& name : config.inference.clip_targets_to_zero) {
    if (std::ranges::find(config.data.target_variables, name) == config.data.target_variables.end()) {
      problems.push_back(source.at_key("clip_targets_to_zero", fmt::format("`{}` is not one of `target_variables`", name)));
    }
  }
}

void check_model_inputs(const RunConfig& config, const ConfigSource& source, std::vector<Problem>& problems) {
  const ModelKind& kind = find_model_kind(config.model.model);
  const auto add = [&](const char* key, std::string what, std::string hint) {
    Problem problem = source.at_key(key, std::move(what));
    problem.hint = std::move(hint);
    problems.push_back(problem);
  };
  if (config.model.model == "ealstm" && config.data.static_attributes.empty())
    add("model", "`ealstm` needs `static_attributes`: they alone set its input gate",
        "Name some attributes, or use `model: lstm`.");
  if (config.model.model == "regional_hybrid" && config.data.static_attributes.empty())
    add("model", "`regional_hybrid` needs `static_attributes`: its parameters are learned from them",
        "Name some attributes, or use `model: pseudo_regional_hybrid`.");
  if ((kind.process || kind.per_basin) && config.data.target_variables.size() > 1)
    add("target_variables", fmt::format("`{}` predicts one variable, discharge", config.model.model), "Name one target.");
  if (kind.network && config.data.dynamic_inputs.empty())
    add("dynamic_inputs", "`dynamic_inputs` is empty: the network sees nothing",
        "Name forcing variables; `freshet data check` lists them.");
  const std::string& scaling = config.model.network_input_scaling;
  if (kind.network && (kind.process || kind.per_basin) && scaling != "training" && !config.data.window_stride)
    add("network_input_scaling", "scaling by the sequence needs samples that are whole",
        "Set `window_stride`, e.g. to predict_last_n.");
  if (scaling == "window" && !kind.per_basin)
    add("network_input_scaling", fmt::format("`{}` has no scaling by the samples of a basin", config.model.model),
        "Use training, sequence or discharge.");
  if ((kind.process || kind.per_basin) && config.data.nan_handling_method != "drop_window")
    add("nan_handling_method", fmt::format("`{}` cannot replace missing inputs", config.model.model), "Use drop_window.");
}

}  // namespace

const FieldTable<ExperimentOptions>& experiment_fields() {
  using O = ExperimentOptions;
  const char* g = "Experiment";
  static const FieldTable<O> table = {
      field(g, "experiment_name", &O::experiment_name,
            {.doc = "Name of the run: first part of its folder's name, and title of its report."}),
      field(g, "run_dir", &O::run_dir, {.doc = "Folder in which run folders are created."}),
      field(g, "seed", &O::seed, {.doc = "Seed of all random draws; the same seed gives the same bits.", .min = 0}),
      field(g, "threads", &O::threads,
            {.doc = "Number of threads; none: all cores. Does not change any result.", .min = 1, .max = 1024}),
  };
  return table;
}

std::size_t RunConfig::threads() const {
  return experiment.threads ? static_cast<std::size_t>(*experiment.threads) : available_threads();
}

RunConfig load_run_config(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  refuse_calibration_config(file);
  ConfigSource source = ConfigSource::from_file(file.string());
  RunConfig config;
  std::vector<Problem> problems;
  for_each_table(config, [&](const auto& table, auto& options) { source.read(table, options, problems); });
  anchor_paths(config, std::filesystem::absolute(file).parent_path());
  if (!overrides.empty()) {
    // Again with the overrides on top; a problem they mend is gone, and their own paths count from the current folder.
    for (const std::string& override : overrides) source.set(override);
    problems.clear();
    const RunConfig anchored = config;
    config = {};
    for_each_table(config, [&](const auto& table, auto& options) { source.read(table, options, problems); });
    const auto overridden = [&overrides](const std::string& key) {
      return std::ranges::any_of(overrides, [&key](const std::string& text) { return text.starts_with(key + "="); });
    };
    if (!overridden("data_dir")) config.data.data_dir = anchored.data.data_dir;
    if (!overridden("train_basin_file")) config.data.train_basin_file = anchored.data.train_basin_file;
    if (!overridden("validation_basin_file")) config.data.validation_basin_file = anchored.data.validation_basin_file;
    if (!overridden("test_basin_file")) config.data.test_basin_file = anchored.data.test_basin_file;
    if (!overridden("cache_dir")) config.data.cache_dir = anchored.data.cache_dir;
    if (!overridden("plugin")) config.model.process.plugin = anchored.model.process.plugin;
    if (!overridden("region_file")) config.crossval.region_file = anchored.crossval.region_file;
    if (!overridden("state_observations")) config.states = anchored.states;
    anchor_paths(config, std::filesystem::current_path());
  }
  source.report_unknown_keys(problems);
  check_experiment_name(config.experiment, source, problems);
  check_dataset_name(config.data, source, problems);
  check_data_options(config.data, source, problems);
  check_training_options(config.training, config.data.predict_last_n, !config.data.validation_start_date.empty(),
                         find_model_kind(config.model.model).per_basin, source, problems);
  check_clip_targets(config, source, problems);
  check_model_inputs(config, source, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  return config;
}

RunConfig load_stored_config(const std::filesystem::path& file) {
  refuse_calibration_config(file);
  return parse_stored_config(read_file(file), file.string());
}

RunConfig parse_stored_config(const std::string& text, const std::string& name) {
  ConfigSource source = ConfigSource::from_text(text, name);
  RunConfig config;
  std::vector<Problem> problems;
  for_each_table(config, [&](const auto& table, auto& options) { source.read(table, options, problems); });
  source.report_unknown_keys(problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  return config;
}

std::string to_yaml(const RunConfig& config) {
  YAML::Node map(YAML::NodeType::Map);
  RunConfig copy = config;
  for_each_table(copy, [&map](const auto& table, const auto& options) { write_fields(table, options, map); });
  return YAML::Dump(map) + "\n";
}

std::string decisive_yaml(RunConfig config) {
  const RunConfig standard;
  config.experiment.run_dir = standard.experiment.run_dir;
  config.experiment.experiment_name = standard.experiment.experiment_name;
  config.experiment.threads = standard.experiment.threads;
  config.data.data_dir = ".";
  config.data.cache_dir = standard.data.cache_dir;
  config.data.train_basin_file = config.data.validation_basin_file = config.data.test_basin_file = std::nullopt;
  config.crossval.region_file = std::nullopt;
  config.model.process.plugin = std::nullopt;
  config.states = standard.states;
  return to_yaml(config);
}

std::vector<FieldInfo> all_field_infos() {
  RunConfig config;
  std::vector<FieldInfo> infos;
  for_each_table(config, [&infos](const auto& table, const auto&) { append_infos(table, infos); });
  return infos;
}

}  // namespace freshet
