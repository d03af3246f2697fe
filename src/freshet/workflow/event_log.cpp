#include "freshet/workflow/event_log.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <nlohmann/json.hpp>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

using Json = nlohmann::ordered_json;

struct ToJson {
  Json operator()(const Note& e) const {
    return {{"event", e.level == Note::Level::kWarning ? "warning" : "note"}, {"text", e.text}};
  }
  Json operator()(const RunStarted& e) const {
    return {{"event", "run_started"},     {"verb", e.verb},
            {"epochs", e.epochs},         {"steps_per_epoch", e.steps_per_epoch},
            {"first_step", e.first_step}, {"parameters", e.parameters}};
  }
  Json operator()(const StepFinished& e) const {
    return {{"event", "step"},     {"epoch", e.epoch}, {"step", e.step}, {"loss", e.loss}, {"target_days", e.target_days},
            {"seconds", e.seconds}};
  }
  Json operator()(const EpochFinished& e) const {
    return {{"event", "epoch"},
            {"epoch", e.epoch},
            {"loss", e.loss},
            {"learning_rate", e.learning_rate},
            {"seconds", e.seconds},
            {"model_seconds", e.model_seconds},
            {"target_days", e.target_days},
            {"gradient_norm", e.gradient_norm}};
  }
  Json operator()(const ValidationFinished& e) const {
    return {{"event", "validation"}, {"epoch", e.epoch},   {"metric", e.metric},
            {"score", e.score},      {"basins", e.basins}, {"best", e.best}};
  }
  Json operator()(const CheckpointWritten& e) const {
    return {{"event", "checkpoint"},
            {"file", std::filesystem::path(e.path).filename().string()},
            {"epoch", e.epoch},
            {"step", e.step}};
  }
  Json operator()(const Progress& e) const {
    return {{"event", "progress"}, {"what", e.what}, {"done", e.done}, {"total", e.total}};
  }
  Json operator()(const RunFinished& e) const {
    return {{"event", "run_finished"}, {"verb", e.verb}, {"outcome", e.outcome}, {"seconds", e.seconds}};
  }
};

}  // namespace

std::string to_json_line(const Event& event) {
  Json json = std::visit(ToJson{}, event);
  json["time"] = fmt::format("{:%FT%TZ}", fmt::gmtime(std::time(nullptr)));
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

EventLog::EventLog(const std::filesystem::path& path, std::uint64_t keep_bytes) : path_(path) {
  if (keep_bytes > 0 && std::filesystem::exists(path) && std::filesystem::file_size(path) > keep_bytes)
    std::filesystem::resize_file(path, keep_bytes);
  file_.open(path, keep_bytes > 0 ? std::ios::app : std::ios::trunc);
  if (!file_) throw EnvironmentError({.what = "cannot write the event log", .file = path.string()});
}

void EventLog::on(const Event& event) {
  if (std::holds_alternative<StepFinished>(event) || std::holds_alternative<Progress>(event)) return;
  file_ << to_json_line(event) << '\n' << std::flush;
  if (!file_) throw EnvironmentError({.what = "cannot write the event log", .file = path_.string(), .hint = "Is the disk full?"});
}

std::uint64_t EventLog::size() {
  return static_cast<std::uint64_t>(file_.tellp());
}

}  // namespace freshet
