#include "files.hpp"

#include <unistd.h>
#include <algorithm>
#include <fstream>

#include "freshet/io/atomic_file.hpp"

namespace freshet::fuzz {
namespace {

namespace fs = std::filesystem;

/// A file in memory where the system has such a place.
class ScratchFile {
 public:
  ScratchFile() {
    const fs::path memory = "/dev/shm";
    const fs::path folder = fs::is_directory(memory) ? memory : fs::temp_directory_path();
    path_ = folder / ("freshet_fuzz_" + std::to_string(::getpid()));
  }
  ~ScratchFile() {
    std::error_code ignored;
    fs::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

std::vector<std::string> fixtures(const std::string& folder, const std::string& extension) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(FRESHET_FIXTURES) / folder)) {
    if (entry.is_regular_file() && entry.path().extension() == extension) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<std::string> contents;
  for (const fs::path& path : paths) contents.push_back(read_file(path));
  return contents;
}

std::string first_lines(const std::string& fixture, int lines) {
  const std::string whole = read_file(fs::path(FRESHET_FIXTURES) / fixture);
  std::size_t end = 0;
  for (; lines > 0 && end < whole.size(); --lines) end = std::min(whole.size(), whole.find('\n', end)) + 1;
  return whole.substr(0, end);
}

fs::path as_file(std::string_view input) {
  static const ScratchFile scratch;
  std::ofstream file(scratch.path(), std::ios::binary | std::ios::trunc);
  file.write(input.data(), static_cast<std::streamsize>(input.size()));
  return scratch.path();
}

}  // namespace freshet::fuzz
