// How surely SCE-UA finds the minima of eight functions, by the number of complexes: the tables of docs/theory/calibration.md.
//
//   sce_ua_success_bench

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "support/search_functions.hpp"

namespace freshet::benchmarks {
namespace {

void print_table(const std::string& title, calibration::SearchOptions options) {
  fmt::print("\n{}\n\n| complexes |", title);
  for (const testing::SearchFunction& function : testing::search_functions()) fmt::print(" {} |", function.name);
  fmt::print("\n|---|---|---|---|---|---|---|---|---|\n");
  for (std::int64_t complexes = 2; complexes <= 20; ++complexes) {
    options.sce_complexes = complexes;
    fmt::print("| {} |", complexes);
    for (const testing::SearchFunction& function : testing::search_functions()) {
      const testing::Success success = testing::success_of(options, function);
      fmt::print(" {} ({:.0f}) |", success.found, success.mean_evaluations);
    }
    fmt::print("\n");
  }
}

}  // namespace
}  // namespace freshet::benchmarks

int main() {
  freshet::benchmarks::print_table("Default settings", {});
  freshet::calibration::SearchOptions usual;
  usual.sce_kstop = 10;
  usual.sce_pcento = usual.sce_peps = 0.001;
  freshet::benchmarks::print_table("sce_kstop 10, sce_pcento 0.001, sce_peps 0.001", usual);
  return 0;
}
