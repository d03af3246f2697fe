#include "freshet/data/virtual/synth.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/data/virtual/writer.hpp"
#include "freshet/io/atomic_file.hpp"
#include "freshet/physics/reference_simulation.hpp"
#include "support/input_errors.hpp"
#include "support/temporary_folder.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing_support::problems_of;
using testing_support::TemporaryFolder;

struct Recorder : Observer {
  void on(const Event& event) override { events.push_back(event); }
  std::vector<Event> events;
};

class WriteVirtualBasins : public testing::Test {
 protected:
  fs::path write(const std::string& name, int basins, int years, std::uint64_t seed, std::size_t threads) {
    write_virtual_basins({.basins = basins, .years = years, .seed = seed, .out = dir_ / name, .threads = threads}, recorder_);
    return dir_ / name;
  }

  static std::map<std::string, std::string> contents(const fs::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files[fs::relative(entry.path(), folder).string()] = read_file(entry.path());
    }
    return files;
  }

  TemporaryFolder dir_;
  Recorder recorder_;
};

std::vector<std::vector<double>> numbers(const std::string& text, char separator, std::size_t skip_lines,
                                         std::size_t skip_columns) {
  std::vector<std::vector<double>> columns;
  std::istringstream lines(text);
  std::string line;
  for (std::size_t row = 0; std::getline(lines, line); ++row) {
    if (row < skip_lines) continue;
    std::istringstream cells(line);
    std::string cell;
    for (std::size_t i = 0; std::getline(cells, cell, separator); ++i) {
      if (i < skip_columns) continue;
      if (columns.size() <= i - skip_columns) columns.emplace_back();
      columns[i - skip_columns].push_back(std::stod(cell));
    }
  }
  return columns;
}

std::string line_of(const std::string& text, std::size_t number) {
  std::istringstream lines(text);
  std::string line;
  for (std::size_t i = 0; i <= number; ++i) std::getline(lines, line);
  return line;
}

TEST_F(WriteVirtualBasins, GivesTheSameBytesForAnyNumberOfThreadsAndBasins) {
  const auto one = contents(write("one", 5, 2, 11, 1)), two = contents(write("two", 5, 2, 11, 2));
  EXPECT_EQ(one, two);
  EXPECT_EQ(one.size(), 5u * 3 + 7 + 4);
  for (const auto& [name, content] : contents(write("fewer", 2, 2, 11, 2))) {
    if (name.find("9900000") != std::string::npos) {
      EXPECT_EQ(one.at(name), content) << name;
    }
  }
  EXPECT_NE(contents(write("seed", 5, 2, 12, 2)), one);
}

