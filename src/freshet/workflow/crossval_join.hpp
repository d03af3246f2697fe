#pragma once

#include <string>
#include <vector>

#include "freshet/workflow/crossval_folder.hpp"
#include "freshet/workflow/evaluate.hpp"

namespace freshet {

/// Scores of a fold's tested basins, by the first target.
struct FoldScores {
  std::string fold;
  std::string state;                                ///< "finished", "failed"
  std::size_t train = 0, validation = 0, test = 0;  ///< basins
  double median_nse, mean_nse, deviation_nse;       ///< of the sample, n - 1; NaN where there are none
  std::size_t below_zero = 0;                       ///< basins with NSE < 0
  std::size_t scored = 0;                           ///< basins with an NSE
  std::string held_out;
};

/// What a cross-validation found.
struct CrossvalScores {
  std::vector<FoldScores> folds;
  FoldScores all;             ///< over all basins of the finished folds
  EvaluationSummary summary;  ///< of the joined predictions, beside the baselines
};

/// Joins the predictions of all finished folds as the results of one run in the cross-validation's folder: predictions.nc,
/// metrics.csv, baselines.csv, evaluation.json, report.html, and crossval.csv with a row for each fold. Nothing is written if
/// this was done before, from the same results. `inputs` holds all basins.
CrossvalScores join_folds(const CrossvalPlan& plan, const CrossvalFolder& folder, const RunInputs& inputs);

/// The table of folds and the summary, for people.
std::string to_text(const CrossvalScores& scores);

}  // namespace freshet
