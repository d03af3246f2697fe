#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

namespace freshet {

/// The folder a data set's layout starts in: `data_dir` itself, or the only folder one (else two) levels below it that has
/// one of the `landmarks` (relative paths of folders, e.g. "timeseries/csv"). Archives often unpack into a folder of their own.
///
/// Errors: InputError if `data_dir` is no folder, if nothing is found (it tells what was looked for, what is there
/// instead, and the right folder if that lies above), or if several folders qualify.
std::filesystem::path find_data_root(const std::filesystem::path& data_dir, const std::vector<std::filesystem::path>& landmarks,
                                     std::string_view dataset);

}  // namespace freshet
