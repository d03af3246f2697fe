#include "freshet/workflow/calibrate.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <xxhash.h>
#include <nlohmann/json.hpp>

#include "freshet/calibration/driver.hpp"
#include "freshet/core/counted.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/io/checked_file.hpp"
#include "freshet/metrics/summary.hpp"
#include "freshet/workflow/calibration_inputs.hpp"
#include "freshet/workflow/calibration_report.hpp"
#include "freshet/workflow/calibration_results.hpp"
#include "freshet/workflow/environment.hpp"
#include "freshet/workflow/event_log.hpp"
#include "freshet/workflow/run_folder.hpp"

namespace freshet {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

std::filesystem::path state_file(const RunFolder& folder) {
  return folder.checkpoints() / "calibration.cbor";
}

/// The part of the configuration that a calibration's bits depend on. Where files lie, and how fast, is left out.
std::string decisive(CalibrationConfig config) {
  const CalibrationConfig standard;
  config.experiment.run_dir = standard.experiment.run_dir;
  config.experiment.experiment_name = standard.experiment.experiment_name;
  config.experiment.threads = standard.experiment.threads;
  config.data.data_dir = ".";
  config.data.cache_dir = standard.data.cache_dir;
  config.data.basin_file = std::nullopt;
  config.process.plugin = std::nullopt;
  config.process.save_every = standard.process.save_every;
  config.search.max_seconds = standard.search.max_seconds;
  config.states = standard.states;
  return to_yaml(config);
}

/// Which files the results of which state are. Written after all of them.
std::filesystem::path results_list(const RunFolder& folder) {
  return folder.checkpoints() / "results.json";
}

std::string hash_of_state(const RunFolder& folder) {
  const std::string state = read_file(state_file(folder));
  return fmt::format("{:016x}", XXH3_64bits(state.data(), state.size()));
}

void list_results(const RunFolder& folder) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.dir())) {
    if (entry.is_regular_file()) files.push_back(std::filesystem::relative(entry.path(), folder.dir()).generic_string());
  }
  std::ranges::sort(files);
  write_file_atomically(results_list(folder), nlohmann::json{{"state", hash_of_state(folder)}, {"files", files}}.dump(1) + "\n");
}

/// Whether all results of the saved state are there.
bool has_results(const RunFolder& folder) {
  if (!std::filesystem::exists(results_list(folder))) return false;
  try {
    const nlohmann::json list = nlohmann::json::parse(read_file(results_list(folder)));
    const auto files = list.at("files").get<std::vector<std::string>>();
    const auto is_there = [&](const std::string& file) { return std::filesystem::exists(folder.dir() / file); };
    return list.at("state").get<std::string>() == hash_of_state(folder) && std::ranges::all_of(files, is_there);
  } catch (const nlohmann::json::exception&) {
    return false;  // damaged: the results are written again
  }
}

calibration::DriverOptions driver_options(const CalibrationConfig& config) {
  calibration::DriverOptions options{
      .search = config.search, .seeds = {}, .points_kept = static_cast<std::size_t>(config.process.points_kept)};
  for (std::int64_t i = 0; i < config.process.searches_per_basin; ++i)
    options.seeds.push_back(static_cast<std::uint64_t>(config.experiment.seed + i));
  return options;
}

/// A calibration at work: inputs, searches, and the folder they are saved in.
class Session {
 public:
  Session(const CalibrationConfig& config, CalibrationInputs& inputs, const RunFolder& folder, Observer& observer)
      : config_(config),
        inputs_(inputs),
        folder_(folder),
        observer_(observer),
        evaluator_(calibration::make_evaluator(inputs.train)),
        driver_(*evaluator_, inputs.space->dimensions(), inputs.basin_ids(), driver_options(config)) {}

  calibration::Driver& driver() { return driver_; }

  void save() const {
    nlohmann::json state = {{"config", decisive(config_)}, {"data_hash", inputs_.data_hash}, {"driver", driver_.save()}};
    const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(state);
    write_checked_file(state_file(folder_), std::as_bytes(std::span(bytes)));
  }

