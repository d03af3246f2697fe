#pragma once

#include <atomic>

#include <CLI/CLI.hpp>

#include "freshet/core/events.hpp"

namespace freshet::cli {

/// What every verb of the program gets: where events go, and the flag that SIGINT and SIGTERM set.
struct Context {
  Observer& observer;
  const std::atomic<bool>& stop;
};

/// A verb: adds its subcommand, whose callback does the work by throwing or returning.
struct Verb {
  const char* name;
  void (*add)(CLI::App& app, Context& context);
};

}  // namespace freshet::cli
