#pragma once

#include <cstdio>
#include <exception>

namespace freshet::stepgen {

/// What the main function of a generator returns: the result of `print`, or 1 after an error, whose text is printed.
template <class Print>
int run_generator(Print print) {
  try {
    return print();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace freshet::stepgen
