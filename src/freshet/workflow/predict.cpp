#include "freshet/workflow/predict.hpp"

#include <algorithm>

#include "freshet/workflow/prediction_file.hpp"
#include "freshet/workflow/state_file.hpp"
#include "freshet/workflow/trained_model.hpp"
#include "freshet/workflow/training_session.hpp"

namespace freshet {
namespace {

/// The first day: asked for, or the one the states go on with, or the test period's.
Time first_day(const PredictRequest& request, const std::map<std::string, ResumePoint>& states, const std::vector<Period>& test) {
  if (request.first) return *request.first;
  if (!states.empty()) return states.begin()->second.next;
  if (!test.empty()) return test.front().first;
  throw InputError(Problem{.what = "which days? The run has no test period", .hint = "Give --start and --end."});
}

/// Outputs that cannot be written are found before the run.
void check_outputs(const PredictRequest& request) {
  for (const auto& file : {request.out, request.state_out}) {
    if (!file.empty() && !std::filesystem::is_directory(std::filesystem::absolute(file).parent_path()))
      throw EnvironmentError(
          {.what = "the folder of the output does not exist", .file = file.string(), .hint = "Make it first."});
  }
  const auto same = [](const std::filesystem::path& a, const std::filesystem::path& b) {
    return std::filesystem::weakly_canonical(a) == std::filesystem::weakly_canonical(b);
  };
  if (!request.state_out.empty() && same(request.out, request.state_out))
    throw InputError({.what = "predictions and states would be written to one file", .file = request.out.string()});
}

std::vector<std::string> wanted_basins(const PredictRequest& request, const RunConfig& config) {
  const auto dataset = open_run_dataset(config.data);
  if (!request.basin_file.empty()) return listed_basins(request.basin_file, config.data, *dataset);
  return split_basins(config.data, Split::kTest, *dataset);
}

void check_states(const std::map<std::string, ResumePoint>& states, const std::vector<std::string>& basins,
                  const std::filesystem::path& file) {
  std::vector<Problem> problems;
  for (const std::string& basin : basins) {
    if (!states.contains(basin))
      problems.push_back({.what = "the state file has no state of the basin", .file = file.string(), .basin = basin});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
}

std::map<std::string, ResumePoint> end_states(const std::vector<BasinPrediction>& predictions, const Period& period) {
  std::map<std::string, ResumePoint> ends;
  for (const BasinPrediction& p : predictions) {
    if (!p.end) {
      throw InputError({.what = "no state can be saved: the run does not reach the end of the period",
                        .basin = p.basin,
                        .date = to_string(period),
                        .hint = "Inputs are missing there."});
    }
    ends[p.basin] = *p.end;
  }
  return ends;
}

}  // namespace

std::vector<std::string> predict_run(const std::filesystem::path& run_folder, const PredictRequest& request, Observer& observer) {
  check_outputs(request);
  TrainedModel trained = load_trained_model(run_folder, request.overrides);
  if (trained.model->whole_sequences() && !(request.state_in.empty() && request.state_out.empty()))
    throw InputError({.what = "the model sees each sequence as a whole and cannot go on from a state",
                      .file = trained.folder.config().string(),
                      .variable = "network_input_scaling",
                      .got = trained.config.model.network_input_scaling,
                      .hint = "Predict the whole period at once."});
  const std::string model_hash = hash_weights(*trained.model);
  std::map<std::string, ResumePoint> states;
  if (!request.state_in.empty()) states = read_states(request.state_in, model_hash);
  const std::vector<std::string> basins = wanted_basins(request, trained.config);
  if (!request.state_in.empty()) check_states(states, basins, request.state_in);
  if (!request.state_in.empty() || !request.state_out.empty()) trained.config.inference.evaluation_mode = "stateful";

  const RunInputs inputs = open_inputs_for(trained.config, Split::kTest, basins, observer);
  const std::vector<Period> test = split_periods(trained.config.data, Split::kTest);
  const Time first = first_day(request, states, test);
  Period period{first, {}};
  if (request.last) {
    period = period_through(first, *request.last);
  } else if (!test.empty() && test.back().last >= period.first) {
    period.last = test.back().last;
  } else {
    throw InputError(Problem{.what = "until which day?", .hint = "Give --end."});
  }
  if (period.last < period.first) throw InputError({.what = "the period ends before it starts", .got = to_string(period)});

  check_in_record(inputs.views(Split::kTest), {period}, "period asked for");
  PredictionRequest prediction = prediction_request(trained.config, {period});
  const PreparedData data = prepare_run(trained.config, trained.scaler, inputs, inputs.views(Split::kTest), {period},
                                        states.empty() ? trained.config.inference.warmup_steps : 0, observer);
  prediction.resume = std::move(states);
  observer.info(fmt::format("running {} basins over {}", data.basins.size(), to_string(period)));
  const auto predictions = predict(*trained.model, data, prediction);
  const auto ends = request.state_out.empty() ? std::map<std::string, ResumePoint>() : end_states(predictions, period);
  PredictionSet set = to_prediction_set(predictions, inputs, trained.config);
  add_model_states(set, predictions, *trained.model);
  write_predictions(request.out, set);
  if (!request.state_out.empty()) write_states(request.state_out, ends, model_hash);
  return prediction_remarks(predictions, trained.config);
}

}  // namespace freshet
