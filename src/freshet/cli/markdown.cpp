#include "freshet/cli/markdown.hpp"

#include <fmt/format.h>

namespace freshet::cli {
namespace {

void add_section(const CLI::App& verb, const std::string& parents, std::string& text) {
  const std::string name = parents + " " + verb.get_name();
  if (!verb.get_subcommands({}).empty()) {
    for (const CLI::App* child : verb.get_subcommands({})) add_section(*child, name, text);
    return;
  }
  text += fmt::format("\n## `{}`\n\n{}.\n\n| argument | meaning |\n|---|---|\n", name, verb.get_description());
  for (const CLI::Option* option : verb.get_options()) {
    if (option->get_name() == "--help" || option->get_name() == "-h,--help") continue;
    text += fmt::format("| `{}`{} | {}{} |\n", option->get_name(), option->get_required() ? ", required" : "",
                        option->get_description(),
                        option->get_default_str().empty() ? "" : fmt::format(" (default {})", option->get_default_str()));
  }
}

}  // namespace

std::string help_markdown(const CLI::App& app) {
  std::string text =
      "# Command reference\n\nGenerated from the program (`freshet --help-markdown`); `freshet VERB --help` prints the same. "
      "Exit codes: 0 done, 1 a check found faults, 2 wrong "
      "input, 3 a problem of the machine (disk full, no permission), 70 an internal error of Freshet, 130 stopped by the user "
      "after a checkpoint.\n\n"
      "An argument without dashes is given by its place. Results go to standard output, progress and remarks to standard "
      "error.\n";
  for (const CLI::App* verb : app.get_subcommands({})) add_section(*verb, app.get_name(), text);
  return text;
}

}  // namespace freshet::cli
