#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/physics/registry.hpp"
#include "stepgen/print_model.hpp"
#include "stepgen/run_generator.hpp"
#include "stepgen/trace.hpp"
#include "stepgen/write_files.hpp"

// stepgen FOLDER SETS MODEL...: prints the kernels of models of physics/registry.hpp for some instruction sets (avx512,avx2,...),
// and all routings, into a folder.

namespace freshet::stepgen {
namespace {

/// @return names that no model has
template <class... M>
std::vector<std::string> print_models(const std::filesystem::path& folder, const std::vector<std::string_view>& sets,
                                      std::vector<std::string> wanted, std::type_identity<std::tuple<M...>>) {
  std::vector<std::string> printed;
  const auto print = [&]<class Model>() {
    const auto found = std::find(wanted.begin(), wanted.end(), Model::kName);
    if (found == wanted.end()) return;
    write_files(folder, print_model(trace_model<Model>(), sets));
    printed.push_back(*found);
    wanted.erase(found);
  };
  (print.template operator()<M>(), ...);
  write_if_changed(folder / "models.cpp", print_model_list(printed));
  return wanted;
}

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> items;
  for (std::size_t end = list.find(','); end != std::string_view::npos; end = list.find(',')) {
    items.push_back(list.substr(0, end));
    list.remove_prefix(end + 1);
  }
  items.push_back(list);
  return items;
}

template <class... R>
std::vector<TracedRouting> trace_all(std::type_identity<std::tuple<R...>>) {
  return {trace_routing<R>()...};
}

int print(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: stepgen FOLDER SETS MODEL...\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = argv[1];
  const auto unknown = print_models(folder, split(argv[2]), {argv + 3, argv + argc}, std::type_identity<physics::Models>{});
  write_if_changed(folder / "routings.cpp", print_routings(trace_all(std::type_identity<physics::Routings>{})));
  for (const std::string& name : unknown) std::fprintf(stderr, "stepgen: there is no model `%s`\n", name.c_str());
  return unknown.empty() ? 0 : 1;
}

}  // namespace
}  // namespace freshet::stepgen

int main(int argc, char** argv) {
  return freshet::stepgen::run_generator([=] { return freshet::stepgen::print(argc, argv); });
}
