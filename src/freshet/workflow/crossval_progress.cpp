#include "freshet/workflow/crossval_progress.hpp"

#include <fmt/format.h>

namespace freshet {
namespace {

/// More folds than these do not fit into a line.
constexpr std::size_t kFoldsShown = 4;

}  // namespace

void CrossvalProgress::info(const std::string& fold, const std::string& text) {
  const std::lock_guard lock(mutex_);
  say(Note::Level::kInfo, fold, text);
}

void CrossvalProgress::warn(const std::string& fold, const std::string& text) {
  const std::lock_guard lock(mutex_);
  say(Note::Level::kWarning, fold, text);
}

void CrossvalProgress::ended(const std::string& fold, bool finished) {
  const std::lock_guard lock(mutex_);
  at_work_.erase(fold);
  if (finished) ++done_;
}

void CrossvalProgress::say(Note::Level level, const std::string& fold, const std::string& text) {
  observer_.on(Note{level, fmt::format("{}: {}", fold, text)});
}

void CrossvalProgress::take(const std::string& fold, const Event& event) {
  const std::lock_guard lock(mutex_);
  Work& work = at_work_[fold];
  if (const auto* note = std::get_if<Note>(&event)) {
    if (note->level == Note::Level::kWarning) say(note->level, fold, note->text);
  } else if (const auto* run = std::get_if<RunStarted>(&event)) {
    work.run = *run;
    say(Note::Level::kInfo, fold,
        fmt::format("{}, {} trainable numbers, {} epochs of about {} steps{}", run->verb, run->parameters, run->epochs,
                    run->steps_per_epoch, run->first_step > 0 ? fmt::format(", from step {} on", run->first_step) : ""));
  } else if (const auto* step = std::get_if<StepFinished>(&event)) {
    work.loss = work.step == 0 && work.epoch == 0 ? step->loss : work.loss + 0.05 * (step->loss - work.loss);
    work.epoch = step->epoch;
    work.step = step->step;
    show();
  } else if (const auto* epoch = std::get_if<EpochFinished>(&event)) {
    say(Note::Level::kInfo, fold,
        fmt::format("epoch {:>3}/{}  loss {:.5f}  {:.0f} s", epoch->epoch, work.run.epochs, epoch->loss, epoch->seconds));
  } else if (const auto* validation = std::get_if<ValidationFinished>(&event)) {
    say(Note::Level::kInfo, fold,
        fmt::format("validation: median {} {:.4f} over {} basins{}", validation->metric, validation->score, validation->basins,
                    validation->best ? ", best so far" : ""));
  } else if (const auto* finished = std::get_if<RunFinished>(&event)) {
    say(Note::Level::kInfo, fold, fmt::format("{}: {} after {:.0f} s", finished->verb, finished->outcome, finished->seconds));
  }
}

void CrossvalProgress::show() {
  std::string text;
  std::size_t shown = 0;
  for (const auto& [fold, work] : at_work_) {
    if (++shown > kFoldsShown) continue;
    text += fmt::format("{} epoch {}/{} step {}/{} loss {:.4f}  ", fold, work.epoch, work.run.epochs, work.step,
                        work.run.steps_per_epoch, work.loss);
  }
  if (shown > kFoldsShown) text += fmt::format("and {} more  ", shown - kFoldsShown);
  observer_.on(Progress{text + "folds done", done_, folds_});
}

}  // namespace freshet
