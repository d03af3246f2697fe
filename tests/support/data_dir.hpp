#pragma once

#include <cstdlib>
#include <filesystem>

#include <gtest/gtest.h>

/// Defines `variable`, the folder of the real data; where there is none, ends the test as skipped.
#define FRESHET_REQUIRE_DATA_DIR(variable)                                       \
  const char* const variable##_text = std::getenv("FRESHET_DATA_DIR");           \
  if (variable##_text == nullptr) GTEST_SKIP() << "FRESHET_DATA_DIR is not set"; \
  const std::filesystem::path variable = variable##_text
