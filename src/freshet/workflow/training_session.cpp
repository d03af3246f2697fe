#include "freshet/workflow/training_session.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "freshet/core/rng.hpp"
#include "freshet/data/data_check.hpp"
#include "freshet/training/basin_trainer.hpp"
#include "freshet/training/trainer.hpp"
#include "freshet/workflow/run_forcing.hpp"

namespace freshet {
namespace {

/// `count` of the basins drawn by the seed, in order of ids; all if count is 0.
std::vector<std::string> draw_basins(std::vector<std::string> basins, std::int64_t count, std::uint64_t seed) {
  if (count == 0 || count >= static_cast<std::int64_t>(basins.size())) return basins;
  RngStream rng(seed, RngUse::kShuffle, 0, 0xffffffffu);
  for (std::size_t i = basins.size(); i > 1; --i) std::swap(basins[i - 1], basins[rng.below(i)]);
  basins.resize(static_cast<std::size_t>(count));
  std::ranges::sort(basins);
  return basins;
}

/// Scores on days of basins that were trained on are no test.
void warn_of_seen_days(const RunConfig& config, const std::vector<std::string>& tested, const TrainingSession& session,
                       Observer& observer) {
  const auto& trained = session.inputs.basins.at(Split::kTrain);
  std::vector<std::string> both;
  std::ranges::set_intersection(trained, tested, std::back_inserter(both));
  if (both.empty()) return;
  for (const Period& test : split_periods(config.data, Split::kTest)) {
    for (const Period& training : session.periods) {
      if (test.first <= training.last && training.first <= test.last)
        observer.warn(seen_days_warning(test, training, std::to_string(both.size())));
    }
  }
}

/// `data check` has the details; who does not ask it is told at least this.
void warn_of_missing_codes(const std::vector<BasinView>& basins, const DataOptions& options, Observer& observer) {
  std::vector<std::string> names = options.dynamic_inputs;
  names.insert(names.end(), options.target_variables.begin(), options.target_variables.end());
  for (const std::string& name : names) {
    std::vector<std::string> found;
    for (const BasinView& basin : basins) {
      const ColumnView* column = basin.find(name);
      if (column != nullptr && std::ranges::any_of(column->values, [](float value) { return value <= kMissingCode; }))
        found.push_back(basin.basin);
    }
    if (!found.empty())
      observer.warn(fmt::format("`{}` has values of {:g} and less in {} basins, {} first: codes for missing are taken as numbers",
                                name, kMissingCode, found.size(), found.front()));
  }
}

/// Validation that can never give a score is found out before the first epoch.
void check_validation_data(const PreparedData& data, const std::vector<Period>& periods) {
  for (const PreparedBasin& basin : data.basins) {
    for (std::size_t t = 0; t < basin.observed.front().size(); ++t) {
      const Time day = basin.axis.at(static_cast<std::int64_t>(t));
      const bool inside =
          std::ranges::any_of(periods, [day](const Period& period) { return period.first <= day && day <= period.last; });
      if (inside && std::isfinite(basin.observed.front()[t])) return;
    }
  }
  throw InputError({.what = "no validation basin has an observation in the validation period",
                    .got = fmt::format("{} basins, {}", data.basins.size(), to_string(periods.front())),
                    .hint = "Choose other dates, or leave out `validate_every`."});
}

std::unique_ptr<Validator> make_validator(const RunConfig& config, const TrainingSession& session, Observer& observer) {
  if (!config.training.validate_every) return nullptr;
  const auto seed = static_cast<std::uint64_t>(config.experiment.seed);
  const auto basins = draw_basins(session.inputs.basins.at(Split::kValidation), config.training.validate_n_random_basins, seed);
  PredictionRequest request = prediction_request(config, split_periods(config.data, Split::kValidation));
  PreparedData data = prepare_run(config, session.scaler, session.inputs, session.inputs.views(basins), request.periods,
                                  config.inference.warmup_steps, observer);
  check_validation_data(data, request.periods);
  request.options.evaluation_mode = "stateful";
  return std::make_unique<Validator>(std::move(data), std::move(request), config.training.validation_metric);
}

bool scaled_by_window(const RunConfig& config) {
  const ModelKind& kind = find_model_kind(config.model.model);
  return kind.per_basin && kind.network && config.model.network_input_scaling == "window";
}

ScalingRules scaling_rules(const RunConfig& config) {
  const ModelKind& kind = find_model_kind(config.model.model);
  return {.by_basin = kind.per_basin, .raw_targets = kind.process, .by_first_sample = scaled_by_window(config)};
}

WindowOptions window_options(const RunConfig& config) {
  const bool scaled = scaled_by_window(config);
  return {.seq_length = config.data.seq_length,
          .predict_last_n = config.data.predict_last_n,
          .drop_missing_input = !replaces_missing(config),
          .stride = config.data.window_stride.value_or(0),
          .scaling = {.inputs = scaled, .targets = scaled && !find_model_kind(config.model.model).process}};
}

}  // namespace

bool replaces_missing(const RunConfig& config) {
  return config.data.nan_handling_method == "input_replacing";
}

std::shared_ptr<Model> make_model(const RunConfig& config, const Scaler& scaler) {
  const ModelShape shape{.inputs = static_cast<std::int64_t>(config.data.dynamic_inputs.size()),
                         .statics = static_cast<std::int64_t>(config.data.static_attributes.size()),
                         .targets = static_cast<std::int64_t>(config.data.target_variables.size()),
                         .replace_missing = replaces_missing(config),
                         .sets = static_cast<std::int64_t>(scaler.basin_targets.size())};
  return create_model(config.model, shape, static_cast<std::uint64_t>(config.experiment.seed));
}

PreparedData prepare_run(const RunConfig& config, const Scaler& scaler, const RunInputs& inputs,
                         const std::vector<BasinView>& views, const std::vector<Period>& periods, std::int64_t warm_up,
                         Observer& observer) {
  PreparedData data = prepare(views, inputs.attributes, scaler, config.data, config.threads());
  if (find_model_kind(config.model.model).per_basin) {
    std::vector<Problem> problems;
    for (const PreparedBasin& basin : data.basins) {
      if (basin.set < 0)
        problems.push_back({.what = "the run has no model of this basin",
                            .basin = basin.id,
                            .hint = fmt::format("`{}` is trained basin by basin.", config.model.model)});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
  }
  add_run_forcing(data, config, with_warm_up(periods, warm_up, views.front().axis.step_minutes), observer);
  return data;
}

PredictionRequest prediction_request(const RunConfig& config, std::vector<Period> periods) {
  return {.periods = std::move(periods),
          .options = config.inference,
          .seq_length = config.data.seq_length,
          .missing_allowed = replaces_missing(config),
          .clip = clip_flags(config.inference, config.data),
          .resume = {},
          .threads = config.threads()};
}

TrainingSession open_training_session(const RunConfig& config, bool verify_cache, const Scaler* base_scaler, Observer& observer) {
  if (config.data.train_start_date.empty())
    throw InputError(Problem{.what = "training needs `train_start_date` and `train_end_date`"});
  std::vector<Split> splits = {Split::kTrain};
  if (config.training.validate_every) splits.push_back(Split::kValidation);
  TrainingSession session{.inputs = open_inputs(config, splits, verify_cache, observer),
                          .scaler = {},
                          .data = {},
                          .windows = window_options(config),
                          .periods = split_periods(config.data, Split::kTrain),
                          .model = nullptr,
                          .validator = nullptr};
  const std::vector<BasinView> views = session.inputs.views(Split::kTrain);
  check_in_record(views, session.periods, "training period");
  warn_of_missing_codes(views, config.data, observer);
  // What only the evaluation will need is checked now.
  const auto tested = split_basins(config.data, Split::kTest, *session.inputs.dataset);
  const auto test_periods = split_periods(config.data, Split::kTest);
  if (tested == session.inputs.basins.at(Split::kTrain) && !test_periods.empty())
    check_in_record(views, test_periods, "test period");
  warn_of_seen_days(config, tested, session, observer);
  if (base_scaler == nullptr) {
    session.scaler = fit_scaler(views, session.inputs.attributes, config.data, scaling_rules(config));
  } else {
    std::vector<Problem> problems;
    session.scaler = *base_scaler;
    session.scaler.basin_targets = basin_target_statistics(views, config.data, problems);
    if (!problems.empty()) throw InputError(std::move(problems));
  }
  session.model = make_model(config, session.scaler);
  session.data = prepare_run(config, session.scaler, session.inputs, views, session.periods, session.windows.warm_up(), observer);
  session.validator = make_validator(config, session, observer);
  return session;
}

std::unique_ptr<TrainingLoop> make_training_loop(const TrainingSession& session, const RunConfig& config,
                                                 TrainingSettings settings, Observer& observer, const std::atomic<bool>& stop) {
  if (find_model_kind(config.model.model).per_basin) {
    return std::make_unique<BasinTrainer>(dynamic_cast<BasinModels&>(*session.model), session.data, session.validator.get(),
                                          std::move(settings), observer, stop);
  }
  return std::make_unique<Trainer>(*session.model, session.data, session.validator.get(), std::move(settings), observer, stop);
}

void report_losses(const WindowPlan& plan, const TrainingSession& session, Observer& observer) {
  const WindowLosses& lost = plan.losses;
  observer.info(fmt::format("{} basins, {} samples of {} steps with {} target steps each", session.data.basins.size(),
                            plan.windows.size(), session.windows.seq_length, session.windows.predict_last_n));
  const auto note = [&observer](std::int64_t count, const std::string& text) {
    if (count > 0) observer.warn(fmt::format("{} {}", count, text));
  };
  note(lost.days_outside_record, "target days lie outside the forcing record and are not used");
  note(lost.days_without_history, "target days have less than the warm-up of record before them and are not used");
  note(lost.windows_missing_input, "samples have a missing input and are not used (nan_handling_method: drop_window)");
  note(lost.windows_without_target, "samples have no observation and are not used");
  if (lost.days_missing_target > 0)
    observer.info(fmt::format("{} target days without observation are masked", lost.days_missing_target));
}

}  // namespace freshet
