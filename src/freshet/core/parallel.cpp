#include "freshet/core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <thread>
#include <vector>

#include <sched.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace freshet {
namespace {

thread_local std::size_t thread_limit = std::numeric_limits<std::size_t>::max();

}  // namespace

std::size_t available_threads() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(std::max(1, CPU_COUNT(&set)));
  return std::max(1u, std::thread::hardware_concurrency());
}

ThreadLimit::ThreadLimit(std::size_t threads) : saved_(thread_limit) {
  thread_limit = std::max<std::size_t>(1, threads);
}

ThreadLimit::~ThreadLimit() {
  thread_limit = saved_;
}

#if defined(__x86_64__)
FlushSubnormals::FlushSubnormals() : saved_(_mm_getcsr()) {
  constexpr unsigned kFlushToZero = 0x8000;
  constexpr unsigned kDenormalsAreZero = 0x0040;
  _mm_setcsr(saved_ | kFlushToZero | kDenormalsAreZero);
}
FlushSubnormals::~FlushSubnormals() {
  _mm_setcsr(saved_);
}
#else
FlushSubnormals::FlushSubnormals() : saved_(0) {}
FlushSubnormals::~FlushSubnormals() = default;
#endif

void parallel_for(std::size_t n, std::size_t threads, const std::function<void(std::size_t)>& task) {
  std::vector<std::exception_ptr> failures(n);
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    const FlushSubnormals flush;
    for (std::size_t i = next++; i < n; i = next++) {
      try {
        task(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  std::vector<std::jthread> helpers;
  const std::size_t extra = std::min({threads, n, thread_limit});
  for (std::size_t k = 1; k < extra; ++k) helpers.emplace_back(work);
  work();
  helpers.clear();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace freshet
