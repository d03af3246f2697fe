#include "freshet/io/folder.hpp"

#include <algorithm>
#include <system_error>

#include "freshet/core/error.hpp"

namespace freshet {

std::vector<std::filesystem::path> read_folder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    entries.push_back(it->path());
  const bool absent = error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory;
  if (error && !absent) {
    throw EnvironmentError({.what = "cannot read the folder: " + error.message(),
                            .file = folder.string(),
                            .hint = "Check the folder's permissions."});
  }
  std::ranges::sort(entries);
  return entries;
}

}  // namespace freshet
