#include "stepgen/write_files.hpp"

#include <fstream>
#include <sstream>

#include "freshet/core/error.hpp"

namespace freshet::stepgen {

void write_if_changed(const std::filesystem::path& path, const std::string& text) {
  std::ifstream old(path, std::ios::binary);
  std::ostringstream had;
  had << old.rdbuf();
  if (old && had.str() == text) return;
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file) throw EnvironmentError({.what = "the generated file cannot be written", .file = path.string()});
}

void write_files(const std::filesystem::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, text] : files) write_if_changed(folder / name, text);
}

}  // namespace freshet::stepgen
