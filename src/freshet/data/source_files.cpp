#include "freshet/data/source_files.hpp"

#include <sys/stat.h>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <xxhash.h>

#include "freshet/core/error.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {

std::string stamp_of_files(const std::vector<std::filesystem::path>& files) {
  std::string stamp;
  for (const std::filesystem::path& file : files) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
      throw InputError({.what = fmt::format("cannot open the file: {}", std::strerror(errno)), .file = file.string()});
    }
    stamp += fmt::format("{}\t{}\t{}.{:09}\n", file.string(), status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  }
  return stamp;
}

std::uint64_t hash_of_files(const std::vector<std::filesystem::path>& files) {
  const std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> state(XXH3_createState(), &XXH3_freeState);
  XXH3_64bits_reset(state.get());
  for (const std::filesystem::path& file : files) {
    const std::string content = read_file(file);
    XXH3_64bits_update(state.get(), content.data(), content.size());
  }
  return XXH3_64bits_digest(state.get());
}

}  // namespace freshet