  void restore() {
    const std::filesystem::path file = state_file(folder_);
    const auto refuse = [&](const char* what, const char* hint) {
      throw InputError({.what = what, .file = file.string(), .hint = hint});
    };
    try {
      const nlohmann::json state = nlohmann::json::from_cbor(read_checked_file(file));
      if (state.at("config").get<std::string>() != decisive(config_))
        refuse("the calibration was begun with other settings than these", "Restore config.yml, or calibrate anew.");
      if (state.at("data_hash").get<std::uint64_t>() != inputs_.data_hash)
        refuse("the data have changed since the calibration was begun", "Restore the data, or calibrate anew.");
      driver_.restore(state.at("driver"));
    } catch (const nlohmann::json::exception& error) {
      throw InputError({.what = std::string("the file is damaged: ") + error.what(), .file = file.string()});
    }
  }

  /// Advances all searches to their end, and writes what they found.
  CalibrationOutcome run(const std::string& verb, const std::atomic<bool>& stop) {
    try {
      return search(verb, stop);
    } catch (const EnvironmentError& error) {
      if (!std::filesystem::exists(state_file(folder_))) throw;
      Problem problem = error.problems().front();
      problem.hint = fmt::format("The states of all searches are saved. Once the cause is mended: `freshet resume {}`.",
                                 folder_.dir().string());
      throw EnvironmentError(std::move(problem));
    }
  }

 private:
  CalibrationOutcome search(const std::string& verb, const std::atomic<bool>& stop) {
    const auto start = Clock::now();
    auto saved = start, told = start;
    for (const Problem& problem : inputs_.refused) observer_.warn(to_string(problem));
    observer_.info(fmt::format("{}: {} of {} by {}, objective {}", verb, counted(driver_.runs().size(), "search", "searches"),
                               counted(inputs_.space->dimensions(), "parameter"), config_.search.method,
                               inputs_.objective->text()));
    while (!driver_.finished()) {
      if (stop) {
        save();
        observer_.on(RunFinished{verb, "interrupted", seconds_since(start)});
        throw Interrupted("the calibration was interrupted; the states of all searches are saved",
                          fmt::format("Go on with `freshet resume {}`.", folder_.dir().string()));
      }
      driver_.advance();
      if (seconds_since(saved) >= config_.process.save_every) {
        save();
        saved = Clock::now();
      }
      if (seconds_since(told) >= 0.2) {
        tell_progress();
        told = Clock::now();
      }
    }
    save();
    CalibrationOutcome outcome = write_results();
    observer_.on(RunFinished{verb, "finished", seconds_since(start)});
    if (!outcome.text.empty()) outcome.report = write_calibration_report(folder_.dir());
    list_results(folder_);
    return outcome;
  }

  void tell_progress() {
    std::vector<double> best;
    for (std::size_t b = 0; b < inputs_.forcing.basins.size(); ++b) best.push_back(driver_.best(b).search->best_value());
    const std::int64_t all = config_.search.max_evaluations * static_cast<std::int64_t>(driver_.runs().size());
    observer_.on(
        Progress{fmt::format("median objective {:.4f}, {} searches at work, evaluations", median_valid(best), driver_.active()),
                 driver_.evaluations(), all});
  }

  CalibrationOutcome write_results() {
    CalibrationOutcome outcome{.run_folder = folder_.dir(), .text = {}, .report = {}, .problems = inputs_.refused};
    for (const EvaluationSummary& summary : write_calibration_results(config_, folder_, inputs_, driver_, outcome.problems))
      outcome.text += to_text(summary);
    observer_.info(counted(driver_.evaluations(), "evaluation"));
    return outcome;
  }

  const CalibrationConfig& config_;
  CalibrationInputs& inputs_;
  const RunFolder& folder_;
  Observer& observer_;
  std::unique_ptr<calibration::Evaluator> evaluator_;
  calibration::Driver driver_;
};

