#include "freshet/workflow/check_data.hpp"

#include <set>

#include "freshet/workflow/run_inputs.hpp"

namespace freshet {
namespace {

DataCheckReport check_config(const CheckRequest& request, Observer& observer) {
  const RunConfig config = load_run_config(request.source, request.overrides);
  const auto dataset = open_run_dataset(config.data);
  std::set<std::string> basins;
  for (const Split split : {Split::kTrain, Split::kValidation, Split::kTest}) {
    const auto own = split_basins(config.data, split, *dataset);
    basins.insert(own.begin(), own.end());
  }
  return check_data(*dataset, {basins.begin(), basins.end()}, store_options(config, true), observer);
}

/// The kind of data set the folder holds: the first whose reader finds its layout.
std::unique_ptr<Dataset> recognise(const CheckRequest& request) {
  std::vector<Problem> problems;
  for (const DatasetKind& kind : dataset_kinds()) {
    if (!request.dataset.empty() && request.dataset != kind.name) continue;
    try {
      return open_dataset({.name = kind.name, .data_dir = request.source, .forcings = request.forcings});
    } catch (const InputError& error) {
      // What is wrong deeper inside the folder is wrong with a data set of this kind.
      const std::filesystem::path blamed = error.problems().front().file;
      if (!blamed.empty() && !std::filesystem::equivalent(blamed, request.source)) throw;
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  if (problems.empty()) return open_dataset({.name = request.dataset, .data_dir = request.source});  // throws: an unknown kind
  throw InputError(std::move(problems));
}

}  // namespace

DataCheckReport check_run_data(const CheckRequest& request, Observer& observer) {
  if (!std::filesystem::is_directory(request.source)) return check_config(request, observer);
  const auto dataset = recognise(request);
  const std::vector<std::string> basins = dataset->basins();
  if (basins.empty()) throw InputError({.what = "the data set has no basin with series", .file = request.source.string()});
  RunConfig defaults;
  return check_data(*dataset, basins, store_options(defaults, true), observer);
}

}  // namespace freshet
