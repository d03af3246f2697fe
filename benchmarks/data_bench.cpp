// Times of reading a CAMELS-US folder: from its text files, with and without writing the cache, and from the cache.
//
//   data_bench DATA_DIR [THREADS [PRODUCT]]
//
// A first reading brings the files into the page cache and is shown apart. The others are repeated; both ends of the range are
// shown.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <system_error>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/data/series_store.hpp"

namespace {

using namespace freshet;

class Silent : public Observer {
 public:
  void on(const Event&) override {}
};

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// User and system time of all threads of this process so far.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto in_seconds = [](const timeval& t) { return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec); };
  return in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
}

double peak_memory_mib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void report(const char* what, int repeats, const std::function<void()>& work) {
  std::vector<double> times;
  const double cpu_before = cpu_seconds();
  for (int i = 0; i < repeats; ++i) times.push_back(seconds(work));
  const double cpu = (cpu_seconds() - cpu_before) / repeats;
  std::ranges::sort(times);
  fmt::print("{:<34} {:6.3f} to {:6.3f} s in {} runs, {:6.3f} s of CPU time each; peak memory so far {:.0f} MiB\n", what,
             times.front(), times.back(), repeats, cpu, peak_memory_mib());
}

double text_mib(const Dataset& dataset) {
  double bytes = 0;
  for (const std::string& basin : dataset.basins()) {
    for (const auto& file : dataset.sources(basin)) bytes += static_cast<double>(std::filesystem::file_size(file));
  }
  return bytes / (1024 * 1024);
}

void run(const DatasetOptions& options, std::size_t threads) {
  Silent observer;
  const auto open = [&](const std::filesystem::path& cache_dir, bool verify) {
    const auto dataset = open_dataset(options);
    SeriesStore::open(*dataset, dataset->basins(), {.cache_dir = cache_dir, .threads = threads, .verify_hashes = verify},
                      observer);
  };
  const auto dataset = open_dataset(options);
  fmt::print("{} basins, {:.0f} MiB of text, {} threads\n", dataset->basins().size(), text_mib(*dataset), threads);

  const std::filesystem::path cache = std::filesystem::temp_directory_path() / fmt::format("freshet_data_bench_{}", getpid());
  const auto clear = [&cache] {
    std::error_code ignored;
    std::filesystem::remove_all(cache, ignored);
  };
  report("first reading, perhaps from disk", 1, [&] { open({}, false); });
  report("parse and hash, no cache", 5, [&] { open({}, false); });
  report("parse, hash and write the cache", 1, [&] { open(cache, false); });
  report("from the cache", 5, [&] { open(cache, false); });
  report("from the cache, contents verified", 2, [&] { open(cache, true); });
  clear();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    fmt::print(stderr, "usage: data_bench DATA_DIR [THREADS [PRODUCT]]\n");
    return 2;
  }
  try {
    const std::size_t threads = argc > 2 ? std::strtoul(argv[2], nullptr, 10) : freshet::available_threads();
    run({.name = "camels_us", .data_dir = argv[1], .forcings = {argc > 3 ? argv[3] : "maurer_extended"}}, threads);
  } catch (const freshet::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.exit_code());
  }
  return 0;
}
