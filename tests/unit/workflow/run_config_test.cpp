#include "freshet/workflow/run_config.hpp"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "freshet/core/parallel.hpp"
#include "unit/data/data_testing.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing_support::problems_of;
using testing_support::TemporaryFolder;

/// A folder with configs/run.yml, configs/basins.txt, data/ and other/.
class RunConfigTest : public testing::Test {
 protected:
  RunConfigTest() {
    fs::create_directories(folder_.path() / "data");
    folder_.write("configs/basins.txt", "01\n02\n");
    folder_.write("other/basins.txt", "03\n");
  }
  fs::path write(const std::string& more, const std::string& dataset = "dataset: generic\ndata_dir: ../data\n") const {
    return folder_.write("configs/run.yml", dataset + "dynamic_inputs: [p, t]\ntarget_variables: q\n" + more);
  }
  RunConfig load(const std::string& more, const std::vector<std::string>& overrides = {}) const {
    return load_run_config(write(more), overrides);
  }
  fs::path in(const char* name) const { return folder_.path() / name; }

  TemporaryFolder folder_;
};

TEST_F(RunConfigTest, RelativePathsAreTakenFromTheConfigsFolder) {
  const RunConfig config = load("train_basin_file: basins.txt\ncache_dir: cache\nrun_dir: runs/here\n");
  EXPECT_EQ(config.data.data_dir, in("data"));
  EXPECT_EQ(config.data.train_basin_file, in("configs/basins.txt"));
  EXPECT_EQ(config.data.cache_dir, in("configs/cache"));
  EXPECT_EQ(config.experiment.run_dir, "runs/here") << "from the current folder";
  EXPECT_EQ(load("cache_dir: off\n").data.cache_dir, "off");
  EXPECT_FALSE(load("").data.cache_dir);
}

TEST_F(RunConfigTest, OverridesWinAndTheirPathsAreTakenFromTheCurrentFolder) {
  const fs::path before = fs::current_path();
  fs::current_path(in("other"));
  const RunConfig config = load("train_basin_file: basins.txt\ntest_basin_file: basins.txt\nepochs: 3\n",
                                {"train_basin_file=basins.txt", "epochs=7", "hidden_size=9"});
  fs::current_path(before);
  EXPECT_EQ(config.data.train_basin_file, in("other/basins.txt"));
  EXPECT_EQ(config.data.test_basin_file, in("configs/basins.txt"));
  EXPECT_EQ(config.data.data_dir, in("data"));
  EXPECT_EQ(config.training.epochs, 7);
  EXPECT_EQ(config.model.hidden_size, 9);
}

TEST_F(RunConfigTest, AnOverrideMendsAProblemOfTheFile) {
  EXPECT_EQ(load("epochs: many\n", {"epochs=2"}).training.epochs, 2);
  EXPECT_FALSE(load("test_basin_file: nowhere.txt\n", {"test_basin_file="}).data.test_basin_file);
  EXPECT_EQ(problems_of([&] { load("epochs: 2\n", {"epochs=many"}); }).at(0).file, "--set epochs");
  EXPECT_THROW(load("", {"epochs"}), InputError);
}

TEST_F(RunConfigTest, PathsMayNameTheEnvironment) {
  ::setenv("FRESHET_TEST_ROOT", folder_.path().c_str(), 1);
  const fs::path file = write("train_basin_file: ${FRESHET_TEST_ROOT}/other/basins.txt\n",
                              "dataset: generic\ndata_dir: ${FRESHET_TEST_ROOT}/data\n");
  const RunConfig config = load_run_config(file, {});
  ::unsetenv("FRESHET_TEST_ROOT");
  EXPECT_EQ(config.data.data_dir, in("data"));
  EXPECT_EQ(config.data.train_basin_file, in("other/basins.txt"));

  const auto problems = problems_of([&] { load_run_config(file, {}); });
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_THAT(to_string(problems[0]) + to_string(problems[1]), HasSubstr("${FRESHET_TEST_ROOT}"))
      << "a variable that is not set stays visible";
}

