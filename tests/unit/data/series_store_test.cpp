#include "freshet/data/series_store.hpp"

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <fstream>
#include <map>

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "freshet/io/atomic_file.hpp"
#include "freshet/io/text_table.hpp"
#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing_support::problem_of;
using testing_support::problems_of;
using testing_support::Recorder;
using testing_support::TemporaryFolder;

/// One file of two columns per basin; counts how often it reads.
class CountingDataset : public Dataset {
 public:
  explicit CountingDataset(fs::path folder) : folder_(std::move(folder)) {}
  mutable std::atomic<int> reads = 0;
  std::string key = "counting 1";

  std::vector<std::string> basins() const override { return {}; }
  std::vector<fs::path> sources(const std::string& basin) const override {
    const fs::path file = folder_ / (basin + ".txt");
    if (!fs::exists(file)) throw InputError({.what = "no file", .basin = basin});
    return {file};
  }
  BasinSeries read(const std::string& basin) const override {
    ++reads;
    const std::string text = read_file(folder_ / (basin + ".txt"));
    BasinSeries series{
        .basin = basin, .axis = {make_day(2000, 1, 1), kMinutesPerDay, 0}, .area_km2 = 12.5, .area_source = "made up"};
    series.columns = {{"p", "mm/day", {}}, {"q", "mm/day", {}}};
    for (RowReader rows(text); rows.next_row(); ++series.axis.size) {
      for (Column& column : series.columns) {
        double value = std::numeric_limits<double>::quiet_NaN();
        if (rows.number(value) == CellKind::kText && rows.cell() != "-") {
          throw InputError({.what = "not a number", .file = basin + ".txt", .line = rows.line()});
        }
        column.values.push_back(static_cast<float>(value));
      }
    }
    return series;
  }
  AttributeTable attributes() const override { return {}; }
  Gauge gauge(const std::string&) const override { return {}; }
  std::string reader_key() const override { return key; }
  std::vector<std::string> target_names() const override { return {"q"}; }
  std::vector<std::string> precipitation_names() const override { return {"p"}; }

 private:
  fs::path folder_;
};

class SeriesStoreTest : public testing::Test {
 protected:
  SeriesStoreTest() {
    folder_.write("data/a.txt", "1 2\n3 -\n5 6\n");
    folder_.write("data/b.txt", "10 20\n30 40\n");
    folder_.write("data/c.txt", "7 8\n");
  }

  std::shared_ptr<const SeriesStore> open(const std::vector<std::string>& basins, bool verify = false) {
    recorder_ = {};
    dataset_.reads = 0;
    return SeriesStore::open(dataset_, basins, {.cache_dir = cache_dir(), .threads = 2, .verify_hashes = verify}, recorder_);
  }
  fs::path cache_dir() const { return folder_.path() / "cache" / "series"; }
  fs::path data(const std::string& name) const { return folder_.path() / "data" / name; }
  fs::path cache_file() const {
    fs::path found;
    for (const auto& entry : fs::directory_iterator(cache_dir())) {
      EXPECT_TRUE(found.empty()) << "more than one file: " << found << ", " << entry.path();
      found = entry.path();
    }
    return found;
  }
  /// Other content of the same size behind an unchanged modification time.
  void change_behind_the_back(const std::string& name, const std::string& text) const {
    struct stat before {};
    ASSERT_EQ(::stat(data(name).c_str(), &before), 0);
    folder_.write("data/" + name, text);
    const timespec times[2] = {before.st_atim, before.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, data(name).c_str(), times, 0), 0);
    ASSERT_EQ(static_cast<std::size_t>(before.st_size), text.size());
  }
  static void expect_values(const BasinView& view, const std::string& name, const std::vector<float>& expected) {
    const ColumnView* const column = view.find(name);
    ASSERT_NE(column, nullptr);
    ASSERT_EQ(column->values.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      if (std::isnan(expected[i])) {
        EXPECT_TRUE(std::isnan(column->values[i])) << view.basin << " " << i;
      } else {
        EXPECT_EQ(column->values[i], expected[i]) << view.basin << " " << i;
      }
    }
  }
  void expect_a_and_b(const SeriesStore& store) {
    ASSERT_THAT(store.basins(), SizeIs(2));
    EXPECT_EQ(store.basins()[0].basin, "b");
    EXPECT_EQ(store.basins()[1].axis, (TimeAxis{make_day(2000, 1, 1), kMinutesPerDay, 3}));
    EXPECT_EQ(store.basins()[1].area_km2, 12.5);
    EXPECT_EQ(store.basins()[1].area_source, "made up");
    EXPECT_EQ(store.basins()[1].columns[0].unit, "mm/day");
    expect_values(store.basins()[0], "q", {20, 40});
    expect_values(store.basins()[1], "p", {1, 3, 5});
    expect_values(store.basins()[1], "q", {2, NAN, 6});
  }

  TemporaryFolder folder_;
  CountingDataset dataset_{folder_.path() / "data"};
  Recorder recorder_;
};

