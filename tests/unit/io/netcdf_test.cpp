#include "freshet/io/netcdf.hpp"

#include <netcdf.h>

#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/error.hpp"
#include "freshet/core/records.hpp"
#include "freshet/io/netcdf_writer.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_support::problem_of;
using testing_support::TemporaryFolder;

class Netcdf : public testing::Test {
 protected:
  void truncate(std::uintmax_t keep_percent) const {
    std::filesystem::resize_file(file_, std::filesystem::file_size(file_) * keep_percent / 100);
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "a.nc";
};

/// A file written with the library itself, for what NetcdfWriter does not write.
class RawFile {
 public:
  RawFile(const std::filesystem::path& file, int mode) { EXPECT_EQ(nc_create(file.c_str(), mode, &handle), NC_NOERR); }
  ~RawFile() { EXPECT_EQ(nc_close(handle), NC_NOERR); }
  int dimension(const char* name, std::size_t size) const {
    int id = -1;
    EXPECT_EQ(nc_def_dim(handle, name, size, &id), NC_NOERR);
    return id;
  }
  int variable(const char* name, nc_type type, std::vector<int> dimensions) const {
    int id = -1;
    EXPECT_EQ(nc_def_var(handle, name, type, static_cast<int>(dimensions.size()), dimensions.data(), &id), NC_NOERR);
    return id;
  }
  int handle = -1;
};

const TimeAxis kFiveDays{make_day(1999, 12, 30), kMinutesPerDay, 5};

void write_two_basins(const std::filesystem::path& file, const TimeAxis& axis = kFiveDays) {
  write_netcdf_file(file, [&](NetcdfWriter& writer) {
    writer.set_attribute({"title", "two basins"});
    writer.define_dimension("basin", 2);
    writer.define_time("time", axis);
    writer.define_variable("basin", NetcdfType::kString, {"basin"}, {{"cf_role", "timeseries_id"}});
    writer.define_variable(
        "q", NetcdfType::kFloat, {"basin", "time"},
        {{"units", "mm/day"}, {"_FillValue", std::vector<double>{-9999}}, {"range", std::vector<double>{0, 9}}});
    writer.define_variable("level", NetcdfType::kShort, {"time"});
    writer.define_variable("area", NetcdfType::kDouble, {});
    writer.put("basin", std::vector<std::string>{"01013500", "x"});
    writer.put_row("q", 1, std::vector<float>{5, 6, 7, 8, 9});
    writer.put_row("q", 0, std::vector<float>{0.1f, -9999, 2, kMissing, 4});
    writer.put("level", std::vector<double>{1, 2, 3, 4, 5});
    writer.put("area", std::vector<double>{40.87});
  });
}

TEST_F(Netcdf, RoundTripKeepsValuesAttributesTextsAndTimes) {
  write_two_basins(file_);
  const NetcdfFile file(file_);
  EXPECT_EQ(text_attribute(file.attributes(), "Conventions"), "CF-1.8");
  EXPECT_EQ(text_attribute(file.attributes(), "title"), "two basins");
  EXPECT_THAT(file.read_strings("basin"), ElementsAre("01013500", "x"));
  EXPECT_EQ(file.read_time_axis("time"), kFiveDays);
  const NetcdfVariable& q = file.variable("q");
  EXPECT_THAT(q.dimensions, ElementsAre("basin", "time"));
  EXPECT_THAT(q.shape, ElementsAre(2u, 5u));
  EXPECT_EQ(q.type, NetcdfType::kFloat);
  EXPECT_EQ(text_attribute(q.attributes, "units"), "mm/day");
  EXPECT_EQ(number_attribute(q.attributes, "_FillValue"), -9999);
  EXPECT_FALSE(number_attribute(q.attributes, "units"));
  const std::vector<float> values = file.read_floats("q");
  EXPECT_EQ(values[0], 0.1f);
  EXPECT_TRUE(std::isnan(values[1]) && std::isnan(values[3]));
  EXPECT_EQ(values[9], 9.0f);
  EXPECT_THAT(file.read_doubles("level"), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(file.read_doubles("area"), ElementsAre(40.87));
  EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(Netcdf, TimeAxesFinerThanADayOrOffMidnightRoundTrip) {
  for (const TimeAxis& axis :
       {TimeAxis{*parse_time("1999-12-31 18:00"), 60, 30}, TimeAxis{*parse_time("2000-02-28 12:00"), 1440, 3},
        TimeAxis{make_day(1980, 1, 1), 7 * 1440, 9}, TimeAxis{make_day(1980, 1, 1), 15, 5}}) {
    write_netcdf_file(file_, [&](NetcdfWriter& writer) { writer.define_time("date", axis); });
    EXPECT_EQ(NetcdfFile(file_).read_time_axis("date"), axis);
  }
}

TEST_F(Netcdf, CompressesFilledSeries) {
  write_netcdf_file(file_, [&](NetcdfWriter& writer) {
    writer.define_dimension("basin", 10);
    writer.define_dimension("time", 200000);
    writer.define_variable("q", NetcdfType::kFloat, {"basin", "time"});
    writer.put("q", std::vector<float>(2000000, 1.5f));
  });
  EXPECT_LT(std::filesystem::file_size(file_), 400000u);  // of 8 MB
  EXPECT_EQ(NetcdfFile(file_).read_floats("q").back(), 1.5f);
}

TEST_F(Netcdf, DecodesScaleOffsetMissingAndDefaultFillValues) {
  {
    const RawFile raw(file_, NC_NETCDF4);
    const int n = raw.dimension("n", 4);
    const int packed = raw.variable("packed", NC_SHORT, {n});
    const double scale = 0.1, offset = 20, missing[] = {7.0, 8.0};
    const short fill = -1;
    nc_put_att_double(raw.handle, packed, "scale_factor", NC_DOUBLE, 1, &scale);
    nc_put_att_double(raw.handle, packed, "add_offset", NC_DOUBLE, 1, &offset);
    nc_put_att_short(raw.handle, packed, "_FillValue", NC_SHORT, 1, &fill);
    nc_put_att_double(raw.handle, packed, "missing_value", NC_DOUBLE, 2, missing);
    const short values[] = {-1, 8, 10, -100};
    nc_put_var_short(raw.handle, packed, values);
    const int bytes = raw.variable("bytes", NC_BYTE, {n});
    nc_put_att_text(raw.handle, bytes, "_Unsigned", 4, "true");
    const signed char small[] = {-127, -1, 0, 1};
    nc_put_var_schar(raw.handle, bytes, small);
    raw.variable("unwritten_int", NC_INT, {n});
    raw.variable("unwritten_float", NC_FLOAT, {n});
    const int odd = raw.variable("double_missing", NC_FLOAT, {n});
    const double tenth = 0.1;
    nc_put_att_double(raw.handle, odd, "missing_value", NC_DOUBLE, 1, &tenth);
    const float tenths[] = {0.1f, 0.2f, 1e38f, 0};
    nc_put_var_float(raw.handle, odd, tenths);
  }
  const NetcdfFile file(file_);
  const std::vector<double> packed = file.read_doubles("packed");
  EXPECT_TRUE(std::isnan(packed[0]) && std::isnan(packed[1]));
  EXPECT_NEAR(packed[2], 21.0, 1e-12);
  EXPECT_NEAR(packed[3], 10.0, 1e-12);
  EXPECT_NEAR(file.read_floats("packed")[3], 10.0f, 1e-6);
  EXPECT_THAT(file.read_doubles("bytes"), ElementsAre(129, 255, 0, 1));
  for (const char* name : {"unwritten_int", "unwritten_float"}) {
    for (const float value : file.read_floats(name)) EXPECT_TRUE(std::isnan(value)) << name;
  }
  const std::vector<float> odd = file.read_floats("double_missing");
  EXPECT_TRUE(std::isnan(odd[0]));
  EXPECT_EQ(odd[1], 0.2f);
}

TEST_F(Netcdf, ReadsCharArraysAndUnlimitedDimensionsOfClassicFiles) {
  {
    const RawFile raw(file_, NC_CLASSIC_MODEL);
    const int time = raw.dimension("time", NC_UNLIMITED);
    const int station = raw.dimension("station", 2);
    const int width = raw.dimension("width", 8);
    const int ids = raw.variable("ids", NC_CHAR, {station, width});
    const int one = raw.variable("one", NC_CHAR, {width});
    const int hours = raw.variable("time", NC_DOUBLE, {time});
    nc_put_att_text(raw.handle, hours, "units", 22, "hours since 2000-01-01");
    nc_enddef(raw.handle);
    nc_put_var_text(raw.handle, ids, "0101350012\0     ");
    nc_put_var_text(raw.handle, one, "abc     ");
    const std::size_t start = 0, count = 3;
    const double values[] = {6, 12, 18};
    nc_put_vara_double(raw.handle, hours, &start, &count, values);
  }
  const NetcdfFile file(file_);
  EXPECT_THAT(file.read_strings("ids"), ElementsAre("01013500", "12"));
  EXPECT_THAT(file.read_strings("one"), ElementsAre("abc"));
  EXPECT_EQ(file.read_time_axis("time"), (TimeAxis{*parse_time("2000-01-01 06:00"), 360, 3}));
  EXPECT_TRUE(file.dimensions().front().unlimited);
  EXPECT_EQ(file.dimensions().front().size, 3u);
  EXPECT_FALSE(file.dimensions().back().unlimited);
}

TEST_F(Netcdf, IrregularTimesNameTheFirstDate) {
  write_netcdf_file(file_, [&](NetcdfWriter& writer) {
    writer.define_dimension("time", 4);
    writer.define_variable("time", NetcdfType::kInt, {"time"}, {{"units", "days since 2001-01-01"}});
    writer.define_variable("text", NetcdfType::kString, {"time"});
    writer.define_variable("noleap", NetcdfType::kInt, {"time"}, {{"units", "days since 2001-01-01"}, {"calendar", "noleap"}});
    writer.put("time", std::vector<double>{0, 1, 2, 4});
  });
  const NetcdfFile file(file_);
  const Problem gap = problem_of([&] { file.read_time_axis("time"); });
  EXPECT_EQ(gap.date, "2001-01-05");
  EXPECT_EQ(gap.expected, "2001-01-04");
  EXPECT_EQ(gap.file, file_.string());
  EXPECT_EQ(problem_of([&] { file.read_time_axis("noleap"); }).got, "noleap");
  EXPECT_EQ(problem_of([&] { file.read_time_axis("text"); }).variable, "text");
  EXPECT_EQ(problem_of([&] { file.read_doubles("text"); }).variable, "text");
  EXPECT_EQ(problem_of([&] { file.read_strings("time"); }).variable, "time");
  EXPECT_THAT(problem_of([&] { file.read_doubles("tmie"); }).hint, HasSubstr("`time`"));
}

TEST_F(Netcdf, FilesThatAreAbsentOrNotNetcdfAreInputErrors) {
  EXPECT_THAT(problem_of([&] { NetcdfFile(folder_ / "absent.nc"); }).what, HasSubstr("No such file"));
  std::ofstream(file_) << "date,q\n2000-01-01,1\n";
  const Problem problem = problem_of([&] { NetcdfFile{file_}; });
  EXPECT_EQ(problem.file, file_.string());
  EXPECT_THAT(problem.what, HasSubstr("Unknown file format"));
  std::ofstream(file_, std::ios::trunc).close();
  problem_of([&] { NetcdfFile{file_}; });
  problem_of([&] { NetcdfFile{folder_.path()}; });
}

TEST_F(Netcdf, ATruncatedFileIsAnInputErrorOrStillWhole) {
  // A file built in memory ends in unused space, without which it is as good as before.
  write_two_basins(file_);
  const std::vector<float> whole = NetcdfFile(file_).read_floats("q");
  int refused = 0;
  for (const int keep : {1, 2, 5, 8, 10, 40, 70, 95, 99}) {
    write_two_basins(file_);
    truncate(static_cast<std::uintmax_t>(keep));
    try {
      EXPECT_THAT(NetcdfFile(file_).read_floats("q"), ::testing::Pointwise(::testing::NanSensitiveFloatEq(), whole))
          << keep << " % left";
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GE(refused, 3);
}

TEST_F(Netcdf, ATruncatedClassicFileIsAnInputError) {
  for (const int kind : {NC_CLASSIC_MODEL, NC_64BIT_OFFSET, NC_64BIT_DATA}) {
    {
      const RawFile raw(file_, kind);
      const int rows = raw.dimension("row", NC_UNLIMITED);
      const int width = raw.dimension("width", 3);
      const int fixed = raw.variable("fixed", NC_SHORT, {width});
      const int text = raw.variable("text", NC_CHAR, {rows, width});
      const int values = raw.variable("q", NC_DOUBLE, {rows});
      nc_put_att_text(raw.handle, NC_GLOBAL, "title", 5, "title");
      nc_put_att_double(raw.handle, values, "scale_factor", NC_DOUBLE, 1, std::vector<double>{2}.data());
      nc_enddef(raw.handle);
      const std::size_t start[] = {0, 0}, count[] = {100, 3};
      nc_put_var_short(raw.handle, fixed, std::vector<short>(3, 1).data());
      nc_put_vara_text(raw.handle, text, start, count, std::string(300, 'x').data());
      nc_put_vara_double(raw.handle, values, start, count, std::vector<double>(100, 1.0).data());
    }
    EXPECT_EQ(NetcdfFile(file_).read_floats("q").back(), 2.0f) << kind;
    std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 1);
    EXPECT_THAT(problem_of([&] { NetcdfFile{file_}; }).what, HasSubstr("cut off")) << kind;
    std::filesystem::resize_file(file_, 30);
    EXPECT_THROW(NetcdfFile{file_}, InputError) << kind;
  }
}

/// Runs in a process of its own: the library keeps parts of files it gave up on until the end.
[[noreturn]] void read_damaged_copies(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::string content(std::istreambuf_iterator<char>(in), {});
  for (std::size_t position = 0; position < content.size(); position += 97) {
    std::string damaged = content;
    damaged[position] = static_cast<char>(damaged[position] ^ 0x5a);
    std::ofstream(file, std::ios::binary) << damaged;
    try {
      const NetcdfFile opened(file);
      for (const NetcdfVariable& variable : opened.variables()) {
        if (variable.is_numeric()) opened.read_doubles(variable.name);
      }
    } catch (const Error&) {  // any reported error is fine, a crash is not
    }
  }
  std::_Exit(0);
}

TEST_F(Netcdf, DamagedBytesNeverCrash) {
  write_two_basins(file_);
  EXPECT_EXIT(read_damaged_copies(file_), testing::ExitedWithCode(0), "");
}

TEST_F(Netcdf, AFailedWriteLeavesTheOldFileAndNothingElse) {
  write_two_basins(file_);
  EXPECT_THROW(write_netcdf_file(file_, [](NetcdfWriter& writer) { writer.define_variable("q", NetcdfType::kFloat, {"none"}); }),
               InternalError);
  EXPECT_THROW(write_netcdf_file(file_, [](NetcdfWriter& writer) { writer.define_variable("a/b", NetcdfType::kFloat, {}); }),
               InternalError);
  EXPECT_THROW(write_netcdf_file(file_, [](NetcdfWriter& writer) { writer.put("q", std::vector<float>{1}); }), InternalError);
  EXPECT_EQ(NetcdfFile(file_).read_floats("q").back(), 9.0f);
  EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(Netcdf, AFolderThatIsNotThereIsAnEnvironmentError) {
  EXPECT_THROW(write_two_basins(folder_ / "absent" / "a.nc"), EnvironmentError);
}

/// Runs in a process of its own: the limit on file sizes stands for a full disk.
[[noreturn]] void write_with_a_full_disk(const std::filesystem::path& file) {
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{20000, 20000};
  setrlimit(RLIMIT_FSIZE, &limit);
  try {
    write_netcdf_file(file, [](NetcdfWriter& writer) {
      writer.define_dimension("time", 100000);
      writer.define_variable("q", NetcdfType::kDouble, {"time"});
      std::vector<double> noise(100000);
      for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = std::sin(static_cast<double>(i * i));
      writer.put("q", noise);
    });
  } catch (const EnvironmentError& error) {
    const bool names_the_file = error.problems().front().file == file.string();
    std::fprintf(stderr, "%s\n", error.what());
    std::_Exit(names_the_file ? 3 : 1);
  }
  std::_Exit(1);
}

TEST_F(Netcdf, AFullDiskIsAnEnvironmentErrorAndKeepsTheOldFile) {
  write_two_basins(file_);
  EXPECT_EXIT(write_with_a_full_disk(file_), testing::ExitedWithCode(3), "a.nc");
  EXPECT_EQ(NetcdfFile(file_).read_floats("q").back(), 9.0f);
  EXPECT_EQ(folder_.entries(), 1u);
}

TEST_F(Netcdf, SeveralThreadsMayReadAndWriteAtOnce) {
  write_two_basins(file_);
  const NetcdfFile shared(file_);
  std::vector<std::thread> threads;
  std::vector<int> sums(4, 0);
  for (std::size_t t = 0; t < sums.size(); ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        write_two_basins(folder_ / ("own" + std::to_string(t) + ".nc"));
        const NetcdfFile own(folder_ / ("own" + std::to_string(t) + ".nc"));
        sums[t] += static_cast<int>(own.read_floats("q")[9] + shared.read_floats("q")[8]);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(sums, testing::Each(340));
}

TEST(NetcdfName, MakesLegalNames) {
  EXPECT_EQ(netcdf_name("QObs(mm/d)"), "QObs_mm_d");
  EXPECT_EQ(netcdf_name("prcp(mm/day)_daymet"), "prcp_mm_day_daymet");
  EXPECT_EQ(netcdf_name("streamflow"), "streamflow");
  EXPECT_EQ(netcdf_name("//"), "");
}

}  // namespace
}  // namespace freshet
