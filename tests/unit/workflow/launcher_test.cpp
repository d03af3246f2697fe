#include "freshet/workflow/launcher.hpp"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/parallel.hpp"
#include "support/input_errors.hpp"

namespace freshet {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing_support::input_error;

LaunchedProcess process_with(std::map<std::string, std::string> variables) {
  return launched_process([variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto at = variables.find(name);
    return at == variables.end() ? std::nullopt : std::optional(at->second);
  });
}

void expect(const LaunchedProcess& process, const std::string& launcher, std::int64_t rank, std::int64_t processes) {
  EXPECT_EQ(process.launcher, launcher);
  EXPECT_EQ(process.rank, rank);
  EXPECT_EQ(process.processes, processes);
}

TEST(LaunchedProcess, IsAloneWithoutALauncher) {
  expect(process_with({}), "", 0, 1);
  expect(process_with({{"RANK", "3"}}), "", 0, 1);
  expect(process_with({{"SLURM_JOB_ID", "17"}, {"SLURM_NTASKS", "4"}}), "", 0, 1);
}

TEST(LaunchedProcess, IsToldByEachLauncher) {
  expect(process_with({{"RANK", "3"}, {"WORLD_SIZE", "8"}}), "torchrun", 3, 8);
  expect(process_with({{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "2"}}), "mpirun", 1, 2);
  expect(process_with({{"PMI_RANK", "0"}, {"PMI_SIZE", "5"}}), "mpirun", 0, 5);
  expect(process_with({{"SLURM_PROCID", "6"}, {"SLURM_NTASKS", "7"}}), "Slurm", 6, 7);
}

TEST(LaunchedProcess, OfTorchrunUnderSlurmIsTorchruns) {
  expect(process_with({{"RANK", "3"}, {"WORLD_SIZE", "8"}, {"SLURM_PROCID", "1"}, {"SLURM_NTASKS", "2"}}), "torchrun", 3, 8);
}

TEST(LaunchedProcess, OfASlurmArrayStandsBehindThoseOfTheTasksBefore) {
  std::map<std::string, std::string> task = {{"SLURM_ARRAY_TASK_ID", "7"},
                                             {"SLURM_ARRAY_TASK_MIN", "3"},
                                             {"SLURM_ARRAY_TASK_STEP", "2"},
                                             {"SLURM_ARRAY_TASK_COUNT", "4"}};
  expect(process_with(task), "Slurm array", 2, 4);
  task["SLURM_PROCID"] = "1";
  task["SLURM_NTASKS"] = "3";
  expect(process_with(task), "Slurm array", 7, 12);
  expect(process_with({{"SLURM_ARRAY_TASK_ID", "9"}, {"SLURM_ARRAY_TASK_MIN", "1"}, {"SLURM_ARRAY_TASK_COUNT", "3"}}),
         "Slurm array", 2, 3);
}

TEST(LaunchedProcess, NonsenseIsRefusedWithItsVariable) {
  EXPECT_THAT(input_error([] {
                process_with({{"RANK", "two"}, {"WORLD_SIZE", "8"}});
              }),
              AllOf(HasSubstr("RANK"), HasSubstr("two")));
  EXPECT_THAT(input_error([] { process_with({{"RANK", "1"}, {"WORLD_SIZE", "0"}}); }), HasSubstr("WORLD_SIZE"));
  EXPECT_THAT(input_error([] { process_with({{"PMI_RANK", "-1"}, {"PMI_SIZE", "2"}}); }), HasSubstr("PMI_RANK"));
  EXPECT_THAT(input_error([] {
                process_with({{"SLURM_PROCID", "4"}, {"SLURM_NTASKS", "4"}});
              }),
              AllOf(HasSubstr("SLURM_PROCID"), HasSubstr("less than 4")));
}

TEST(ThreadsOf, AreThoseOfTheProcessAndAtLeastOne) {
  EXPECT_EQ(threads_of({}), available_threads());
  EXPECT_GE(threads_of({.processes = 1000, .on_this_machine = 1000}), 1u);
}

}  // namespace
}  // namespace freshet
