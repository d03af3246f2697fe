#include "freshet/workflow/calibration_config.hpp"

#include <algorithm>
#include <set>

#include "freshet/core/parallel.hpp"
#include "freshet/data/process_forcing.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/kernels/registry.hpp"

namespace freshet {
namespace {

using D = CalibrationDataOptions;
using P = ProcessOptions;

const FieldTable<D>& data_table() {
  const char* d = "Calibration data";
  const char* s = "Calibration periods";
  std::vector<std::string> pet;
  for (const PetMethod& method : pet_methods()) pet.push_back(method.name);
  static const FieldTable<D> table = {
      field(d, "data_dir", &D::data_dir,
            {.doc = "Forcing and observed discharge: root folder of a data set, a CSV file or a NetCDF file.", .required = true}),
      field(d, "dataset", &D::dataset, {.doc = "Kind of data set (`freshet list datasets`); empty: recognised by its layout."}),
      field(d, "forcings", &D::forcings, {.doc = "Forcing products of camels_us, e.g. daymet; none: the folder's only one."}),
      field(d, "area_source", &D::area_source,
            {.doc = "Basin area by which camels_us discharge becomes mm/day.", .choices = {"header", "gages2", "geospa_fabric"}}),
      field(d, "cache_dir", &D::cache_dir,
            {.doc = "Folder of the binary cache of parsed series; none: $XDG_CACHE_HOME/freshet or ~/.cache/freshet; off: no "
                    "cache."}),
      field(d, "basin_file", &D::basin_file,
            {.doc = "Text file with one basin id per line, # for comments; none: all basins.", .aliases = {"train_basin_file"}}),
      field(d, "pet_method", &D::pet_method,
            {.doc = "Potential evapotranspiration. auto: as given, else oudin.", .choices = pet}),
      field(d, "columns", &D::columns,
            {.doc = "Column to take for a variable, where its usual names do not find it: {precipitation: rain}."}),
      field(d, "latitude", &D::latitude,
            {.doc = "Degrees north, for PET, where the source does not know it.", .min = -90, .max = 90}),
      field(d, "elevation", &D::elevation, {.doc = "Metres, for priestley_taylor, where the source does not know it."}),
      field(s, "train_start_date", &D::train_start_date,
            {.doc = "First day that simulation and observation are compared on.", .required = true}),
      field(s, "train_end_date", &D::train_end_date, {.doc = "Last such day.", .required = true}),
      field(s, "test_start_date", &D::test_start_date,
            {.doc = "First day of the test, on which nothing is fitted; none: no test."}),
      field(s, "test_end_date", &D::test_end_date, {.doc = "Last day of the test."}),
      field(s, "warmup_days", &D::warmup_days,
            {.doc = "Days simulated before the first day of each period, from empty stores; not compared.", .min = 0}),
  };
  return table;
}

const FieldTable<P>& process_table() {
  const char* g = "Calibration";
  static const FieldTable<P> table = {
      field(g, "model", &P::model, {.doc = "Process model (`freshet list models`).", .required = true}),
      field(g, "plugin", &P::plugin,
            {.doc = "Shared library with a model of your own, made with freshet_add_model; none: none."}),
      field(g, "routing", &P::routing,
            {.doc = "Unit hydrograph after the model; its parameters are searched for too.",
             .choices = {"none", "gamma", "triangular"}}),
      field(
          g, "parameter_ranges", &P::parameter_ranges,
          {.doc = "Ranges in place of the model's and within them, or a value to hold a parameter at: {fc: [50, 500], tt: 0}."}),
      field(g, "settings", &P::settings,
            {.doc = "Settings of the model, which divide the day: {infiltration_steps_per_day: 24}; others as the model has them "
                    "(`freshet list models NAME --verbose`)."}),
      field(g, "precision", &P::precision,
            {.doc = "Numbers the simulations of the search run in. Results are simulated in double.",
             .choices = {"single", "double"}}),
      field(
          g, "searches_per_basin", &P::searches_per_basin,
          {.doc = "Independent searches of each basin, with the seeds seed, seed + 1, ...; how far their results are apart shows "
                  "what the data determine.",
           .min = 1,
           .max = 1000}),
      field(g, "points_kept", &P::points_kept,
            {.doc = "Evaluated points kept of each search, evenly spread over it, for dotty plots.", .min = 2}),
      field(g, "save_every", &P::save_every,
            {.doc = "Seconds between savings of all searches' states, from which `freshet resume` goes on.", .min = 0}),
  };
  return table;
}

template <class Visit>
void for_each_table(CalibrationConfig& config, Visit visit) {
  visit(experiment_fields(), config.experiment);
  visit(data_table(), config.data);
  visit(process_table(), config.process);
  visit(calibration::objective_fields(), config.objective);
  visit(calibration::search_fields(), config.search);
  visit(state_observation_fields(), config.states);
}

/// Makes relative input paths absolute, taken from `base`; of keys that are not in `overrides`.
void anchor_paths(CalibrationConfig& config, const std::filesystem::path& base, const std::vector<std::string>& overrides) {
  const auto anchor = [&](const char* key, std::filesystem::path& path) {
    const auto sets = [key](const std::string& text) { return text.starts_with(std::string(key) + "="); };
    const auto from = std::ranges::any_of(overrides, sets) ? std::filesystem::current_path() : base;
    if (!path.empty() && path.is_relative()) path = from / path;
    path = path.lexically_normal();
  };
  anchor("data_dir", config.data.data_dir);
  if (config.data.basin_file) anchor("basin_file", *config.data.basin_file);
  if (config.data.cache_dir && *config.data.cache_dir != "off") anchor("cache_dir", *config.data.cache_dir);
  if (config.process.plugin) anchor("plugin", *config.process.plugin);
  for (auto& [state, observed] : config.states.state_observations) anchor("state_observations", observed.path);
}

void check_dates(const D& data, const ConfigSource& source, std::vector<Problem>& problems) {
  const auto check = [&](const std::string& name, const std::optional<Time>& first, const std::optional<Time>& last) {
    if (first.has_value() != last.has_value()) {
      problems.push_back(source.at_key(name + (first ? "_start_date" : "_end_date"),
                                       fmt::format("`{0}_start_date` and `{0}_end_date` do not pair", name)));
    } else if (first && *last < *first) {
      Problem problem = source.at_key(name + "_end_date", fmt::format("the {} period ends before it starts", name));
      problem.got = fmt::format("{} to {}", to_string(*first), to_string(*last));
      problems.push_back(problem);
    }
  };
  check("train", data.train_start_date, data.train_end_date);
  check("test", data.test_start_date, data.test_end_date);
}

void check_name(const ExperimentOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  if (options.experiment_name.find('/') == std::string::npos && !options.experiment_name.empty()) return;
  problems.push_back(source.at_key("experiment_name", "`experiment_name` is part of the run folder's name and cannot be a path"));
}

}  // namespace

std::size_t CalibrationConfig::threads() const {
  return experiment.threads ? static_cast<std::size_t>(*experiment.threads) : available_threads();
}

Period CalibrationConfig::train_period() const {
  return period_through(*data.train_start_date, *data.train_end_date);
}

std::optional<Period> CalibrationConfig::test_period() const {
  if (!data.test_start_date) return std::nullopt;
  return period_through(*data.test_start_date, *data.test_end_date);
}

CalibrationConfig load_calibration_config(const std::filesystem::path& file, const std::vector<std::string>& overrides) {
  ConfigSource source = ConfigSource::from_file(file.string());
  for (const std::string& override : overrides) source.set(override);
  CalibrationConfig config;
  std::vector<Problem> problems;
  for_each_table(config, [&](const auto& table, auto& options) { source.read(table, options, problems); });
  anchor_paths(config, std::filesystem::absolute(file).parent_path(), overrides);
  source.report_unknown_keys(problems);
  check_name(config.experiment, source, problems);
  check_dates(config.data, source, problems);
  if (!config.data.data_dir.empty() && !std::filesystem::exists(config.data.data_dir)) {
    Problem problem = source.at_key("data_dir", "`data_dir` is no file or folder");
    problem.got = config.data.data_dir.string();
    problems.push_back(problem);
  }
  if (const auto& list = config.data.basin_file; list && !std::filesystem::is_regular_file(*list)) {
    Problem problem = source.at_key("basin_file", "`basin_file` is no regular file, which can be read again");
    problem.got = list->string();
    problems.push_back(problem);
  }
  calibration::check_objective_options(config.objective, source, problems);
  calibration::check_search_options(config.search, source, problems);
  if (!problems.empty()) throw InputError(std::move(problems));
  config.ranges_place = source.at_key("parameter_ranges", "");
  return config;
}

bool is_calibration_config(const std::filesystem::path& file) {
  ConfigSource source = ConfigSource::from_file(file.string());
  if (source.has("dynamic_inputs")) return false;
  std::set<std::string> of_training;
  for (const FieldInfo& info : all_field_infos()) of_training.insert(info.key);
  const auto is_own = [&](const FieldInfo& info) { return !of_training.contains(info.key) && source.has(info.key); };
  if (std::ranges::any_of(calibration_field_infos(), is_own)) return true;
  ProcessOptions process;
  std::vector<Problem> ignored;
  source.read(process_table(), process, ignored);
  return std::ranges::any_of(kernels::models(), [&](const auto* model) { return model->name() == process.model; });
}

void refuse_calibration_config(const std::filesystem::path& file) {
  if (!is_calibration_config(file)) return;
  throw InputError({.what = "this is the configuration of a calibration, which has no trained model",
                    .file = file.string(),
                    .hint =
                        "`freshet calibrate CONFIG` runs it, with --dry-run it checks its data; predictions and scores lie in "
                        "its run folder, other days are run by `freshet simulate --parameters RUN/parameters.csv`."});
}

std::string to_yaml(const CalibrationConfig& config) {
  YAML::Node map(YAML::NodeType::Map);
  CalibrationConfig copy = config;
  for_each_table(copy, [&map](const auto& table, const auto& options) { write_fields(table, options, map); });
  return YAML::Dump(map) + "\n";
}

std::vector<FieldInfo> calibration_field_infos() {
  CalibrationConfig config;
  std::vector<FieldInfo> infos;
  for_each_table(config, [&infos](const auto& table, const auto&) { append_infos(table, infos); });
  return infos;
}

}  // namespace freshet