TEST_F(SeriesStoreTest, SecondOpenParsesNothing) {
  const auto first = open({"b", "a"});
  EXPECT_EQ(dataset_.reads, 2);
  EXPECT_THAT(recorder_.steps, SizeIs(2));
  EXPECT_EQ(recorder_.steps.back().done, 2);
  EXPECT_EQ(recorder_.steps.back().total, 2);
  expect_a_and_b(*first);
  const auto second = open({"b", "a"});
  EXPECT_EQ(dataset_.reads, 0);
  EXPECT_THAT(recorder_.steps, IsEmpty());
  EXPECT_THAT(recorder_.warnings, IsEmpty());
  expect_a_and_b(*second);
  EXPECT_EQ(first->data_hash(), second->data_hash());
  EXPECT_EQ(first->basins()[0].content_hash, second->basins()[0].content_hash);
}

TEST_F(SeriesStoreTest, ColumnsOfTheMappingAreAligned) {
  const auto store = open({"a", "b", "c"});
  for (const BasinView& view : store->basins()) {
    for (const ColumnView& column : view.columns) {
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(column.values.data()) % 64, 0u);
    }
  }
}

TEST_F(SeriesStoreTest, WithoutCacheFolderEverythingIsParsedAndKept) {
  for (int i = 0; i < 2; ++i) {
    dataset_.reads = 0;
    expect_a_and_b(*SeriesStore::open(dataset_, {"b", "a"}, {}, recorder_));
    EXPECT_EQ(dataset_.reads, 2);
  }
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(SeriesStoreTest, OnlyNewAndTouchedFilesAreParsed) {
  open({"a", "b"});
  EXPECT_THAT(open({"c"})->basins(), SizeIs(1));
  EXPECT_EQ(dataset_.reads, 1);
  open({"a", "b", "c"});
  EXPECT_EQ(dataset_.reads, 0) << "c must not have pushed a and b out of the cache";

  fs::last_write_time(data("b.txt"), fs::last_write_time(data("b.txt")) + std::chrono::nanoseconds(1000));
  open({"a", "b", "c"});
  EXPECT_EQ(dataset_.reads, 1);
  folder_.write("data/b.txt", "10 20\n30 41\n50 60\n");
  const auto store = open({"a", "b", "c"});
  EXPECT_EQ(dataset_.reads, 1);
  expect_values(store->basins()[1], "q", {20, 41, 60});
  expect_values(store->basins()[2], "p", {7});
  open({"a", "b", "c"});
  EXPECT_EQ(dataset_.reads, 0);
}

TEST_F(SeriesStoreTest, AnotherReadingHasItsOwnFile) {
  open({"a"});
  dataset_.key = "counting 2";
  open({"a"});
  EXPECT_EQ(dataset_.reads, 1);
  dataset_.key = "counting 1";
  open({"a"});
  EXPECT_EQ(dataset_.reads, 0);
}

TEST_F(SeriesStoreTest, ABasinMayBeAskedForTwice) {
  const auto store = open({"a", "c", "a"});
  EXPECT_EQ(dataset_.reads, 2);
  ASSERT_THAT(store->basins(), SizeIs(3));
  expect_values(store->basins()[2], "p", {1, 3, 5});
}

TEST_F(SeriesStoreTest, DataHashTellsContentsAndBasinsApartButNotOrder) {
  const auto hash = [this](const std::vector<std::string>& basins) { return open(basins)->data_hash(); };
  const std::uint64_t ab = hash({"a", "b"});
  EXPECT_EQ(ab, hash({"b", "a"}));
  EXPECT_NE(ab, hash({"a", "c"}));
  EXPECT_NE(ab, hash({"a"}));
  folder_.write("data/b.txt", "10 20\n30 41\n");
  EXPECT_NE(ab, hash({"a", "b"}));
}

TEST_F(SeriesStoreTest, CutShortAtAnyLengthIsRebuilt) {
  open({"b", "a"});
  const std::string whole = read_file(cache_file());
  for (std::size_t size = 0; size < whole.size(); size += 29) {
    SCOPED_TRACE(size);
    std::ofstream(cache_file(), std::ios::binary) << whole.substr(0, size);
    expect_a_and_b(*open({"b", "a"}));
    EXPECT_EQ(dataset_.reads, 2);
    ASSERT_THAT(recorder_.warnings, SizeIs(1));
    EXPECT_THAT(recorder_.warnings[0], HasSubstr(cache_file().string()));
  }
  EXPECT_EQ(read_file(cache_file()), whole);
}

TEST_F(SeriesStoreTest, BytesBehindTheEndAreNoticed) {
  open({"b", "a"});
  std::ofstream(cache_file(), std::ios::binary | std::ios::app) << "x";
  expect_a_and_b(*open({"b", "a"}));
  EXPECT_EQ(dataset_.reads, 2);
  ASSERT_THAT(recorder_.warnings, SizeIs(1));
  EXPECT_THAT(recorder_.warnings[0], HasSubstr("size it was written with"));
}

TEST_F(SeriesStoreTest, EveryFlippedBitIsNoticed) {
  open({"b", "a"});
  const std::string whole = read_file(cache_file());
  for (std::size_t byte = 0; byte < whole.size(); byte += 7) {
    SCOPED_TRACE(byte);
    std::string damaged = whole;
    damaged[byte] = static_cast<char>(damaged[byte] ^ (1 << (byte % 8)));
    std::ofstream(cache_file(), std::ios::binary) << damaged;
    expect_a_and_b(*open({"b", "a"}));
    EXPECT_GE(dataset_.reads, 1);
    EXPECT_THAT(recorder_.warnings, SizeIs(1));
  }
  open({"b", "a"});
  EXPECT_EQ(dataset_.reads, 0);
  EXPECT_THAT(recorder_.warnings, IsEmpty());
}

TEST_F(SeriesStoreTest, VerifyingCatchesContentBehindAnUnchangedStamp) {
  open({"a", "b", "c"});
  EXPECT_NO_THROW(open({"a", "b", "c"}, true));
  change_behind_the_back("b.txt", "10 20\n30 99\n");
  open({"a", "b", "c"});
  EXPECT_EQ(dataset_.reads, 0);
  const auto problems = problems_of([this] { open({"a", "b", "c"}, true); });
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].basin, "b");
  EXPECT_THAT(problems[0].file, HasSubstr("b.txt"));
  EXPECT_THAT(problems[0].what, HasSubstr("other content"));
}

