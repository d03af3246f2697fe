#pragma once

#include <chrono>

#include "freshet/core/events.hpp"

namespace freshet::cli {

/// Shows events on standard error: on a terminal a live line with epoch, loss, validation score, basin-days per second and
/// time left; elsewhere plain lines, one for each finished epoch.
class ProgressLine : public Observer {
 public:
  ProgressLine();
  ~ProgressLine() override;
  void on(const Event& event) override;

 private:
  void show(const Note& note);
  void show(const RunStarted& run);
  void show(const StepFinished& step);
  void show(const EpochFinished& epoch);
  void show(const ValidationFinished& validation);
  void show(const CheckpointWritten&) {}
  void show(const Progress& progress);
  void show(const RunFinished& run);

  void print(const std::string& line);
  void redraw(const std::string& line);
  void clear();

  bool terminal_;
  bool drawn_ = false;
  RunStarted run_;
  std::int64_t steps_done_ = 0;  ///< since this start
  double seconds_ = 0;           ///< of those steps
  double smoothed_loss_ = 0;
  double rate_ = 0;  ///< basin-days per second
  std::string validation_;
  std::chrono::steady_clock::time_point last_draw_{};
};

}  // namespace freshet::cli
