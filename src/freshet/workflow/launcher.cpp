#include "freshet/workflow/launcher.hpp"

#include <unistd.h>
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"

namespace freshet {
namespace {

/// The variables in which a launcher tells its processes where they stand.
struct Variables {
  const char* launcher;
  const char* rank;
  const char* processes;
  const char* on_this_machine;
};

constexpr Variables kLaunchers[] = {
    {"torchrun", "RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"},
    {"mpirun", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"mpirun", "PMI_RANK", "PMI_SIZE", "MPI_LOCALNRANKS"},
    {"Slurm", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_NTASKS_PER_NODE"},
};

/// The number in a variable, at least `least`. InputError for anything else, also for a variable that is not set.
std::int64_t number(const Environment& environment, const std::string& name, std::int64_t least) {
  const std::string text = environment(name).value_or("");
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() && value >= least) return value;
  throw InputError({.what = "the environment variable of a launcher cannot be understood",
                    .variable = name,
                    .expected = "a whole number of at least " + std::to_string(least),
                    .got = text.empty() ? "nothing" : text,
                    .hint = "Without a launcher unset it."});
}

LaunchedProcess innermost(const Environment& environment) {
  for (const Variables& names : kLaunchers) {
    if (!environment(names.rank) || !environment(names.processes)) continue;
    LaunchedProcess process{.rank = number(environment, names.rank, 0),
                            .processes = number(environment, names.processes, 1),
                            .on_this_machine = 1,
                            .launcher = names.launcher};
    if (process.rank >= process.processes) {
      throw InputError({.what = "the launcher's number of this process is not among those it says there are",
                        .variable = names.rank,
                        .expected = "less than " + std::to_string(process.processes),
                        .got = std::to_string(process.rank)});
    }
    if (environment(names.on_this_machine)) process.on_this_machine = number(environment, names.on_this_machine, 1);
    return process;
  }
  return {};
}

}  // namespace

Environment process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr || *value == '\0') return std::nullopt;
    return value;
  };
}

LaunchedProcess launched_process(const Environment& environment) {
  LaunchedProcess process = innermost(environment);
  if (!environment("SLURM_ARRAY_TASK_ID") || !environment("SLURM_ARRAY_TASK_COUNT")) return process;
  const std::int64_t tasks = number(environment, "SLURM_ARRAY_TASK_COUNT", 1);
  const std::int64_t first = environment("SLURM_ARRAY_TASK_MIN") ? number(environment, "SLURM_ARRAY_TASK_MIN", 0) : 0;
  const std::int64_t step = environment("SLURM_ARRAY_TASK_STEP") ? number(environment, "SLURM_ARRAY_TASK_STEP", 1) : 1;
  const std::int64_t task = (number(environment, "SLURM_ARRAY_TASK_ID", first) - first) / step;
  // A list like --array=1,5,9 has no even steps; any number in range will do.
  process.rank += task % tasks * process.processes;
  process.processes *= tasks;
  process.launcher = "Slurm array";
  return process;
}

std::size_t threads_of(const LaunchedProcess& process) {
  const std::size_t usable = available_threads();
  const long cores = ::sysconf(_SC_NPROCESSORS_CONF);
  const bool bound = cores > 0 && usable < static_cast<std::size_t>(cores);
  return bound ? usable : std::max<std::size_t>(1, usable / static_cast<std::size_t>(process.on_this_machine));
}

}  // namespace freshet
