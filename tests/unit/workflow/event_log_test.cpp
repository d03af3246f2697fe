#include "freshet/workflow/event_log.hpp"

#include <cmath>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "freshet/io/atomic_file.hpp"
#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::TemporaryFolder;

std::vector<std::string> events_in(const fs::path& file) {
  std::vector<std::string> events;
  std::istringstream lines(read_file(file));
  for (std::string line; std::getline(lines, line);) events.push_back(nlohmann::json::parse(line).at("event"));
  return events;
}

TEST(EventLog, KeepsALineForEveryEventButStepsAndProgress) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "events.jsonl";
  {
    EventLog log(file);
    log.info("hello");
    log.warn("careful");
    log.on(RunStarted{"train", "runs/a", 3, 10, 0, 99});
    log.on(StepFinished{1, 1, 0.5, 10, 0.1});
    log.on(Progress{"reading", 1, 2});
    log.on(EpochFinished{1, 0.5, 1e-3, 2, 1.5, 100, 0.25});
    log.on(ValidationFinished{1, "nse", 0.25, 2, true});
    log.on(CheckpointWritten{"runs/a/checkpoints/last.safetensors", 2, 0});
    log.on(RunFinished{"train", "finished", 3});
    EXPECT_EQ(log.size(), fs::file_size(file));
  }
  EXPECT_THAT(events_in(file),
              ElementsAre("note", "warning", "run_started", "epoch", "validation", "checkpoint", "run_finished"));
}

TEST(EventLog, ALineIsJsonWithTheTimeWhateverTheEventHolds) {
  const auto json = nlohmann::json::parse(to_json_line(ValidationFinished{4, "nse", std::nan(""), 2, false}));
  EXPECT_TRUE(json.at("score").is_null());
  EXPECT_EQ(json.at("epoch"), 4);
  EXPECT_THAT(json.at("time").get<std::string>(),
              testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
  const std::string odd = to_json_line(Note{Note::Level::kInfo, "line\nbreak \xff \"quote\""});
  EXPECT_EQ(odd.find('\n'), std::string::npos);
  EXPECT_THAT(nlohmann::json::parse(odd).at("text").get<std::string>(), HasSubstr("\"quote\""));
}

TEST(EventLog, GoesOnFromTheCheckpointAndDropsWhatCameAfter) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "events.jsonl";
  std::uint64_t kept = 0;
  {
    EventLog log(file);
    log.info("kept");
    kept = log.size();
    log.warn("after the checkpoint");
  }
  {
    EventLog log(file, kept);
    EXPECT_EQ(log.size(), kept) << "before anything is added";
    log.on(RunFinished{"resume", "finished", 1});
    EXPECT_EQ(log.size(), fs::file_size(file));
  }
  EXPECT_THAT(events_in(file), ElementsAre("note", "run_finished"));
}

TEST(EventLog, AFileThatIsShorterOrGoneIsTakenAsItIs) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "events.jsonl";
  {
    EventLog log(file);
    log.info("one");
  }
  { EventLog(file, 100'000).info("two"); }
  EXPECT_THAT(events_in(file), ElementsAre("note", "note"));
  fs::remove(file);
  { EventLog(file, 100).info("three"); }
  EXPECT_THAT(events_in(file), ElementsAre("note"));
  { EventLog fresh(file); }
  EXPECT_EQ(fs::file_size(file), 0u) << "a new run starts a new log";
}

TEST(EventLog, AFullDiskOrAFolderThatIsNotThereIsAnEnvironmentError) {
  EXPECT_THROW(EventLog("/nowhere/at/all/events.jsonl"), EnvironmentError);
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "the machine has no /dev/full";
  EventLog full("/dev/full");
  EXPECT_THROW(full.info("text"), EnvironmentError);
}

}  // namespace
}  // namespace freshet
