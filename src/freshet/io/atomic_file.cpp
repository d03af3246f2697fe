#include "freshet/io/atomic_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {
namespace {

/// Between a file's name and the writing process's number in the name of its temporary twin.
constexpr std::string_view kTemporaryMark = ".tmp";

/// No room on the disk, in the quota, or under the limit of the shell.
bool is_full(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  const int error = errno;
  throw EnvironmentError({.what = fmt::format("{}: {}", what, std::strerror(error)),
                          .file = path.string(),
                          .hint = is_full(error)    ? "Free some space and run the same command again; nothing finished was lost."
                                  : error == ENOENT ? "Make the folder first."
                                                    : "Check the folder's permissions."});
}

/// The name of the file that `name` is an unfinished twin of, by a process that is no more; empty: it is no such file.
std::string left_behind(const std::string& name) {
  const std::size_t mark = name.rfind(kTemporaryMark);
  if (mark == std::string::npos) return "";
  const char *number = name.data() + mark + kTemporaryMark.size(), *end = name.data() + name.size();
  pid_t pid = 0;
  const auto read = std::from_chars(number, end, pid);
  const bool is_dead = read.ptr == end && pid > 0 && ::kill(pid, 0) != 0 && errno == ESRCH;
  return is_dead ? name.substr(0, mark) : "";
}

/// A file, and the name it would have had.
using Leftover = std::pair<std::filesystem::path, std::string>;

std::vector<Leftover> leftovers_in(const std::filesystem::path& folder) {
  std::vector<Leftover> found;
  std::error_code ignored;
  for (std::filesystem::directory_iterator it(folder.empty() ? "." : folder, ignored), end; !ignored && it != end;
       it.increment(ignored)) {
    std::string of = left_behind(it->path().filename().string());
    if (!of.empty()) found.emplace_back(it->path(), std::move(of));
  }
  return found;
}

/// A folder is looked through once: many files are written into one.
void remove_leftovers_of(const std::filesystem::path& target) {
  static std::mutex mutex;
  static std::map<std::filesystem::path, std::vector<Leftover>> folders;
  const std::lock_guard lock(mutex);
  const auto [found, is_new] = folders.try_emplace(target.parent_path());
  if (is_new) found->second = leftovers_in(found->first);
  for (const auto& [file, of] : found->second) {
    if (of == target.filename().string()) ::unlink(file.c_str());
  }
}

/// An open file descriptor that is closed, and whose file is removed unless kept.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target)
      : path_(fmt::format("{}{}{}", target.string(), kTemporaryMark, ::getpid())) {
    remove_leftovers_of(target);
  }
  ~TemporaryFile() {
    if (!kept_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

  void move_to(const std::filesystem::path& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) fail(target, "cannot put the finished file in place");
    kept_ = true;
  }

 private:
  std::filesystem::path path_;
  bool kept_ = false;
};

/// What stands at `path`, links followed, so that a link goes on pointing where it did. EnvironmentError if that is no regular
/// file: it would be replaced by one.
std::filesystem::path target_of(const std::filesystem::path& path) {
  std::error_code error;
  const std::filesystem::path target = std::filesystem::weakly_canonical(path, error);
  const auto status = std::filesystem::status(path, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    throw EnvironmentError({.what = "what is to be written exists and is not a regular file", .file = path.string()});
  }
  return target.empty() ? path : target;
}

void write_all(const std::filesystem::path& target, const std::filesystem::path& path, std::span<const std::byte> content) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) fail(target, "cannot create the file");
  std::size_t done = 0;
  while (done < content.size()) {
    const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      errno = error;
      fail(target, "cannot write the file");
    }
    done += static_cast<std::size_t>(n);
  }
  const bool flushed = ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (!flushed) {
    errno = error;
    fail(target, "cannot write the file");
  }
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> content) {
  const std::filesystem::path target = target_of(path);
  TemporaryFile temporary(target);
  write_all(path, temporary.path(), content);
  temporary.move_to(target);
}

void write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  write_file_atomically(path, std::as_bytes(std::span(content.data(), content.size())));
}

void write_file_atomically(const std::filesystem::path& path, const std::function<void(const std::filesystem::path&)>& write) {
  const std::filesystem::path target = target_of(path);
  TemporaryFile temporary(target);
  write(temporary.path());
  const int fd = ::open(temporary.path().c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0 || ::fsync(fd) != 0) fail(path, "cannot write the file");
  ::close(fd);
  temporary.move_to(target);
}

void check_writable(const std::filesystem::path& path) {
  const TemporaryFile temporary(target_of(path));
  write_all(path, temporary.path(), {});
}

void remove_unfinished_files(const std::filesystem::path& folder) {
  for (const auto& [file, of] : leftovers_in(folder)) ::unlink(file.c_str());
}

std::string read_file(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw InputError({.what = fmt::format("cannot open the file: {}", std::strerror(errno)), .file = path.string()});
  std::string content;
  struct stat status {};
  if (::fstat(fd, &status) == 0 && status.st_size > 0) content.reserve(static_cast<std::size_t>(status.st_size));
  char buffer[1 << 16];
  for (;;) {
    const ssize_t n = ::read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      throw InputError({.what = fmt::format("cannot read the file: {}", std::strerror(error)), .file = path.string()});
    }
    if (n == 0) break;
    content.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(fd);
  return content;
}

}  // namespace freshet
