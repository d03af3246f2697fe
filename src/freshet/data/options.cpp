#include "freshet/data/options.hpp"

#include <algorithm>
#include <sstream>

#include "freshet/data/basin_id.hpp"
#include "freshet/data/process_forcing.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

struct SplitKeys {
  std::string name;
  const std::vector<Time>& start;
  const std::vector<Time>& end;
};

SplitKeys keys_of(const DataOptions& options, Split split) {
  switch (split) {
    case Split::kTrain:
      return {"train", options.train_start_date, options.train_end_date};
    case Split::kValidation:
      return {"validation", options.validation_start_date, options.validation_end_date};
    case Split::kTest:
      return {"test", options.test_start_date, options.test_end_date};
  }
  throw InternalError("unknown split");
}

void check_dates(const SplitKeys& keys, const ConfigSource& source, std::vector<Problem>& problems) {
  const std::string key = keys.name + "_end_date";
  if (keys.start.size() != keys.end.size()) {
    Problem problem = source.at_key(keys.end.empty() ? keys.name + "_start_date" : key,
                                    fmt::format("`{}_start_date` and `{}` do not pair", keys.name, key));
    problem.expected = "as many end dates as start dates";
    problem.got = fmt::format("{} and {}", keys.start.size(), keys.end.size());
    problems.push_back(problem);
    return;
  }
  std::vector<Period> periods;
  for (std::size_t i = 0; i < keys.start.size(); ++i) {
    const Period period = period_through(keys.start[i], keys.end[i]);
    if (period.last < period.first) {
      Problem problem = source.at_key(key, fmt::format("the {} period ends before it starts", keys.name));
      problem.got = fmt::format("{} to {}", to_string(keys.start[i]), to_string(keys.end[i]));
      problems.push_back(problem);
    }
    periods.push_back(period);
  }
  std::ranges::sort(periods);
  for (std::size_t i = 1; i < periods.size(); ++i) {
    if (periods[i].first <= periods[i - 1].last) {
      problems.push_back(source.at_key(
          key, fmt::format("the {} periods {} and {} overlap", keys.name, to_string(periods[i - 1]), to_string(periods[i]))));
    }
  }
}

void check_basin_file(const std::optional<std::filesystem::path>& file, const std::string& key, const ConfigSource& source,
                      std::vector<Problem>& problems) {
  if (!file) return;
  try {
    read_basin_list(*file);
  } catch (const InputError& error) {
    for (Problem problem : error.problems()) {
      if (problem.line == 0) {
        Problem at = source.at_key(key, problem.what);
        at.got = file->string();
        at.hint = problem.hint;
        problem = at;
      }
      problems.push_back(problem);
    }
  }
}

void check_not_empty(const std::vector<std::string>& list, const std::string& key, const ConfigSource& source,
                     std::vector<Problem>& problems) {
  if (!list.empty() || !source.has(key)) return;  // a key that is not there was complained of before
  Problem problem = source.at_key(key, fmt::format("`{}` is empty", key));
  problem.expected = "at least one variable";
  problems.push_back(problem);
}

/// With today's flow as input a model would only have to copy it.
void check_no_target_is_input(const DataOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  for (const std::string& name : options.target_variables) {
    if (std::ranges::find(options.dynamic_inputs, name) != options.dynamic_inputs.end())
      problems.push_back(source.at_key("dynamic_inputs", fmt::format("`{}` is a target, of the same day, too", name)));
  }
}

template <class List>
void check_unique(const List& list, const std::string& key, const ConfigSource& source, std::vector<Problem>& problems) {
  auto sorted = list;
  std::ranges::sort(sorted);
  const auto twin = std::ranges::adjacent_find(sorted);
  if (twin != sorted.end()) problems.push_back(source.at_key(key, fmt::format("`{}` lists `{}` twice", key, *twin)));
}

std::vector<std::string> pet_choices() {
  std::vector<std::string> names;
  for (const PetMethod& method : pet_methods()) names.push_back(method.name);
  return names;
}

}  // namespace

