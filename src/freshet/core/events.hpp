#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace freshet {

/// What a running verb tells the outside. The library emits these and prints nothing; the terminal's progress line, the
/// JSON-lines log of the run folder and the report are readers of the same stream.

/// A plain remark, in order: information, or a warning the user should see.
struct Note {
  enum class Level { kInfo, kWarning } level = Level::kInfo;
  std::string text;
};

struct RunStarted {
  std::string verb;
  std::string run_dir;
  std::int64_t epochs = 0;
  std::int64_t steps_per_epoch = 0;
  std::int64_t first_step = 0;  ///< > 0 when resumed
  std::int64_t parameters = 0;  ///< trainable numbers of the model
};

/// After each optimiser step.
struct StepFinished {
  std::int64_t epoch = 0;  ///< 1-based
  std::int64_t step = 0;   ///< 1-based within the epoch
  double loss = 0;
  std::int64_t target_days = 0;  ///< basin-days with an observation that entered the loss
  double seconds = 0;
};

struct EpochFinished {
  std::int64_t epoch = 0;
  double loss = 0;  ///< mean over the epoch's steps, weighted by target days
  double learning_rate = 0;
  double seconds = 0;
  double model_seconds = 0;  ///< of these, spent in the model's forward and backward
  std::int64_t target_days = 0;
  double gradient_norm = 0;  ///< mean over the epoch's steps, before clipping: what clip_gradient_norm is chosen by
};

struct ValidationFinished {
  std::int64_t epoch = 0;
  std::string metric;
  double score = 0;  ///< median over basins
  std::int64_t basins = 0;
  bool best = false;
};

struct CheckpointWritten {
  std::string path;
  std::int64_t epoch = 0;
  std::int64_t step = 0;
};

/// Progress of any countable work that is not a training step.
struct Progress {
  std::string what;
  std::int64_t done = 0;
  std::int64_t total = 0;
};

struct RunFinished {
  std::string verb;
  std::string outcome;  ///< "finished", "early stopping", "interrupted"
  double seconds = 0;
};

using Event =
    std::variant<Note, RunStarted, StepFinished, EpochFinished, ValidationFinished, CheckpointWritten, Progress, RunFinished>;

/// Receives events, always from one thread at a time.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on(const Event& event) = 0;

  void info(std::string text) { on(Note{Note::Level::kInfo, std::move(text)}); }
  void warn(std::string text) { on(Note{Note::Level::kWarning, std::move(text)}); }
};

/// Hands every event to several observers, in order.
class Observers : public Observer {
 public:
  void add(Observer& observer) { observers_.push_back(&observer); }
  void on(const Event& event) override {
    for (Observer* observer : observers_) observer->on(event);
  }

 private:
  std::vector<Observer*> observers_;
};

}  // namespace freshet
