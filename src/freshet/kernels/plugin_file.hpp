#pragma once

#include <filesystem>
#include <string>

namespace freshet::kernels {

/// Loading a shared library that was cut off ends the process: its pages are mapped, and some are not there. So what its ELF
/// headers promise is compared with the file's size first.
/// @returns what is wrong, a clause; empty: nothing was found
std::string library_fault(const std::filesystem::path& path);

}  // namespace freshet::kernels