TEST_F(RunConfigTest, AllProblemsOfAllTablesComeAtOnceInOneError) {
  const fs::path file = write(
      "epohs: 3\nhidden_size: 0\nvalidation_metric: nsee\nclip_targets_to_zero: [snow]\ntest_start_date: 1990-01-01\nthreads: 0\n"
      "evaluation_mode: sometimes\n",
      "dataset: generik\ndata_dir: nowhere\n");
  const auto problems = problems_of([&] { load_run_config(file, {}); });
  std::string text;
  for (const Problem& problem : problems) {
    text += to_string(problem) + "\n";
    EXPECT_EQ(problem.file, file.string()) << to_string(problem);
    EXPECT_GT(problem.line, 0u) << to_string(problem);
  }
  EXPECT_THAT(problems, SizeIs(9)) << text;
  for (const char* part :
       {"Did you mean `epochs`?", "`hidden_size`", "`validation_metric`|nsee", "`snow` is not one of", "do not pair", "`threads`",
        "`evaluation_mode`", "Did you mean `generic`?", "data folder does not exist"}) {
    const std::string wanted(part);
    const std::size_t bar = wanted.find('|');
    EXPECT_THAT(text, HasSubstr(bar == std::string::npos ? wanted : wanted.substr(bar + 1)));
  }
}

TEST_F(RunConfigTest, KeysThatMustBeThereAreAskedFor) {
  const auto problems = problems_of([&] { load_run_config(folder_.write("empty.yml", ""), {}); });
  ASSERT_THAT(problems, SizeIs(4));
  EXPECT_THAT(problems[0].what, HasSubstr("`dataset` is missing"));
  EXPECT_THROW(load_run_config(folder_.path() / "absent.yml", {}), InputError);
}

/// What a configuration says, as text.
std::string yaml_of(const fs::path& file) {
  return to_yaml(load_run_config(file, {}));
}

TEST_F(RunConfigTest, TheResolvedConfigurationReadsBackToItself) {
  const std::string full =
      "experiment_name: '007'\nseed: 12345678901\ntrain_basin_file: basins.txt\ntrain_start_date: [01/10/1990, 2000-10-01]\n"
      "train_end_date: [30/09/1995, 2005-09-30]\nlearning_rate: {0: 1.0e-3, 11: 0.30000000000000004}\nstatic_attributes: [a, b]\n"
      "initial_forget_bias: 3\nclip_gradient_norm: 0.1\nclip_targets_to_zero: q\ncache_dir: off\nvalidate_every: 2\n"
      "validation_start_date: 1996-01-01\nvalidation_end_date: 1997-01-01\nvalidation_metric: KGE\nmodel: cudalstm\n";
  for (const std::string& more : {std::string(), full}) {
    const std::string resolved = yaml_of(write(more));
    const fs::path copy = folder_.write("elsewhere/config.yml", resolved);
    EXPECT_EQ(yaml_of(copy), resolved);
    EXPECT_EQ(to_yaml(load_stored_config(copy)), resolved);
  }
  const RunConfig config = load_run_config(folder_.path() / "elsewhere/config.yml", {});
  EXPECT_EQ(config.experiment.experiment_name, "007");
  EXPECT_EQ(config.training.learning_rate.at(11), 0.30000000000000004);
  EXPECT_THAT(config.data.train_start_date, ElementsAre(make_day(1990, 10, 1), make_day(2000, 10, 1)));
  EXPECT_EQ(config.model.initial_forget_bias, 3.0);
}

TEST_F(RunConfigTest, AStoredConfigurationNeedsNoDataButSoundValues) {
  const fs::path file = write("train_basin_file: gone.txt\n", "dataset: generic\ndata_dir: /nowhere/at/all\n");
  EXPECT_THROW(load_run_config(file, {}), InputError);
  EXPECT_EQ(load_stored_config(file).data.data_dir, "/nowhere/at/all");
  EXPECT_THROW(load_stored_config(write("epochs: many\n")), InputError);
  EXPECT_THROW(load_stored_config(write("epohs: 3\n")), InputError);
}

TEST_F(RunConfigTest, EveryKeyIsExplainedAndThreadsDefaultToTheCores) {
  for (const FieldInfo& info : all_field_infos()) {
    EXPECT_FALSE(info.doc.empty()) << info.key;
    EXPECT_FALSE(info.group.empty()) << info.key;
  }
  EXPECT_EQ(load("").threads(), available_threads());
  EXPECT_EQ(load("threads: 5\n").threads(), 5u);
}

}  // namespace
}  // namespace freshet
