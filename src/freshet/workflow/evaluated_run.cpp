#include "freshet/workflow/evaluated_run.hpp"

#include "freshet/workflow/calibrate.hpp"

namespace freshet {

RunFolder open_evaluated_run(const std::filesystem::path& dir, Split split, ResultFile needed) {
  RunFolder folder = RunFolder::open(dir);
  if (std::filesystem::exists((folder.*needed)(results_tag(split)))) return folder;
  throw InputError({.what = fmt::format("the run has not been evaluated on its {} period", to_string(split)),
                    .file = dir.string(),
                    .hint = is_calibration(dir)
                                ? "A calibration is evaluated when it ends, on the periods that its config.yml gives."
                                : fmt::format("Run `freshet evaluate --split {}` on it first.", to_string(split))});
}

}  // namespace freshet
