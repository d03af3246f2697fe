#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace freshet::cli {

/// The reference page of all verbs: a section each, with its options as a table.
std::string help_markdown(const CLI::App& app);

}  // namespace freshet::cli
