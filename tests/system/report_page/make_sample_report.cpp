// make_sample_report FOLDER: writes the sample pages that report_page_test.mjs and comparison_page_test.mjs look at, and
// expected.json with values the report must decode.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "freshet/report/html_report.hpp"
#include "sample_comparison.hpp"
#include "sample_run.hpp"

namespace {

using namespace freshet;

void write(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

/// Every 97th value of some basins' series; null where missing.
nlohmann::json expected_values(const RunResult& run) {
  nlohmann::json expected = nlohmann::json::array();
  for (std::size_t basin = 0; basin < run.basins.size(); basin += 11) {
    const BasinResult& result = run.basins[basin];
    for (std::size_t i = 0; i < result.observed.size(); i += 97) {
      expected.push_back({{"basin", basin},
                          {"i", i},
                          {"observed", result.observed[i]},
                          {"simulated", result.simulated[i]},
                          {"precipitation", result.precipitation[i]}});
    }
  }
  return expected;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_sample_report FOLDER\n";
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  std::filesystem::create_directories(folder);
  const RunResult usual = samples::made_up_run(120, 10, 1);
  write(folder / "usual.html", render_html_report(usual));
  write(folder / "expected.json", expected_values(usual).dump());
  write(folder / "large.html", render_html_report(samples::made_up_run(401, 10, 1)));
  write(folder / "bare.html", render_html_report(samples::bare_run()));
  write(folder / "hostile.html", render_html_report(samples::hostile_run()));
  write(folder / "world.html", render_html_report(samples::world_run()));
  write(folder / "empty.html", render_html_report({.title = "No basins"}));
  write(folder / "comparison.html", render_comparison_page(samples::made_up_comparison(150)));
  write(folder / "comparison_bare.html", render_comparison_page(samples::bare_comparison()));
  write(folder / "comparison_hostile.html", render_comparison_page(samples::hostile_comparison()));
  return 0;
}
