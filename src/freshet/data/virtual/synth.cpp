#include "freshet/data/virtual/synth.hpp"

#include <algorithm>
#include <mutex>
#include <string>
#include <system_error>
#include <vector>

#include <unistd.h>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/virtual/basin.hpp"
#include "freshet/data/virtual/writer.hpp"
#include "freshet/io/atomic_file.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;

void check_range(std::vector<Problem>& problems, const char* name, std::int64_t value, std::int64_t lowest,
                 std::int64_t highest) {
  if (value >= lowest && value <= highest) return;
  problems.push_back({.what = fmt::format("the option `{}` is out of range", name),
                      .expected = fmt::format("{} to {}", lowest, highest),
                      .got = std::to_string(value)});
}

void check_folder(std::vector<Problem>& problems, const fs::path& out) {
  std::error_code error;
  const fs::file_status status = fs::status(out, error);
  if (out.empty()) {
    problems.push_back({.what = "no folder to write to is given", .hint = "Say where the virtual basins go with `out`."});
  } else if (fs::exists(status) && !fs::is_directory(status)) {
    problems.push_back({.what = "a file has the name of the folder to write", .file = out.string()});
  } else if (fs::is_directory(status) && !fs::is_empty(out, error)) {
    problems.push_back({.what = "the folder to write is not empty",
                        .file = out.string(),
                        .expected = "a new or empty folder",
                        .hint = "Nothing is overwritten: give another folder, or remove this one first."});
  }
}

void check(const SynthOptions& options) {
  std::vector<Problem> problems;
  check_range(problems, "basins", options.basins, 1, 10000);
  check_range(problems, "years", options.years, 1, 200);
  check_range(problems, "threads", static_cast<std::int64_t>(std::min<std::size_t>(options.threads, 1u << 20)), 1, 4096);
  const int year = calendar_day(options.first).year;
  check_range(problems, "first (its year)", year, 1000, 9700);
  if (options.first.minutes % kMinutesPerDay != 0) {
    problems.push_back({.what = "the first day has a time of day", .got = to_string(options.first)});
  }
  check_folder(problems, options.out);
  if (!problems.empty()) throw InputError(std::move(problems));
}

TimeAxis axis_of(const SynthOptions& options) {
  const CalendarDay first = calendar_day(options.first);
  const Time end = make_day(first.year + options.years, first.month, first.day);
  return {options.first, kMinutesPerDay, (end.minutes - options.first.minutes) / kMinutesPerDay};
}

[[noreturn]] void fail(const fs::path& path, const std::string& what, const std::error_code& error) {
  throw EnvironmentError({.what = fmt::format("{}: {}", what, error.message()), .file = path.string()});
}

/// A folder beside the target that takes the target's name in the end, and is removed if it never does.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& target) : target_(target), path_(target.string() + fmt::format(".tmp{}", ::getpid())) {
    std::error_code error;
    fs::remove_all(path_, error);
    fs::create_directories(path_, error);
    if (error) fail(path_, "cannot create the folder", error);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  void write(const synth::TextFile& file) const {
    const fs::path path = path_ / file.path;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    if (error) fail(path.parent_path(), "cannot create the folder", error);
    write_file_atomically(path, file.content);
  }

  void put_in_place() {
    std::error_code error;
    fs::rename(path_, target_, error);  // replaces an empty folder
    if (error) fail(target_, "cannot put the finished folder in place", error);
    kept_ = true;
  }

 private:
  fs::path target_, path_;
  bool kept_ = false;
};

std::string readme(const SynthOptions& options, const TimeAxis& axis) {
  return fmt::format(
      "VIRTUAL BASINS: EVERYTHING IN THIS FOLDER IS SYNTHETIC\n"
      "\n"
      "No basin here exists and nothing was measured. Freshet made weather by a stochastic generator, discharge by the process\n"
      "model HBV, and gave it observation errors and gaps. Ids start with 99, which no gauge of CAMELS-US has.\n"
      "\n"
      "Made by:  freshet synth --basins {} --years {} --seed {} --out FOLDER\n"
      "Basins:   {}\n"
      "Days:     {} to {}\n"
      "Seed:     {}\n"
      "\n"
      "The layout is that of CAMELS-US:\n"
      "  basins.txt                                 the ids, one per line\n"
      "  basin_mean_forcing/daymet/HUC/ID_...txt    prcp mm/day, tmax and tmin degC, srad W/m2 over daylight, vp Pa, dayl s; swe "
      "is 0\n"
      "  usgs_streamflow/HUC/ID_streamflow_qc.txt   observed discharge, ft3/s; -999.00 missing; A approved, A:e estimated, M "
      "missing\n"
      "  camels_attributes_v2.0/camels_*.txt        attributes; climate and hydrology are computed from the series here\n"
      "\n"
      "truth/ holds what no real basin gives away:\n"
      "  parameters.csv      parameters of HBV (12) and of its gamma unit hydrograph (route_a, route_b)\n"
      "  initial_states.csv  storages at the start of the first day, mm\n"
      "  ID.csv              per day: pet and fluxes in mm/day, storages at the end of the day in mm, routed discharge in "
      "mm/day\n"
      "The model's inputs are prcp, (tmax + tmin) / 2 and pet (Oudin, from gauge_lat); the same numbers as in the files.\n",
      options.basins, options.years, options.seed, options.basins, to_string(axis.first), to_string(axis.last()), options.seed);
}

}  // namespace

void write_virtual_basins(const SynthOptions& options, Observer& observer) {
  check(options);
  fs::path target = fs::absolute(options.out).lexically_normal();
  if (!target.has_filename()) target = target.parent_path();
  const TimeAxis axis = axis_of(options);
  TemporaryFolder folder(target);

  const auto count = static_cast<std::size_t>(options.basins);
  std::vector<synth::BasinSummary> summaries(count);
  std::mutex mutex;
  std::int64_t done = 0;
  parallel_for(count, options.threads, [&](std::size_t index) {
    synth::VirtualBasin basin = synth::make_virtual_basin(options.seed, index, axis);
    for (const synth::TextFile& file : synth::basin_files(basin)) folder.write(file);
    summaries[index] = std::move(basin.summary);
    const std::lock_guard lock(mutex);
    observer.on(Progress{"virtual basins", ++done, options.basins});
  });
  for (const synth::TextFile& file : synth::table_files(summaries)) folder.write(file);
  folder.write({"README.txt", readme(options, axis)});
  folder.put_in_place();
}

}  // namespace freshet
