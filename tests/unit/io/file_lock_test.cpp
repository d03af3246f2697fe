#include "freshet/io/file_lock.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing_support::TemporaryFolder;

TEST(FileLock, IsHeldByOneHolderUntilItEnds) {
  const TemporaryFolder folder;
  {
    const auto lock = FileLock::try_for(folder / "lock");
    ASSERT_TRUE(lock);
    EXPECT_TRUE(lock->is_exclusive());
    EXPECT_FALSE(FileLock::try_for(folder / "lock"));
    EXPECT_TRUE(FileLock::try_for(folder / "other"));
  }
  EXPECT_TRUE(FileLock::try_for(folder / "lock"));
}

TEST(FileLock, EndsWithTheProcessThatHasIt) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::try_for(folder / "lock");
    ::_exit(lock ? 0 : 1);  // without destructors, as a killed process
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(FileLock::try_for(folder / "lock"));
}

TEST(FileLock, WaitsForItsTurn) {
  const TemporaryFolder folder;
  std::atomic<bool> released = false;
  auto first = std::make_unique<FileLock>(FileLock::wait_for(folder / "lock"));
  bool was_released = false;
  std::jthread waiter([&] {
    const FileLock lock = FileLock::wait_for(folder / "lock");
    was_released = released;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  released = true;
  first.reset();
  waiter.join();
  EXPECT_TRUE(was_released);
}

TEST(FileLock, AFolderThatIsNotThereIsNamed) {
  EXPECT_THROW(FileLock::try_for("/nowhere/at/all/lock"), EnvironmentError);
}

}  // namespace
}  // namespace freshet