std::string to_string(Split split) {
  switch (split) {
    case Split::kTrain:
      return "train";
    case Split::kValidation:
      return "validation";
    case Split::kTest:
      return "test";
  }
  return "";
}

const FieldTable<DataOptions>& data_fields() {
  using O = DataOptions;
  const char* d = "Data";
  const char* s = "Splits";
  const char* w = "Samples";
  const char* f = "Forcing of process models";
  static const FieldTable<O> table = {
      field(d, "dataset", &O::dataset, {.doc = "Kind of data set (`freshet list datasets`).", .required = true}),
      field(d, "data_dir", &O::data_dir, {.doc = "Root folder of the data set.", .required = true}),
      field(d, "forcings", &O::forcings,
            {.doc = "Forcing products of camels_us, e.g. daymet; none: the folder's only one. With several, each column's name "
                    "ends in its product: prcp(mm/day)_daymet."}),
      field(d, "area_source", &O::area_source,
            {.doc = "Basin area by which camels_us discharge (ft3/s) becomes mm/day: of the forcing file's header, or attribute "
                    "area_gages2 or area_geospa_fabric.",
             .choices = {"header", "gages2", "geospa_fabric"}}),
      field(
          d, "cache_dir", &O::cache_dir,
          {.doc =
               "Folder of the binary cache of parsed series; none: $XDG_CACHE_HOME/freshet or ~/.cache/freshet; off: no cache."}),
      field(d, "dynamic_inputs", &O::dynamic_inputs,
            {.doc = "Forcing variables that the network sees at every step, by column name (`freshet data check` lists them); "
                    "temperature is the mean of least and greatest where there is no such column."}),
      field(d, "target_variables", &O::target_variables,
            {.doc = "What the model predicts, by column name. Scores and reports are of the first.",
             .aliases = {"target_variable"},
             .required = true}),
      field(d, "static_attributes", &O::static_attributes,
            {.doc = "Static attributes the model sees at every step, by column name; empty: none.",
             .aliases = {"camels_attributes"}}),
      field(s, "train_basin_file", &O::train_basin_file,
            {.doc = "Text file with one basin id per line, # for comments; none: all basins of the data set."}),
      field(s, "validation_basin_file", &O::validation_basin_file, {.doc = "Basins to validate on; none: the training basins."}),
      field(s, "test_basin_file", &O::test_basin_file, {.doc = "Basins to test on; none: the training basins."}),
      field(s, "train_start_date", &O::train_start_date,
            {.doc = "First target day of training, YYYY-MM-DD or DD/MM/YYYY; a list for several periods. Warm-up is taken from "
                    "the days before."}),
      field(s, "train_end_date", &O::train_end_date,
            {.doc = "Last target day of training, the whole of it; as many as first days."}),
      field(s, "validation_start_date", &O::validation_start_date, {.doc = "First day of validation (or a list)."}),
      field(s, "validation_end_date", &O::validation_end_date, {.doc = "Last day of validation (or a list)."}),
      field(s, "test_start_date", &O::test_start_date, {.doc = "First day of the test (or a list)."}),
      field(s, "test_end_date", &O::test_end_date, {.doc = "Last day of the test (or a list)."}),
      field(w, "seq_length", &O::seq_length,
            {.doc = "Steps in one training sample: warm-up, then targets. Also the length of the windows of windowed evaluation.",
             .min = 1,
             .max = 100000}),
      field(w, "predict_last_n", &O::predict_last_n,
            {.doc = "How many of a sample's last steps are targets; those before are warm-up. 1 is sequence-to-one, more is "
                    "sequence-to-sequence. Samples are cut so that each target day occurs once per epoch.",
             .min = 1}),
      field(w, "window_stride", &O::window_stride,
            {.doc = "Days from the first target of a sample to that of the next; samples overlap where it is less than "
                    "predict_last_n, and all are whole. none: predict_last_n, and the last sample of a period may be shorter.",
             .min = 1}),
      field(w, "nan_handling_method", &O::nan_handling_method,
            {.doc = "What to do where inputs are missing. drop_window: samples that touch such a day are left out and counted. "
                    "input_replacing: a learned value stands in for the missing input, and a flag tells the model so.",
             .choices = {"drop_window", "input_replacing"}}),
      field(f, "pet_method", &O::pet_method,
            {.doc = "Potential evapotranspiration. auto: as given, else oudin.", .choices = pet_choices()}),
      field(f, "columns", &O::columns,
            {.doc = "Column to take for a variable, where its usual names do not find it: {precipitation: rain}."}),
      field(f, "latitude", &O::latitude,
            {.doc = "Degrees north, for PET, where the data set does not know it.", .min = -90, .max = 90}),
      field(f, "elevation", &O::elevation, {.doc = "Metres, for priestley_taylor, where the data set does not know it."}),
  };
  return table;
}

