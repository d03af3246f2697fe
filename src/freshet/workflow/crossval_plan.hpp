#pragma once

#include <string>
#include <vector>

#include "freshet/data/dataset.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// One fold: an ordinary run, and what it leaves out of training.
struct Fold {
  std::string name;      ///< of its folder: fold_1, fold_2, ...
  std::string held_out;  ///< for people: "region 01, 02; 1990-10-01 to 1995-09-30"; empty for basins drawn by chance
  std::vector<std::string> train, validation, test;  ///< basins, sorted; no validation: the training basins
  RunConfig config;  ///< its lists are files beside it: train_basins.txt, validation_basins.txt, test_basins.txt
};

/// A cross-validation as it is laid out before anything is trained.
struct CrossvalPlan {
  RunConfig config;
  std::vector<Fold> folds;
  std::string kind;                  ///< for people: "5 folds of basins drawn by seed 0"
  std::vector<std::string> remarks;  ///< what of the configuration is not used
};

/// Lays the folds out. InputError lists what is wrong: no test period, a fold without basins or days, a region that is not known
/// for a basin, validation that only held-out basins or days are left for.
CrossvalPlan plan_folds(const RunConfig& config, const Dataset& dataset);

/// folds.csv: in which fold (or, with blocks of time, folds) a basin is tested.
std::string folds_csv(const CrossvalPlan& plan);
/// periods.csv: the days of each fold's training, validation and test.
std::string periods_csv(const CrossvalPlan& plan);

}  // namespace freshet