TEST_F(WriteVirtualBasins, HasTheLayoutOfCamelsUs) {
  const auto files = contents(write("out", 3, 1, 1, 1));
  const std::map<std::string, std::string> headers = {
      {"clim",
       "gauge_id;p_mean;pet_mean;p_seasonality;frac_snow;aridity;high_prec_freq;high_prec_dur;high_prec_timing;low_prec_freq;"
       "low_prec_dur;low_prec_timing"},
      {"geol",
       "gauge_id;geol_1st_class;glim_1st_class_frac;geol_2nd_class;glim_2nd_class_frac;carbonate_rocks_frac;geol_porostiy;"
       "geol_permeability"},
      {"hydro",
       "gauge_id;q_mean;runoff_ratio;slope_fdc;baseflow_index;stream_elas;q5;q95;high_q_freq;high_q_dur;low_q_freq;low_q_dur;"
       "zero_q_freq;hfd_mean"},
      {"name", "gauge_id;huc_02;gauge_name"},
      {"soil",
       "gauge_id;soil_depth_pelletier;soil_depth_statsgo;soil_porosity;soil_conductivity;max_water_content;sand_frac;silt_frac;"
       "clay_frac;water_frac;organic_frac;other_frac"},
      {"topo", "gauge_id;gauge_lat;gauge_lon;elev_mean;slope_mean;area_gages2;area_geospa_fabric"},
      {"vege",
       "gauge_id;frac_forest;lai_max;lai_diff;gvf_max;gvf_diff;dom_land_cover_frac;dom_land_cover;root_depth_50;root_depth_99"}};
  for (const auto& [table, header] : headers) {
    const std::string& text = files.at("camels_attributes_v2.0/camels_" + table + ".txt");
    EXPECT_EQ(line_of(text, 0), header);
    EXPECT_EQ(line_of(text, 3).substr(0, 9), "99000003;");
    const std::string row = line_of(text, 1);
    EXPECT_EQ(std::count(row.begin(), row.end(), ';'), std::count(header.begin(), header.end(), ';')) << table;
  }
  const std::string huc = line_of(files.at("camels_attributes_v2.0/camels_name.txt"), 1).substr(9, 2);
  const std::string& forcing = files.at("basin_mean_forcing/daymet/" + huc + "/99000001_lump_cida_forcing_leap.txt");
  EXPECT_THAT(line_of(forcing, 2), testing::MatchesRegex("[0-9]+"));  // m2
  EXPECT_EQ(line_of(forcing, 3), "Year Mnth Day Hr dayl(s) prcp(mm/day) srad(W/m2) swe(mm) tmax(C) tmin(C) vp(Pa)");
  EXPECT_THAT(line_of(forcing, 4), testing::StartsWith("1990 10 01 12\t"));
  EXPECT_EQ(std::count(forcing.begin(), forcing.end(), '\n'), 4 + 365);
  const std::string& flow = files.at("usgs_streamflow/" + huc + "/99000001_streamflow_qc.txt");
  EXPECT_THAT(line_of(flow, 0), testing::MatchesRegex("99000001 1990 10 01 +-?[0-9]+\\.[0-9][0-9] (A|A:e|M)"));
  EXPECT_THAT(files.at("README.txt"),
              testing::AllOf(testing::HasSubstr("SYNTHETIC"), testing::HasSubstr("--basins 3 --years 1 --seed 1")));
  EXPECT_EQ(files.at("basins.txt"), "99000001\n99000002\n99000003\n");
}

TEST_F(WriteVirtualBasins, WritesMissingDaysAsTheCamelsMark) {
  bool seen = false;
  for (const auto& [name, content] : contents(write("out", 12, 6, 1, 2))) {
    if (name.find("streamflow_qc") == std::string::npos) continue;
    EXPECT_EQ(content.find("nan"), std::string::npos);
    seen = seen || content.find(" -999.00 M\n") != std::string::npos;
  }
  EXPECT_TRUE(seen);
}

// The truth can be had again from the files: forcing, parameters and initial states give the stored states and runoff.
TEST_F(WriteVirtualBasins, TruthFollowsFromTheFiles) {
  const auto files = contents(write("out", 3, 2, 5, 1));
  const auto parameters = numbers(files.at("truth/parameters.csv"), ',', 1, 1);
  const auto initial = numbers(files.at("truth/initial_states.csv"), ',', 1, 1);
  for (std::size_t basin = 0; basin < 3; ++basin) {
    const std::string id = "9900000" + std::to_string(basin + 1);
    std::string forcing;
    for (const auto& [name, content] : files) {
      if (name.find(id + "_lump") != std::string::npos) forcing = content;
    }
    const auto weather = numbers(forcing, '\t', 4, 1);
    const auto truth = numbers(files.at("truth/" + id + ".csv"), ',', 1, 1);
    physics::HbvParameters<double> p;
    for (std::size_t i = 0; i < 12; ++i) physics::fields<double>(p)[i] = parameters[i][basin];
    std::vector<double> start(5);
    for (std::size_t i = 0; i < 5; ++i) start[i] = initial[i][basin];
    std::vector<double> temperature;
    for (std::size_t t = 0; t < weather[4].size(); ++t) temperature.push_back(0.5 * (weather[4][t] + weather[5][t]));
    const auto weights = physics::gamma_unit_hydrograph(parameters[12][basin], parameters[13][basin]);
    const auto run = physics::simulate_reference<synth::TrueModel>(
        std::vector{weather[1], temperature, truth[0]}, physics::fields<double>(p),
        {.initial = start, .unit_hydrograph = std::vector<double>(weights.begin(), weights.end())});
    const auto stored = [&](std::string_view name, std::size_t column) {
      for (std::size_t t = 0; t < temperature.size(); ++t) {
        ASSERT_NEAR(run.find(name)[t], truth[column][t], 6e-7) << id << " " << name << " step " << t;
      }
    };
    for (std::size_t i = 0; i < 5; ++i) stored(synth::TrueModel::kStates[i].name, 1 + i);
    for (std::size_t i = 0; i < 15; ++i) stored(synth::TrueModel::kFluxes[i].name, 6 + i);
    for (std::size_t t = 14; t < temperature.size(); ++t) {
      ASSERT_NEAR(run.find("discharge")[t], truth[21][t], 6e-7) << id << " step " << t;
    }
  }
}

