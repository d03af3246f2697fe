#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace freshet {

/// This process among those that a launcher started with the same command.
struct LaunchedProcess {
  std::int64_t rank = 0;             ///< from 0
  std::int64_t processes = 1;        ///< in all
  std::int64_t on_this_machine = 1;  ///< as far as the launcher tells
  std::string launcher;              ///< "torchrun", "mpirun", "Slurm", "Slurm array"; empty: none
};

/// Looks a variable of the environment up; nothing if it is not set or empty.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// The variables of this process.
Environment process_environment();

/// Reads what torchrun (RANK, WORLD_SIZE), Open MPI (OMPI_COMM_WORLD_RANK, _SIZE), MPICH and Intel MPI (PMI_RANK, PMI_SIZE) and
/// Slurm (SLURM_PROCID, SLURM_NTASKS) tell their processes, the first that is there. In a Slurm array each task's processes
/// stand behind those of the tasks before it (SLURM_ARRAY_TASK_ID, _MIN, _STEP, _COUNT). InputError for values that are no such
/// numbers.
LaunchedProcess launched_process(const Environment& environment);

/// Cores for this process: those it may use, shared with the launcher's other processes on this machine if they were not bound to
/// cores of their own.
std::size_t threads_of(const LaunchedProcess& process);

}  // namespace freshet