TEST_F(SeriesStoreTest, CacheThatCannotBeWrittenIsAWarning) {
  folder_.write("cache", "a file where the folder should be");
  expect_a_and_b(*open({"b", "a"}));
  ASSERT_THAT(recorder_.warnings, SizeIs(1));
  EXPECT_THAT(recorder_.warnings[0], HasSubstr("cannot be written"));
}

TEST_F(SeriesStoreTest, FullDiskIsAWarningAndKeepsTheOldCache) {
  open({"a"});
  const std::string before = read_file(cache_file());
  rlimit limit{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
  const rlimit small{before.size(), limit.rlim_max};  // a write beyond it fails as one to a full disk does
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto store = open({"b", "a"});
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
  std::signal(SIGXFSZ, handler);
  expect_a_and_b(*store);
  ASSERT_THAT(recorder_.warnings, SizeIs(1));
  EXPECT_THAT(recorder_.warnings[0], HasSubstr(cache_file().string() + ": cannot write the file"));
  EXPECT_EQ(read_file(cache_file()), before);
}

TEST_F(SeriesStoreTest, CacheThatCannotBeReplacedLeavesTheOldOneInUse) {
  open({"a"});
  const fs::path file = cache_file();
  folder_.write("kept", read_file(file));
  fs::remove(file);
  fs::create_directories(file);  // neither a file to read nor one to replace
  expect_a_and_b(*open({"b", "a"}));
  EXPECT_EQ(dataset_.reads, 2);
  EXPECT_THAT(recorder_.warnings, SizeIs(2));
}

TEST_F(SeriesStoreTest, ProblemsOfAllBasinsAreListedTogether) {
  folder_.write("data/b.txt", "10 20\nx 40\n");
  folder_.write("data/c.txt", "7 y\n");
  const auto problems = problems_of([this] { open({"missing", "c", "a", "b"}); });
  ASSERT_THAT(problems, SizeIs(3));
  EXPECT_EQ(problems[0].basin, "b");
  EXPECT_EQ(problems[0].line, 2u);
  EXPECT_EQ(problems[1].basin, "c");
  EXPECT_EQ(problems[2].basin, "missing");
}

TEST_F(SeriesStoreTest, LongListsOfProblemsAreCutAndCounted) {
  std::vector<std::string> basins;
  for (int i = 0; i < 23; ++i) basins.push_back(fmt::format("x{:02}", i));
  const auto problems = problems_of([&] { open(basins); });
  ASSERT_THAT(problems, SizeIs(21));
  EXPECT_EQ(problems[19].basin, "x19");
  EXPECT_THAT(problems[20].what, HasSubstr("3 more problems"));
}

}  // namespace
}  // namespace freshet
