#pragma once

#include <optional>

#include <CLI/CLI.hpp>

#include "freshet/core/error.hpp"

namespace freshet::cli {

/// The first verb or option on the command line that `app` does not know, with the nearest one it does; nothing if it knows all.
std::optional<InputError> unknown_word(const CLI::App& app, int argc, const char* const* argv);

}  // namespace freshet::cli
