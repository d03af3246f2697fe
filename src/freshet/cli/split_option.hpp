#pragma once

#include <CLI/CLI.hpp>

#include "freshet/workflow/evaluate.hpp"

namespace freshet::cli {

/// Adds --split, which names the period and the basins.
void add_split(CLI::App& verb, Split& split);

}  // namespace freshet::cli
