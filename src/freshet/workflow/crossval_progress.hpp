#pragma once

#include <map>
#include <mutex>
#include <string>

#include "freshet/core/events.hpp"

namespace freshet {

/// What several folds at work at once tell, as one stream that can be read: notes that name their fold, and one line of progress
/// for all. Everything they tell is in their own event logs.
class CrossvalProgress {
 public:
  /// @param done  folds that are finished already
  CrossvalProgress(Observer& observer, std::size_t folds, std::size_t done)
      : observer_(observer), folds_(static_cast<std::int64_t>(folds)), done_(static_cast<std::int64_t>(done)) {}

  void info(const std::string& fold, const std::string& text);
  void warn(const std::string& fold, const std::string& text);
  /// The fold is at work no longer.
  void ended(const std::string& fold, bool finished);

 private:
  friend class FoldObserver;
  struct Work {
    RunStarted run;
    std::int64_t epoch = 0, step = 0;
    double loss = 0;  ///< smoothed
  };
  void take(const std::string& fold, const Event& event);
  void say(Note::Level level, const std::string& fold, const std::string& text);
  void show();

  std::mutex mutex_;
  Observer& observer_;
  std::int64_t folds_;
  std::int64_t done_;
  std::map<std::string, Work> at_work_;
};

/// The observer of one fold.
class FoldObserver : public Observer {
 public:
  FoldObserver(CrossvalProgress& progress, std::string fold) : progress_(progress), fold_(std::move(fold)) {}
  void on(const Event& event) override { progress_.take(fold_, event); }

 private:
  CrossvalProgress& progress_;
  std::string fold_;
};

}  // namespace freshet
