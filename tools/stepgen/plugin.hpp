#pragma once

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string_view>
#include <vector>

#include "stepgen/print_model.hpp"
#include "stepgen/trace.hpp"
#include "stepgen/write_files.hpp"

namespace freshet::stepgen {

/// The program that freshet_add_model builds around a user's model: prints its files and its entry, plugin.cpp, into the folder
/// of the first argument, with kernels for the instruction sets of the others.
template <class M>
int print_plugin(int argc, char** argv) {
  try {
    const std::filesystem::path folder = argv[1];
    const TracedModel model = trace_model<M>();
    write_files(folder, print_model(model, std::vector<std::string_view>(argv + 2, argv + argc)));
    write_if_changed(folder / "plugin.cpp", print_plugin_entry(model.name));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}

}  // namespace freshet::stepgen
