#include "freshet/workflow/evaluated_run.hpp"

#include "freshet/workflow/calibrate.hpp"
#include "freshet/workflow/crossval_folder.hpp"

namespace freshet {
namespace {

std::string how_to_evaluate(const std::filesystem::path& dir, Split split) {
  if (is_crossval(dir))
    return "A cross-validation has results of its test when all folds have ended: `freshet crossval` goes on with it.";
  if (is_calibration(dir)) return "A calibration is evaluated when it ends, on the periods that its config.yml gives.";
  return fmt::format("Run `freshet evaluate --split {}` on it first.", to_string(split));
}

}  // namespace

RunFolder open_evaluated_run(const std::filesystem::path& dir, Split split, ResultFile needed) {
  RunFolder folder = RunFolder::open(dir);
  if (std::filesystem::exists((folder.*needed)(results_tag(split)))) return folder;
  throw InputError({.what = fmt::format("the run has not been evaluated on its {} period", to_string(split)),
                    .file = dir.string(),
                    .hint = how_to_evaluate(dir, split)});
}

}  // namespace freshet