TEST_F(WriteVirtualBasins, ReportsProgressOncePerBasin) {
  write("out", 4, 1, 1, 2);
  ASSERT_EQ(recorder_.events.size(), 4u);
  EXPECT_EQ(std::get<Progress>(recorder_.events.back()).done, 4);
}

TEST_F(WriteVirtualBasins, RefusesToOverwriteAndLeavesNothingBehind) {
  fs::create_directories(dir_ / "full");
  std::ofstream(dir_ / "full" / "mine.txt") << "precious";
  EXPECT_THROW(write("full", 1, 1, 1, 1), InputError);
  EXPECT_EQ(read_file(dir_ / "full" / "mine.txt"), "precious");
  std::ofstream(dir_ / "file") << "a file";
  EXPECT_THROW(write("file", 1, 1, 1, 1), InputError);
  EXPECT_EQ(dir_.entries(), 2u);
}

TEST_F(WriteVirtualBasins, FillsAnEmptyFolderAndOneWithATrailingSlash) {
  fs::create_directories(dir_ / "empty");
  EXPECT_TRUE(fs::exists(write("empty", 1, 1, 1, 1) / "README.txt"));
  EXPECT_TRUE(fs::exists(write("new/deeper/", 1, 1, 1, 1) / "README.txt"));
}

TEST_F(WriteVirtualBasins, BlamesTheMachineIfTheFolderCannotBeMade) {
  std::ofstream(dir_ / "file") << "a file";
  EXPECT_THROW(write("file/below", 1, 1, 1, 1), EnvironmentError);
  EXPECT_EQ(dir_.entries(), 1u);
}

TEST_F(WriteVirtualBasins, ARunThatFailsHalfWayLeavesNothing) {
  struct Stopper : Observer {
    void on(const Event&) override { throw std::runtime_error("stopped"); }
  } stopper;
  EXPECT_THROW(write_virtual_basins({.basins = 3, .years = 1, .out = dir_ / "out", .threads = 2}, stopper), std::runtime_error);
  EXPECT_EQ(dir_.entries(), 0u);
}

TEST_F(WriteVirtualBasins, NamesEveryOptionOutOfRange) {
  const auto problems = problems_of([&] {
    write_virtual_basins({.basins = 0, .years = 201, .out = {}, .first = Time{make_day(2000, 1, 1).minutes + 60}, .threads = 0},
                         recorder_);
  });
  EXPECT_EQ(problems.size(), 5u);
  EXPECT_THROW(write("out", 10001, 1, 1, 1), InputError);
  EXPECT_EQ(dir_.entries(), 0u);
}

TEST(AppendFixed, RoundsPadsAndTrims) {
  const auto text = [](double value, int decimals, bool trim = false) {
    std::string out;
    synth::append_fixed(out, value, decimals, trim);
    return out;
  };
  EXPECT_EQ(text(3.14159, 2), "3.14");
  EXPECT_EQ(text(-13.61, 2), "-13.61");
  EXPECT_EQ(text(-0.05, 2), "-0.05");
  EXPECT_EQ(text(-0.001, 2), "0.00");
  EXPECT_EQ(text(0, 2), "0.00");
  EXPECT_EQ(text(31101.65, 2), "31101.65");
  EXPECT_EQ(text(0.000001, 6), "0.000001");
  EXPECT_EQ(text(2.5, 6, true), "2.5");
  EXPECT_EQ(text(10, 6, true), "10");
  EXPECT_EQ(text(0, 6, true), "0");
  EXPECT_EQ(text(7.6, 0), "8");
}

}  // namespace
}  // namespace freshet