/// Makes the folder with a copy of the basin list, so that it stands alone.
RunFolder make_folder(CalibrationConfig config, const std::filesystem::path& target) {
  const auto list = config.data.basin_file;
  if (list) config.data.basin_file = "basins.txt";
  const std::string basins = list ? read_file(*list) : "";
  RunFolder folder = RunFolder::create(target, to_yaml(config));
  if (list) write_file_atomically(folder.dir() / "basins.txt", basins);
  return folder;
}

}  // namespace

CalibrationOutcome calibrate(const CalibrationConfig& config, const std::filesystem::path& run_folder, Observer& observer,
                             const std::atomic<bool>& stop) {
  const std::filesystem::path target = RunFolder::planned(config.experiment, run_folder);
  RunFolder::check_free(target);
  CalibrationInputs inputs = open_calibration_inputs(config, observer);
  if (stop) throw Interrupted("stopped before the calibration began; nothing was written", "");
  const RunFolder folder = make_folder(config, target);
  write_file_atomically(folder.environment(), environment_json(config.threads(), config.experiment.seed, inputs.data_hash));
  EventLog log(folder.events());
  Observers all;
  all.add(log);
  all.add(observer);
  return Session(config, inputs, folder, all).run("calibrate", stop);
}

CalibrationOutcome resume_calibration(const std::filesystem::path& run_folder, Observer& observer,
                                      const std::atomic<bool>& stop) {
  const RunFolder folder = RunFolder::open_for_training(run_folder);
  const CalibrationConfig config = load_calibration_config(folder.config(), {});
  if (!std::filesystem::exists(state_file(folder))) {
    throw InputError({.what = "the calibration ended before its first state was saved",
                      .file = folder.dir().string(),
                      .hint = fmt::format("Start it again: `freshet calibrate {} --out {}`.", folder.config().string(),
                                          folder.dir().string())});
  }
  CalibrationInputs inputs = open_calibration_inputs(config, observer);
  EventLog log(folder.events(), std::filesystem::exists(folder.events()) ? std::filesystem::file_size(folder.events()) : 0);
  Observers all;
  all.add(log);
  all.add(observer);
  Session session(config, inputs, folder, all);
  session.restore();
  if (session.driver().finished() && has_results(folder))
    throw InputError({.what = "the calibration is finished; there is nothing to resume", .file = folder.dir().string()});
  return session.run("resume", stop);
}

CalibrationOutcome describe_calibration(const CalibrationConfig& config, const std::filesystem::path& run_folder,
                                        Observer& observer) {
  RunFolder::check_free(RunFolder::planned(config.experiment, run_folder));
  const CalibrationInputs inputs = open_calibration_inputs(config, observer);
  const auto searches = static_cast<std::int64_t>(inputs.forcing.basins.size()) * config.process.searches_per_basin;
  std::string text =
      fmt::format("model            {} ({}), routing {}\n", inputs.model->name(), inputs.model->title(), config.process.routing);
  text += fmt::format("basins           {}, {} refused\n", inputs.forcing.basins.size(), inputs.refused.size());
  text += fmt::format("calibration      {}, {} days of warm-up before it\n", to_string(config.train_period()),
                      config.data.warmup_days);
  const auto test = config.test_period();
  text += fmt::format("test             {}\n", test ? to_string(*test) : "none");
  text += fmt::format("PET              {}\n", inputs.forcing.basins.front().pet);
  text += fmt::format("objective        {}\n", inputs.objective->text());
  text += fmt::format("searches         {} by {}, {} each at most\n", searches, config.search.method,
                      counted(config.search.max_evaluations, "evaluation"));
  text += fmt::format("work             {:.3g} simulated days\n", static_cast<double>(searches * config.search.max_evaluations) *
                                                                      static_cast<double>(inputs.train.axis.size));
  text += "parameters\n" + calibration::to_text(*inputs.space);
  return {.run_folder = {}, .text = std::move(text), .report = {}, .problems = inputs.refused};
}

bool is_calibration(const std::filesystem::path& run_folder) {
  return std::filesystem::is_regular_file(run_folder / "config.yml") && is_calibration_config(run_folder / "config.yml");
}

}  // namespace freshet
