// Runs one target on many made inputs, or on the files named: target [NUMBER | FILE...]. The first finding is written to
// finding-<target> in the working directory and ends the program with exit code 1 (or by the signal).
#include <unistd.h>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"
#include "mutator.hpp"
#include "target.hpp"

// A sanitizer's finding ends in abort(), where the input is kept.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "abort_on_error=1:detect_leaks=0";
}

namespace freshet::fuzz {
namespace {

std::string current;
std::string finding;

void keep_finding() {
  const int file = open(finding.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return;
  if (write(file, current.data(), current.size()) != static_cast<ssize_t>(current.size())) unlink(finding.c_str());
  close(file);
}

extern "C" void on_signal(int number) {
  keep_finding();
  std::signal(number, SIG_DFL);
  std::raise(number);
}

/// False for a finding.
bool survives(const std::string& what) {
  try {
    attack(current);
    return true;
  } catch (const InputError&) {
    return true;
  } catch (const std::exception& error) {
    keep_finding();
    fmt::print(stderr, "{}: {}\nThe input is in {}\n", what, error.what(), finding);
    return false;
  }
}

int run(int argc, char** argv) {
  finding = "finding-" + std::filesystem::path(argv[0]).filename().string();
  for (const int number : {SIGSEGV, SIGABRT, SIGFPE, SIGBUS, SIGILL}) std::signal(number, on_signal);
  std::uint64_t inputs = 20000;
  const std::string_view first = argc > 1 ? argv[1] : "";
  const auto [end, error] = std::from_chars(first.data(), first.data() + first.size(), inputs);
  if (argc > 1 && (error != std::errc() || end != first.data() + first.size())) {
    for (int i = 1; i < argc; ++i) {
      current = read_file(argv[i]);
      if (!survives(argv[i])) return 1;
    }
    return 0;
  }
  const Mutator mutator(seeds());
  for (std::uint64_t n = 0; n < inputs; ++n) {
    current = mutator.input(n);
    if (!survives(fmt::format("input {}", n))) return 1;
  }
  fmt::print("{} inputs, nothing found\n", inputs);
  return 0;
}

}  // namespace
}  // namespace freshet::fuzz

int main(int argc, char** argv) {
  return freshet::fuzz::run(argc, argv);
}
