#include "freshet/data/datasets/data_root.hpp"

#include <algorithm>
#include <string>
#include <system_error>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/folder.hpp"

namespace freshet {
namespace {

using std::filesystem::path;

constexpr std::size_t kNamesShown = 8;

std::vector<path> entries(const path& folder) {
  std::vector<path> result;
  std::error_code ignored;  // a folder that may not be read is as good as empty here
  for (std::filesystem::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored)) {
    result.push_back(entry->path());
  }
  std::ranges::sort(result);
  return result;
}

std::vector<path> sub_folders(const std::vector<path>& folders) {
  std::vector<path> result;
  std::error_code ignored;
  for (const path& folder : folders) {
    for (const path& entry : entries(folder)) {
      if (std::filesystem::is_directory(entry, ignored)) result.push_back(entry);
    }
  }
  return result;
}

bool has_landmark(const path& folder, const std::vector<path>& landmarks) {
  std::error_code ignored;
  return std::ranges::any_of(landmarks, [&](const path& mark) { return std::filesystem::is_directory(folder / mark, ignored); });
}

std::string names_of(const std::vector<path>& paths) {
  std::vector<std::string> names;
  for (const path& entry : paths) {
    if (names.size() == kNamesShown) break;
    names.push_back(entry.filename().string());
  }
  if (paths.empty()) return "an empty folder";
  return fmt::format("{}{}", fmt::join(names, ", "),
                     paths.size() > kNamesShown ? fmt::format(" and {} more", paths.size() - kNamesShown) : "");
}

[[noreturn]] void fail_without_root(const path& data_dir, const std::vector<path>& landmarks, std::string_view dataset) {
  std::vector<std::string> marks;
  for (const path& mark : landmarks) marks.push_back(mark.string() + "/");
  Problem problem{.what = fmt::format("this is not the folder of a `{}` data set", dataset),
                  .file = data_dir.string(),
                  .expected = fmt::format("{} in it or up to two folders down", fmt::join(marks, " or ")),
                  .got = names_of(read_folder(data_dir))};
  path above = std::filesystem::absolute(data_dir);
  for (int level = 0; level < 3 && problem.hint.empty(); ++level) {
    above = above.parent_path();
    if (has_landmark(above, landmarks)) problem.hint = fmt::format("Set data_dir to {}.", above.string());
  }
  throw InputError(problem);
}

}  // namespace

path find_data_root(const path& data_dir, const std::vector<path>& landmarks, std::string_view dataset) {
  std::error_code error;
  if (!std::filesystem::is_directory(data_dir, error)) {
    throw InputError({.what = "data_dir is not a folder", .file = data_dir.string(), .hint = error ? error.message() : ""});
  }
  std::vector<path> level = {data_dir};
  for (int depth = 0; depth <= 2; ++depth) {
    std::vector<path> found;
    for (const path& folder : level) {
      if (has_landmark(folder, landmarks)) found.push_back(folder);
    }
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      throw InputError({.what = fmt::format("several folders below hold a `{}` data set", dataset),
                        .file = data_dir.string(),
                        .expected = "one of them as data_dir",
                        .got = names_of(found)});
    }
    if (depth < 2) level = sub_folders(level);
  }
  fail_without_root(data_dir, landmarks, dataset);
}

}  // namespace freshet
