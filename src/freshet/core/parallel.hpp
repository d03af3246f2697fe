#pragma once

#include <cstddef>
#include <functional>

namespace freshet {

/// The number of cores this process may use.
std::size_t available_threads();

/// Runs task(0) ... task(n - 1), each exactly once, on up to `threads` threads (the caller's included). Which thread runs
/// which task is left open, so tasks write only to places of their own. After all tasks have ended, the exception of the
/// lowest failed index, if any, is rethrown. Every thread flushes subnormal numbers to zero while it works.
void parallel_for(std::size_t n, std::size_t threads, const std::function<void(std::size_t)>& task);

/// While it lives, parallel_for called from this thread uses at most so many threads, whatever it is asked for: several jobs at
/// work side by side in one process share its cores that way.
class ThreadLimit {
 public:
  explicit ThreadLimit(std::size_t threads);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  std::size_t saved_;
};

/// While it lives, subnormal results and operands of this thread count as zero; restores the earlier mode.
class FlushSubnormals {
 public:
  FlushSubnormals();
  ~FlushSubnormals();
  FlushSubnormals(const FlushSubnormals&) = delete;
  FlushSubnormals& operator=(const FlushSubnormals&) = delete;

 private:
  unsigned saved_;
};

}  // namespace freshet
