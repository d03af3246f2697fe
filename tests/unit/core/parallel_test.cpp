#include "freshet/core/parallel.hpp"

#include <atomic>
#include <chrono>
#include <limits>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace freshet {
namespace {

TEST(ParallelFor, RunsEveryIndexOnceForAnyNumberOfThreads) {
  for (const std::size_t threads : {0u, 1u, 2u, 7u, 64u}) {
    for (const std::size_t n : {0u, 1u, 5u, 1000u}) {
      std::vector<std::atomic<int>> runs(n);
      parallel_for(n, threads, [&](std::size_t i) { ++runs[i]; });
      for (std::size_t i = 0; i < n; ++i) ASSERT_EQ(runs[i], 1) << threads << " threads, index " << i << " of " << n;
    }
  }
}

TEST(ParallelFor, RethrowsTheLowestFailureAfterAllTasksHaveEnded) {
  for (const std::size_t threads : {1u, 4u}) {
    std::atomic<int> ended = 0;
    std::string message;
    try {
      parallel_for(100, threads, [&](std::size_t i) {
        ++ended;
        if (i % 30 == 17) throw std::runtime_error(std::to_string(i));
      });
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    EXPECT_EQ(message, "17");
    EXPECT_EQ(ended, 100);
  }
}

TEST(ParallelFor, FlushesSubnormalsOnEveryThreadAndRestoresTheCallers) {
  const volatile float smallest = std::numeric_limits<float>::min();
  std::vector<float> halves(64, 1.0f);
  parallel_for(halves.size(), 4, [&](std::size_t i) { halves[i] = smallest / 2; });
#if defined(__x86_64__)
  for (const float half : halves) EXPECT_EQ(half, 0.0f);
#endif
  EXPECT_GT(smallest / 2, 0.0f);
}

TEST(ThreadLimit, HoldsForTheThreadThatSetItAndEndsWithItsScope) {
  const auto threads_used = [] {
    std::mutex mutex;
    std::set<std::thread::id> ids;
    parallel_for(64, 4, [&](std::size_t) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      const std::lock_guard lock(mutex);
      ids.insert(std::this_thread::get_id());
    });
    return ids.size();
  };
  {
    const ThreadLimit limit(2);
    EXPECT_LE(threads_used(), 2u);
    {
      const ThreadLimit one(0);
      EXPECT_EQ(threads_used(), 1u);
    }
    std::size_t elsewhere = 0;
    std::jthread([&] { elsewhere = threads_used(); }).join();
    EXPECT_GT(elsewhere, 2u);
  }
  EXPECT_GT(threads_used(), 2u);
}

TEST(AvailableThreads, AreAtLeastOne) {
  EXPECT_GE(available_threads(), 1u);
}

}  // namespace
}  // namespace freshet
