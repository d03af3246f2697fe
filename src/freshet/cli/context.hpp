#pragma once

#include <atomic>

#include <CLI/CLI.hpp>

#include "freshet/core/events.hpp"

namespace freshet::cli {

/// What every verb of the program gets: where events go, and how to be stopped by SIGINT and SIGTERM. From the call of
/// `stop_flag` on they set the flag it returns; in a verb that never calls it they end the program at once.
struct Context {
  Observer& observer;
  const std::atomic<bool>& (*stop_flag)();
};

/// A verb: adds its subcommand, whose callback does the work by throwing or returning.
struct Verb {
  const char* name;
  void (*add)(CLI::App& app, Context& context);
};

}  // namespace freshet::cli
