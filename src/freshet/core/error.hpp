#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// Exit codes of the program, by who is at fault.
enum class ExitCode { kOk = 0, kInput = 2, kEnvironment = 3, kInternal = 70, kInterrupted = 130 };

/// One thing that is wrong, with everything known about where. Empty fields are left out of the text.
struct Problem {
  std::string what;      ///< what is wrong, a clause without a full stop
  std::string file;      ///< path of the file
  std::size_t line = 0;  ///< 1-based line, 0 if not known
  std::size_t column = 0;
  std::string basin;
  std::string date;
  std::string variable;
  std::string expected;
  std::string got;
  std::string hint;
};

/// "file:line:column basin B, date D, variable V: what; expected E, got G. Hint."
std::string to_string(const Problem& problem);

/// Base of all errors Freshet throws. It carries one or more problems; what() is their text, a line each.
class Error : public std::runtime_error {
 public:
  Error(ExitCode code, std::vector<Problem> problems);
  ExitCode exit_code() const { return code_; }
  const std::vector<Problem>& problems() const { return problems_; }

 private:
  ExitCode code_;
  std::vector<Problem> problems_;
};

/// The user's input (data, configuration, arguments) is wrong: exit code 2.
class InputError : public Error {
 public:
  explicit InputError(Problem problem) : Error(ExitCode::kInput, {std::move(problem)}) {}
  explicit InputError(std::vector<Problem> problems) : Error(ExitCode::kInput, std::move(problems)) {}
};

/// The machine does not play along (disk full, no permission, a library missing): exit code 3.
class EnvironmentError : public Error {
 public:
  explicit EnvironmentError(Problem problem) : Error(ExitCode::kEnvironment, {std::move(problem)}) {}
};

/// Freshet itself is wrong: exit code 70.
class InternalError : public Error {
 public:
  explicit InternalError(std::string what) : Error(ExitCode::kInternal, {Problem{.what = std::move(what)}}) {}
};

/// The user stopped the run (SIGINT, SIGTERM) and everything finished was saved: exit code 130.
class Interrupted : public Error {
 public:
  explicit Interrupted(std::string what, std::string hint)
      : Error(ExitCode::kInterrupted, {Problem{.what = std::move(what), .hint = std::move(hint)}}) {}
};

/// The candidate nearest to `word` in edit distance, if near enough to be a likely misspelling; else the shortest one that
/// begins with it.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace freshet
