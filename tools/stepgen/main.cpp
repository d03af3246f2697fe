#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/physics/registry.hpp"
#include "stepgen/print_model.hpp"
#include "stepgen/trace.hpp"

// stepgen FOLDER: prints the kernels of every model and routing of physics/registry.hpp into a folder. A file whose text does
// not change is left alone, so that only what changed is compiled again. stepgen --list prints the models' names.

namespace freshet::stepgen {
namespace {

void write_if_changed(const std::filesystem::path& path, const std::string& text) {
  std::ifstream old(path, std::ios::binary);
  std::ostringstream had;
  had << old.rdbuf();
  if (old && had.str() == text) return;
  std::ofstream(path, std::ios::binary) << text;
}

template <class... M>
void print_all(const std::filesystem::path& folder, std::type_identity<std::tuple<M...>>) {
  std::vector<std::string> names;
  const auto print = [&](const TracedModel& model) {
    for (const auto& [name, text] : print_model(model)) write_if_changed(folder / name, text);
    names.push_back(model.name);
  };
  (print(trace_model<M>()), ...);
  write_if_changed(folder / "models.cpp", print_model_list(names));
}

template <class... R>
std::vector<TracedRouting> trace_all(std::type_identity<std::tuple<R...>>) {
  return {trace_routing<R>()...};
}

template <class... M>
void list(std::type_identity<std::tuple<M...>>) {
  (std::puts(std::string(M::kName).c_str()), ...);
}

}  // namespace
}  // namespace freshet::stepgen

int main(int argc, char** argv) {
  using namespace freshet;
  if (argc != 2) {
    std::fputs("usage: stepgen FOLDER | --list\n", stderr);
    return 2;
  }
  if (std::string_view(argv[1]) == "--list") {
    stepgen::list(std::type_identity<physics::Models>{});
    return 0;
  }
  stepgen::print_all(argv[1], std::type_identity<physics::Models>{});
  stepgen::write_if_changed(std::filesystem::path(argv[1]) / "routings.cpp",
                            stepgen::print_routings(stepgen::trace_all(std::type_identity<physics::Routings>{})));
  return 0;
}
