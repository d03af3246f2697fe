#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <system_error>

#include <fmt/format.h>

#include "freshet/cli/markdown.hpp"
#include "freshet/cli/progress.hpp"
#include "freshet/cli/registry.hpp"
#include "freshet/cli/unknown_word.hpp"
#include "freshet/core/error.hpp"
#include "freshet/workflow/environment.hpp"

namespace {

std::atomic<bool> stop_requested{false};

/// The first signal asks for a clean end with a checkpoint; a second one ends the program at once.
void request_stop(int signal) {
  if (stop_requested.exchange(true)) {
    std::signal(signal, SIG_DFL);
    std::raise(signal);
  }
}

const std::atomic<bool>& stop_flag() {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    // `nohup` has the last one ignored.
    if (std::signal(signal, request_stop) == SIG_IGN && signal == SIGHUP) std::signal(signal, SIG_IGN);
  }
  return stop_requested;
}

/// An unset shell variable leaves an empty value, or none, and then the next option is taken for one: neither is meant.
void refuse_empty_values(CLI::App& app) {
  const auto check = [](const std::string& value) -> std::string {
    if (value.empty()) return "the value is empty";
    return value.starts_with("--") ? fmt::format("`{}` is an option, not a value", value) : "";
  };
  for (CLI::Option* option : app.get_options([](const CLI::Option* o) { return o->get_items_expected_max() > 0; }))
    option->check(CLI::Validator(check, ""));
  for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) refuse_empty_values(*verb);
}

/// The terminal may be gone, which is no error of its own.
void say(const std::string& text) {
  std::fputs(text.c_str(), stderr);
}

int report(const freshet::Error& error) {
  say(fmt::format("{}\n", error.what()));
  if (error.problems().size() > 1) say(fmt::format("{} problems.\n", error.problems().size()));
  return static_cast<int>(error.exit_code());
}

int run(int argc, char** argv) {
  freshet::cli::ProgressLine progress;
  freshet::cli::Context context{progress, stop_flag};
  CLI::App app("Freshet: physics-aware deep learning for hydrology", "freshet");
  app.require_subcommand(0, 1);
  app.set_version_flag("--version", freshet::version());
  bool markdown = false;
  app.add_flag("--help-markdown", markdown, "Print the reference of all verbs as Markdown");
  for (const freshet::cli::Verb& verb : freshet::cli::verbs()) verb.add(app, context);
  refuse_empty_values(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RuntimeError& error) {
    return error.get_exit_code();  // of a verb that checked something and said what it found
  } catch (const CLI::ParseError& error) {
    if (const auto unknown = freshet::cli::unknown_word(app, argc, argv); unknown && error.get_exit_code() != 0) throw *unknown;
    return app.exit(error) == 0 ? 0 : static_cast<int>(freshet::ExitCode::kInput);
  }
  if (markdown) {
    fmt::print("{}", freshet::cli::help_markdown(app));
  } else if (app.get_subcommands().empty()) {
    fmt::print("{}", app.help());
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes is an error of the write then, and reported as one
  try {
    const int code = run(argc, argv);
    if (std::fflush(stdout) != 0) throw std::system_error(errno, std::generic_category(), "cannot write to standard output");
    return code;
  } catch (const freshet::Error& error) {
    return report(error);
  } catch (const std::bad_alloc&) {
    say("Out of memory.\n");
    return static_cast<int>(freshet::ExitCode::kEnvironment);
  } catch (const std::system_error& error) {
    say(fmt::format("{}.\n", error.what()));
    return static_cast<int>(freshet::ExitCode::kEnvironment);
  } catch (const std::exception& error) {
    say(fmt::format("Internal error: {}\n", error.what()));
    return static_cast<int>(freshet::ExitCode::kInternal);
  }
}
