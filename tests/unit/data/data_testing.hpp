#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"

namespace freshet::testing_support {

/// An empty folder that goes away with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string(test->test_suite_name()) + "_" + test->name() + "_" + std::to_string(::getpid());
    std::ranges::replace(name, '/', '_');
    path_ = std::filesystem::temp_directory_path() / ("freshet_" + name);
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  /// Writes a file, with the folders it needs.
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = path_ / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

 private:
  std::filesystem::path path_;
};

/// Keeps what a store tells.
class Recorder : public Observer {
 public:
  void on(const Event& event) override {
    if (const auto* note = std::get_if<Note>(&event); note != nullptr && note->level == Note::Level::kWarning) {
      warnings.push_back(note->text);
    }
    if (const auto* progress = std::get_if<Progress>(&event)) steps.push_back(*progress);
  }
  std::vector<std::string> warnings;
  std::vector<Progress> steps;
};

/// The problems of the InputError that `call` throws; none, and a failed test, if it throws nothing.
inline std::vector<Problem> problems_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.problems();
  }
  ADD_FAILURE() << "no InputError";
  return {Problem{}};
}

inline Problem problem_of(const std::function<void()>& call) {
  return problems_of(call).front();
}

}  // namespace freshet::testing_support

/// The folder of real data, or the end of the test.
#define FRESHET_REQUIRE_DATA_DIR(variable)                                       \
  const char* const variable##_text = std::getenv("FRESHET_DATA_DIR");           \
  if (variable##_text == nullptr) GTEST_SKIP() << "FRESHET_DATA_DIR is not set"; \
  const std::filesystem::path variable = variable##_text
