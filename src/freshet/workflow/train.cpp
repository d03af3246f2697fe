#include "freshet/workflow/train.hpp"

#include <chrono>

#include <nlohmann/json.hpp>

#include "freshet/io/atomic_file.hpp"
#include "freshet/workflow/environment.hpp"
#include "freshet/workflow/event_log.hpp"
#include "freshet/workflow/run_folder.hpp"
#include "freshet/workflow/trained_model.hpp"
#include "freshet/workflow/training_session.hpp"

namespace freshet {
namespace {

constexpr const char* kLogLength = "events.bytes";
constexpr const char* kModules = "modules";
constexpr const char* kScaler = "scaler";
constexpr const char* kConfig = "config";

/// What a training's bits depend on: cross-validation is nothing to a single run.
std::string decisive(RunConfig config) {
  config.crossval = {};
  return decisive_yaml(std::move(config));
}

/// Goes on only with the configuration and the scaling that the checkpoint was made with. One of an earlier version lacks keys,
/// which have their defaults then, or the notes altogether.
void check_same_settings(const Checkpoint& checkpoint, const RunConfig& config, const Scaler& scaler, const RunFolder& folder) {
  const auto require_same = [](const std::string& then, const std::string& now, const std::filesystem::path& file) {
    if (then == now) return;
    throw InputError({.what = "the run's last checkpoint was made with other settings than these",
                      .file = file.string(),
                      .hint = "Restore it. To train on with other settings use `freshet finetune`."});
  };
  if (!checkpoint.notes.contains(kConfig)) return;
  const RunConfig then = parse_stored_config(checkpoint.notes.at(kConfig), "configuration of the checkpoint");
  require_same(decisive(then), decisive(config), folder.config());
  require_same(checkpoint.notes.at(kScaler), scaler.to_json(), folder.scaler());
}

/// Models of single basins are trained on in their own basins.
void check_same_basins(const Scaler& base_scaler, const TrainingSession& session, const RunFolder& base) {
  std::vector<Problem> problems;
  const auto& now = session.scaler.basin_targets;
  for (const auto& [basin, scaling] : now) {
    if (!base_scaler.basin_targets.contains(basin))
      problems.push_back({.what = "the run has no model of this basin to train on", .file = base.dir().string(), .basin = basin});
  }
  for (const auto& [basin, scaling] : base_scaler.basin_targets) {
    if (!now.contains(basin))
      problems.push_back({.what = "the run's model of this basin would be lost",
                          .file = base.dir().string(),
                          .basin = basin,
                          .hint = "Name all basins of the run in `train_basin_file`."});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

/// `modules`: the parts of the model that train, empty for all.
TrainingSettings trainer_settings(const RunConfig& config, const TrainingSession& session, const RunFolder& folder,
                                  const std::vector<std::string>& modules, EventLog& log) {
  return {.options = config.training,
          .windows = session.windows,
          .periods = session.periods,
          .seed = static_cast<std::uint64_t>(config.experiment.seed),
          .threads = config.threads(),
          .checkpoint_dir = folder.checkpoints(),
          .notes = [&log, modules, config = decisive(config), scaler = session.scaler.to_json()] {
            return std::map<std::string, std::string>{{kLogLength, std::to_string(log.size())},
                                                      {kModules, nlohmann::json(modules).dump()},
                                                      {kConfig, config},
                                                      {kScaler, scaler}};
          }};
}

/// The windows of an epoch without shifts. InputError if there is none, saying where the days went.
WindowPlan plan_of(const TrainingSession& session) {
  WindowPlan plan = WindowPlanner(session.data, session.periods, session.windows).plan();
  if (!plan.windows.empty()) return plan;
  const WindowLosses& lost = plan.losses;
  throw InputError({.what = "no training sample is left",
                    .got = fmt::format("{} target days outside the record, {} with less than {} days of record before them, {} "
                                       "samples with missing inputs, {} without observation",
                                       lost.days_outside_record, lost.days_without_history, session.windows.warm_up(),
                                       lost.windows_missing_input, lost.windows_without_target),
                    .hint = "`freshet data check` shows the records and their gaps."});
}

/// Announces the run, trains, announces the end; an interruption is announced too.
void run_trainer(const std::string& verb, const RunConfig& config, TrainingSession& session, const RunFolder& folder,
                 TrainingLoop& trainer, Observer& observer) {
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&start] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  observer.on(RunStarted{verb, folder.dir().string(), config.training.epochs, trainer.steps_in(plan_of(session)),
                         trainer.progress().global_step, parameter_count(*session.model)});
  try {
    const std::string outcome = trainer.run();
    observer.on(RunFinished{verb, outcome, seconds()});
  } catch (const Interrupted&) {
    observer.on(RunFinished{verb, "interrupted", seconds()});
    throw;
  }
}

std::filesystem::path start_training(const std::string& verb, const RunConfig& config, TrainingSession& session,
                                     const std::vector<std::string>& modules, const TrainRequest& request, Observer& observer,
                                     const std::atomic<bool>& stop) {
  const WindowPlan plan = plan_of(session);  // nothing is written for a run that cannot start
  if (stop) throw Interrupted("stopped before the training began; nothing was written", "");
  const RunFolder folder = RunFolder::create(config, request.run_folder);
  write_file_atomically(folder.scaler(), session.scaler.to_json());
  write_file_atomically(folder.environment(), environment_json(config, session.inputs));
  EventLog log(folder.events());
  Observers all;
  all.add(log);
  all.add(observer);
  report_losses(plan, session, all);
  const auto trainer = make_training_loop(session, config, trainer_settings(config, session, folder, modules, log), all, stop);
  run_trainer(verb, config, session, folder, *trainer, all);
  return folder.dir();
}

}  // namespace

std::filesystem::path train(const RunConfig& config, const TrainRequest& request, Observer& observer,
                            const std::atomic<bool>& stop) {
  use_one_thread_per_tensor_operation();
  RunFolder::check_free(RunFolder::planned(config.experiment, request.run_folder));
  TrainingSession session = open_training_session(config, request.verify_cache, nullptr, observer);
  return start_training("train", config, session, {}, request, observer, stop);
}

std::filesystem::path finetune(const std::filesystem::path& base_run, const RunConfig& config,
                               const std::vector<std::string>& modules, const TrainRequest& request, Observer& observer,
                               const std::atomic<bool>& stop) {
  use_one_thread_per_tensor_operation();
  RunFolder::check_free(RunFolder::planned(config.experiment, request.run_folder));
  const RunFolder base = RunFolder::open(base_run);
  check_same_model(load_stored_config(base.config()), config, base.config());
  const Scaler scaler = base.load_scaler();
  TrainingSession session = open_training_session(config, request.verify_cache, &scaler, observer);
  if (find_model_kind(config.model.model).per_basin) check_same_basins(scaler, session, base);
  const auto weights = TrainingLoop::model_weights(base.checkpoints());
  load_weights(*session.model, "", read_tensor_file(weights), weights.string());
  if (!modules.empty()) train_only(*session.model, modules);
  return start_training("finetune", config, session, modules, request, observer, stop);
}

std::filesystem::path resume(const std::filesystem::path& run_folder, Observer& observer, const std::atomic<bool>& stop) {
  use_one_thread_per_tensor_operation();
  const RunFolder folder = RunFolder::open_for_training(run_folder);
  const RunConfig config = folder.load_config();
  const auto path = TrainingLoop::last_checkpoint(folder.checkpoints());
  if (!std::filesystem::exists(path)) {
    std::string hint =
        fmt::format("Start it again: `freshet train {} --out {}`.", folder.config().string(), folder.dir().string());
    try {
      RunFolder::check_free(folder.dir());
    } catch (const InputError&) {
      hint = "Train anew, in another folder: this one holds results.";
    }
    throw InputError({.what = "the run ended before its first checkpoint", .file = folder.dir().string(), .hint = hint});
  }
  const Checkpoint checkpoint = read_checkpoint(path);
  if (checkpoint.progress.finished)
    throw InputError({.what = "the run is finished; there is nothing to resume",
                      .file = folder.dir().string(),
                      .hint = "To train it further use `freshet finetune`."});

  const Scaler scaler = folder.load_scaler();
  check_same_settings(checkpoint, config, scaler, folder);
  TrainingSession session = open_training_session(config, false, &scaler, observer);
  check_same_data(folder.environment(), session.inputs);
  std::vector<std::string> modules;
  if (checkpoint.notes.contains(kModules))
    modules = nlohmann::json::parse(checkpoint.notes.at(kModules)).get<std::vector<std::string>>();
  if (!modules.empty()) train_only(*session.model, modules);
  EventLog log(folder.events(), std::stoull(checkpoint.notes.at(kLogLength)));
  Observers all;
  all.add(log);
  all.add(observer);
  report_losses(plan_of(session), session, observer);  // the log has it already
  const auto trainer = make_training_loop(session, config, trainer_settings(config, session, folder, modules, log), all, stop);
  trainer->restore(checkpoint, path.string());
  run_trainer("resume", config, session, folder, *trainer, all);
  return folder.dir();
}

TrainingSize check_training(const RunConfig& config, Observer& observer) {
  use_one_thread_per_tensor_operation();
  const TrainingSession session = open_training_session(config, false, nullptr, observer);
  const auto samples = static_cast<std::int64_t>(plan_of(session).windows.size());
  return {.samples = samples,
          .steps_per_epoch = steps_per_epoch(config.training, samples),
          .parameters = parameter_count(*session.model)};
}

TrainingState training_state(const std::filesystem::path& run_folder) {
  const auto path = TrainingLoop::last_checkpoint(RunFolder::open(run_folder).checkpoints());
  if (!std::filesystem::exists(path)) return TrainingState::kNone;
  return read_checkpoint(path).progress.finished ? TrainingState::kFinished : TrainingState::kUnderWay;
}

std::string describe_training(const RunConfig& config, const TrainRequest& request, Observer& observer) {
  use_one_thread_per_tensor_operation();
  RunFolder::check_free(RunFolder::planned(config.experiment, request.run_folder));
  const TrainingSession session = open_training_session(config, request.verify_cache, nullptr, observer);
  const WindowPlan plan = plan_of(session);
  const auto windows = static_cast<std::int64_t>(plan.windows.size());
  std::uintmax_t bytes = 0;
  std::size_t files = 0;
  for (const BasinView& view : session.inputs.store->basins()) {
    for (const auto& source : session.inputs.dataset->sources(view.basin)) {
      bytes += std::filesystem::file_size(source);
      ++files;
    }
  }
  report_losses(plan, session, observer);
  std::string periods;
  for (const Period& period : session.periods) periods += (periods.empty() ? "" : ", ") + to_string(period);
  const std::int64_t steps = steps_per_epoch(config.training, windows);
  return fmt::format(
      "run folder      {}\ndata            {} {}, {} basins, {} files, {:.1f} MB\ntraining        {}\nsamples         {} of {} "
      "steps, the last {} targets\n"
      "model           {}, {} trainable numbers\nwork            {} epochs of {} steps with {} samples each, cut into {} "
      "shards\nNothing was started.\n",
      RunFolder::planned(config.experiment, request.run_folder).string(), config.data.dataset, config.data.data_dir.string(),
      session.inputs.store->basins().size(), files, static_cast<double>(bytes) / 1e6, periods, windows, config.data.seq_length,
      config.data.predict_last_n, config.model.model, parameter_count(*session.model), config.training.epochs, steps,
      config.training.batch_size, config.training.shards);
}

}  // namespace freshet
