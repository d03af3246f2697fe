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

}  // namespace

DataCheckReport check_run_data(const CheckRequest& request, Observer& observer) {
  if (!std::filesystem::is_directory(request.source)) return check_config(request, observer);
  const DatasetOptions options{.name = request.dataset, .data_dir = request.source, .forcings = request.forcings};
  const auto dataset = request.dataset.empty() ? recognise_dataset(options) : open_dataset(options);
  const std::vector<std::string> basins = dataset->basins();
  if (basins.empty()) throw InputError({.what = "the data set has no basin with series", .file = request.source.string()});
  RunConfig defaults;
  return check_data(*dataset, basins, store_options(defaults, true), observer);
}

}  // namespace freshet
