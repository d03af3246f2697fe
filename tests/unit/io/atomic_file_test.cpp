#include "freshet/io/atomic_file.hpp"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

/// While it lives no file of this process can grow past a few bytes, as on a full disk.
class TinyDisk {
 public:
  TinyDisk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &saved_);
    const rlimit tiny{8, saved_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &tiny);
  }
  ~TinyDisk() {
    ::setrlimit(RLIMIT_FSIZE, &saved_);
    std::signal(SIGXFSZ, handler_);
  }
  TinyDisk(const TinyDisk&) = delete;
  TinyDisk& operator=(const TinyDisk&) = delete;

 private:
  void (*handler_)(int);
  rlimit saved_{};
};

TEST(AtomicFile, WritesAndReplacesWholeFilesAndLeavesNothingElse) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.bin";
  const std::string content("first\0second\n", 13);
  write_file_atomically(file, content);
  EXPECT_EQ(read_file(file), content);
  write_file_atomically(file, "short");
  EXPECT_EQ(read_file(file), "short");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(AtomicFile, AFailingWriteLeavesTheOldFileAndNoOther) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a.txt", "old");
  {
    const TinyDisk disk;
    try {
      write_file_atomically(file, std::string(100'000, 'x'));
      ADD_FAILURE() << "the write succeeded";
    } catch (const EnvironmentError& error) {
      EXPECT_EQ(error.problems()[0].file, file.string());
      EXPECT_NE(std::string(error.what()).find("File too large"), std::string::npos) << error.what();
    }
  }
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(AtomicFile, AWriterThatThrowsLeavesTheOldFileAndNoOther) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a.txt", "old");
  const auto write = [](const fs::path& temporary) {
    std::ofstream(temporary) << "half";
    throw std::runtime_error("stop");
  };
  EXPECT_THROW(write_file_atomically(file, write), std::runtime_error);
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(files_in(folder.path()), 1u);
}

TEST(AtomicFile, AWriterGetsATemporaryPathInTheSameFolder) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("a.txt", "old");
  write_file_atomically(file, [&](const fs::path& temporary) {
    EXPECT_EQ(temporary.parent_path(), folder.path());
    std::ofstream(temporary) << "new";
    EXPECT_EQ(read_file(file), "old");
  });
  EXPECT_EQ(read_file(file), "new");
  EXPECT_EQ(files_in(folder.path()), 1u);
  EXPECT_THROW(write_file_atomically(file, [](const fs::path&) {}), EnvironmentError);
  EXPECT_EQ(read_file(file), "new");
}

TEST(AtomicFile, TemporaryFilesOfDeadProcessesAreRemoved) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  const TemporaryFolder folder;
  const fs::path left = folder.write(fmt::format("a.txt.tmp{}", child), "half");
  const fs::path of_other = folder.write(fmt::format("b.txt.tmp{}", child), "half");
  const fs::path alive = folder.write(fmt::format("a.txt.tmp{}", ::getppid()), "half");
  const fs::path no_number = folder.write("a.txt.tmp1x", "whole");
  write_file_atomically(folder.path() / "a.txt", "new");
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(of_other) && fs::exists(alive) && fs::exists(no_number));
  remove_unfinished_files(folder.path());
  EXPECT_FALSE(fs::exists(of_other));
  EXPECT_TRUE(fs::exists(alive) && fs::exists(no_number));
}

TEST(AtomicFile, ErrorsNameTheFile) {
  const TemporaryFolder folder;
  const fs::path nowhere = folder.path() / "absent" / "a.txt";
  EXPECT_THROW(write_file_atomically(nowhere, "x"), EnvironmentError);
  EXPECT_EQ(problem_of([&] { read_file(nowhere); }).file, nowhere.string());
  EXPECT_EQ(problem_of([&] { read_file(folder.path()); }).file, folder.path().string());
}

}  // namespace
}  // namespace freshet
