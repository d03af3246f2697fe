#pragma once

#include <cstdint>
#include <vector>

#include "freshet/data/prepared.hpp"

namespace freshet {

/// One training sample, as offsets: in basin `basin`, the targets are `count` days from index `first` on, and the sequence
/// starts `warm-up` days before. Nothing is copied.
struct Window {
  std::int32_t basin = 0;
  std::int32_t first = 0;
  std::int32_t count = 0;
  bool operator==(const Window&) const = default;
};

/// Target days of the period that no window offers, by cause, and windows dropped.
struct WindowLosses {
  std::int64_t days_without_history = 0;    ///< the record starts less than a warm-up before them
  std::int64_t days_outside_record = 0;     ///< no forcing on that day
  std::int64_t windows_missing_input = 0;   ///< an input is missing in the window (drop_window)
  std::int64_t windows_without_target = 0;  ///< no observation on any of the target days
  std::int64_t days_missing_target = 0;     ///< single days without observation in windows that are used (masked)
};

struct WindowPlan {
  std::vector<Window> windows;
  WindowLosses losses;
};

/// What is standardised once more in a sample, by the sample's own mean and standard deviation over all its days.
struct WindowScaling {
  bool inputs = false;
  bool targets = false;
};

/// How samples are cut: sequences of seq_length steps of which the last predict_last_n are targets.
struct WindowOptions {
  std::int64_t seq_length = 730;
  std::int64_t predict_last_n = 365;
  bool drop_missing_input = true;
  std::int64_t stride = 0;  ///< days from a window to the next, which then overlap or leave gaps, and are whole; 0: tiles

  WindowScaling scaling;

  std::int64_t warm_up() const { return seq_length - predict_last_n; }
  std::int64_t step() const { return stride > 0 ? stride : predict_last_n; }
};

/// Tiles the periods of every basin with windows so that each day is a target once. `phase(basin)` in [0, predict_last_n)
/// is the length of the first, shorter tile (0: none), so that training can move the tiles from epoch to epoch. With a stride
/// windows begin every so many days, the first `phase` in [0, stride) days later, and only whole ones are used.
class WindowPlanner {
 public:
  WindowPlanner(const PreparedData& data, std::vector<Period> periods, WindowOptions options);

  /// With every phase zero.
  WindowPlan plan() const;
  /// Tiles moved at random and windows in random order, both a pure function of (seed, epoch).
  WindowPlan shuffled(std::uint64_t seed, std::int64_t epoch) const;

 private:
  void add_basin(std::int32_t basin, std::int64_t phase, WindowPlan& plan) const;
  void add_window(std::int32_t basin, std::int64_t first, std::int64_t count, WindowPlan& plan) const;

  const PreparedData& data_;
  std::vector<Period> periods_;
  WindowOptions options_;
  std::vector<std::vector<std::int32_t>> missing_inputs_;    ///< [basin][t + 1]: days with a missing input up to t
  std::vector<std::vector<std::int32_t>> missing_forcings_;  ///< likewise, of a process model: nothing can stand in for it
  std::vector<std::vector<std::int32_t>> present_targets_;   ///< [basin][t + 1]: days with any observation up to t
};

}  // namespace freshet