std::vector<Period> split_periods(const DataOptions& options, Split split) {
  const SplitKeys keys = keys_of(options, split);
  std::vector<Period> periods;
  for (std::size_t i = 0; i < std::min(keys.start.size(), keys.end.size()); ++i)
    periods.push_back(period_through(keys.start[i], keys.end[i]));
  std::ranges::sort(periods);
  return periods;
}

std::optional<std::filesystem::path> basin_file(const DataOptions& options, Split split) {
  if (split == Split::kValidation && options.validation_basin_file) return options.validation_basin_file;
  if (split == Split::kTest && options.test_basin_file) return options.test_basin_file;
  return options.train_basin_file;
}

void check_data_options(const DataOptions& options, const ConfigSource& source, std::vector<Problem>& problems) {
  for (const Split split : {Split::kTrain, Split::kValidation, Split::kTest})
    check_dates(keys_of(options, split), source, problems);
  check_basin_file(options.train_basin_file, "train_basin_file", source, problems);
  check_basin_file(options.validation_basin_file, "validation_basin_file", source, problems);
  check_basin_file(options.test_basin_file, "test_basin_file", source, problems);
  check_not_empty(options.target_variables, "target_variables", source, problems);
  check_no_target_is_input(options, source, problems);
  check_unique(options.dynamic_inputs, "dynamic_inputs", source, problems);
  check_unique(options.target_variables, "target_variables", source, problems);
  check_unique(options.static_attributes, "static_attributes", source, problems);
  if (!options.data_dir.empty() && !std::filesystem::is_directory(options.data_dir)) {
    Problem problem = source.at_key("data_dir", "the data folder does not exist");
    problem.got = options.data_dir.string();
    problems.push_back(problem);
  }
  if (options.predict_last_n > options.seq_length) {
    Problem problem = source.at_key("predict_last_n", "`predict_last_n` is longer than the sample");
    problem.expected = fmt::format("at most seq_length, {}", options.seq_length);
    problem.got = std::to_string(options.predict_last_n);
    problems.push_back(problem);
  }
}

std::vector<ListedBasin> read_basin_list(const std::filesystem::path& file) {
  std::error_code ignored;
  if (!std::filesystem::exists(file, ignored)) {
    throw InputError({.what = "there is no such list of basins",
                      .file = file.string(),
                      .hint = "Ids are given as a file with one id per line."});
  }
  std::istringstream text(read_file(file));
  std::vector<ListedBasin> basins;
  std::string line;
  for (std::size_t number = 1; std::getline(text, line); ++number) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos || line[begin] == '#') continue;
    const std::string id = line.substr(begin, line.find_last_not_of(" \t\r") - begin + 1);
    if (id.find_first_of(" \t,;") != std::string::npos) {
      throw InputError({.what = "more than one word on a line of the basin list",
                        .file = file.string(),
                        .line = number,
                        .expected = "one basin id a line",
                        .got = "`" + id + "`"});
    }
    if (std::ranges::find(basins, id, &ListedBasin::id) != basins.end()) {
      throw InputError({.what = "the basin is listed twice", .file = file.string(), .line = number, .basin = id});
    }
    if (auto problem = check_basin_id(id, {.file = file.string(), .line = number})) throw InputError(std::move(*problem));
    basins.push_back({id, number});
  }
  if (basins.empty()) throw InputError({.what = "the basin list is empty", .file = file.string(), .line = 1});
  return basins;
}

}  // namespace freshet
