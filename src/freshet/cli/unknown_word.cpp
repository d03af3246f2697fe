#include "freshet/cli/unknown_word.hpp"

#include <cctype>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace freshet::cli {
namespace {

InputError unknown(const std::string& word, const std::string& kind, const std::string& verb,
                   const std::vector<std::string>& known) {
  const auto near = nearest(word, known);
  return InputError({.what = fmt::format("`{}` is not {} of `{}`", word, kind, verb),
                     .hint = near ? fmt::format("Did you mean `{}`?", *near) : fmt::format("See `{} --help`.", verb)});
}

std::vector<std::string> option_names(const CLI::App& verb) {
  std::vector<std::string> names;
  for (const CLI::Option* option : verb.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

}  // namespace

std::optional<InputError> unknown_word(const CLI::App& app, int argc, const char* const* argv) {
  const CLI::App* verb = &app;
  std::string path = app.get_name();
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word.size() > 2 && word.starts_with("--") && std::isalpha(static_cast<unsigned char>(word[2])) != 0) {
      const std::string name = word.substr(0, word.find('='));
      if (verb->get_option_no_throw(name) == nullptr) return unknown(name, "an option", path, option_names(*verb));
      continue;
    }
    const std::vector<const CLI::App*> children = verb->get_subcommands([](const CLI::App*) { return true; });
    if (children.empty() || word.starts_with("-")) continue;
    const CLI::App* found = nullptr;
    std::vector<std::string> names;
    for (const CLI::App* child : children) {
      names.push_back(child->get_name());
      if (names.back() == word) found = child;
    }
    if (found == nullptr) return unknown(word, "a verb", path, names);
    verb = found;
    path += " " + word;
  }
  return std::nullopt;
}

}  // namespace freshet::cli
