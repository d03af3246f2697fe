#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "freshet/core/error.hpp"

namespace freshet::testing_support {

/// The problems of the InputError that `call` throws; an empty one, and a failed test, if it throws nothing.
inline std::vector<Problem> problems_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.problems();
  }
  ADD_FAILURE() << "no InputError";
  return {Problem{}};
}

/// The first of them.
inline Problem problem_of(const std::function<void()>& call) {
  return problems_of(call).front();
}

/// All of them as the user reads them, a line each.
inline std::string input_error(const std::function<void()>& call) {
  return InputError(problems_of(call)).what();
}

}  // namespace freshet::testing_support
