#include "freshet/cli/progress.hpp"

#include <unistd.h>
#include <cstdio>

#include <fmt/format.h>

namespace freshet::cli {
namespace {

std::string duration(double seconds) {
  const auto total = static_cast<std::int64_t>(seconds + 0.5);
  if (total >= 3600) return fmt::format("{} h {:02} min", total / 3600, total / 60 % 60);
  if (total >= 60) return fmt::format("{} min {:02} s", total / 60, total % 60);
  return fmt::format("{} s", total);
}

}  // namespace

ProgressLine::ProgressLine() : terminal_(isatty(STDERR_FILENO) != 0) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::on(const Event& event) {
  std::visit([this](const auto& e) { show(e); }, event);
}

void ProgressLine::clear() {
  if (drawn_) std::fputs("\r\033[K", stderr);
  drawn_ = false;
}

void ProgressLine::print(const std::string& line) {
  clear();
  std::fputs((line + "\n").c_str(), stderr);  // throws nothing where the terminal is gone
  std::fflush(stderr);
}

void ProgressLine::redraw(const std::string& line) {
  const auto now = std::chrono::steady_clock::now();
  if (!terminal_ || now - last_draw_ < std::chrono::milliseconds(100)) return;
  last_draw_ = now;
  std::fputs(("\r\033[K" + line).c_str(), stderr);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::show(const Note& note) {
  print(note.level == Note::Level::kWarning ? "warning: " + note.text : note.text);
}

void ProgressLine::show(const RunStarted& run) {
  run_ = run;
  print(fmt::format("{} {}: {} trainable numbers, {} epochs of about {} steps{}", run.verb, run.run_dir, run.parameters,
                    run.epochs, run.steps_per_epoch, run.first_step > 0 ? fmt::format(", from step {} on", run.first_step) : ""));
}

void ProgressLine::show(const StepFinished& step) {
  ++steps_done_;
  seconds_ += step.seconds;
  const double weight = steps_done_ < 20 ? 1.0 / static_cast<double>(steps_done_) : 0.05;
  smoothed_loss_ += weight * (step.loss - smoothed_loss_);
  if (step.seconds > 0) rate_ += weight * (static_cast<double>(step.target_days) / step.seconds - rate_);
  const std::int64_t total = run_.epochs * run_.steps_per_epoch;
  const std::int64_t left = std::max<std::int64_t>(0, total - run_.first_step - steps_done_);
  redraw(fmt::format("epoch {}/{}  step {}/{}  loss {:.4f}{}  {:.0f} basin-days/s  {} left", step.epoch, run_.epochs, step.step,
                     run_.steps_per_epoch, smoothed_loss_, validation_, rate_,
                     duration(static_cast<double>(left) * seconds_ / static_cast<double>(steps_done_))));
}

void ProgressLine::show(const EpochFinished& epoch) {
  print(fmt::format("epoch {:>3}/{}  loss {:.5f}  learning rate {:.2g}  {}  {:.0f} basin-days/s", epoch.epoch, run_.epochs,
                    epoch.loss, epoch.learning_rate, duration(epoch.seconds),
                    epoch.seconds > 0 ? static_cast<double>(epoch.target_days) / epoch.seconds : 0.0));
}

void ProgressLine::show(const ValidationFinished& validation) {
  validation_ = fmt::format("  {} {:.3f}", validation.metric, validation.score);
  print(fmt::format("           validation: median {} {:.4f} over {} basins{}", validation.metric, validation.score,
                    validation.basins, validation.best ? ", best so far" : ""));
}

void ProgressLine::show(const Progress& progress) {
  redraw(fmt::format("{}  {}/{}", progress.what, progress.done, progress.total));
}

void ProgressLine::show(const RunFinished& run) {
  print(fmt::format("{}: {} after {}", run.verb, run.outcome, duration(run.seconds)));
}

}  // namespace freshet::cli
