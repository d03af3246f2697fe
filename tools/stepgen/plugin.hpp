#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "stepgen/print_model.hpp"
#include "stepgen/run_generator.hpp"
#include "stepgen/trace.hpp"
#include "stepgen/write_files.hpp"

namespace freshet::stepgen {

/// The program that freshet_add_model builds around a user's model: prints its files and its entry, plugin.cpp, into the folder
/// of the first argument, with kernels for the instruction sets of the others.
template <class M>
int print_plugin(int argc, char** argv) {
  return run_generator([=] {
    const std::filesystem::path folder = argv[1];
    const TracedModel model = trace_model<M>();
    write_files(folder, print_model(model, std::vector<std::string_view>(argv + 2, argv + argc)));
    write_if_changed(folder / "plugin.cpp", print_plugin_entry(model.name));
    return 0;
  });
}

}  // namespace freshet::stepgen
