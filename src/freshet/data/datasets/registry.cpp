#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/data/datasets/camels_us.hpp"
#include "freshet/data/datasets/caravan.hpp"
#include "freshet/data/datasets/generic.hpp"

namespace freshet {

const std::vector<DatasetKind>& dataset_kinds() {
  static const std::vector<DatasetKind> kinds = {
      {"camels_us", "CAMELS-US, daily (text files of forcing and streamflow, attribute tables)", open_camels_us},
      {"caravan", "Caravan and its extensions, netCDF or CSV", open_caravan},
      {"generic", "one NetCDF file per basin and attribute CSV files, as NeuralHydrology's generic data set", open_generic},
  };
  return kinds;
}

std::unique_ptr<Dataset> open_dataset(const DatasetOptions& options) {
  std::vector<std::string> names;
  for (const DatasetKind& kind : dataset_kinds()) {
    if (kind.name == options.name) return kind.open(options);
    names.push_back(kind.name);
  }
  const auto near = nearest(options.name, names);
  throw InputError({.what = fmt::format("`{}` is not a known data set", options.name),
                    .expected = fmt::format("one of {}", fmt::join(names, ", ")),
                    .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
}

std::unique_ptr<Dataset> recognise_dataset(const DatasetOptions& options) {
  std::vector<Problem> problems;
  for (const DatasetKind& kind : dataset_kinds()) {
    DatasetOptions of_kind = options;
    of_kind.name = kind.name;
    try {
      return open_dataset(of_kind);
    } catch (const InputError& error) {
      // What is wrong deeper inside the folder is wrong with a data set of this kind.
      const std::filesystem::path blamed = error.problems().front().file;
      if (!blamed.empty() && !std::filesystem::equivalent(blamed, options.data_dir)) throw;
      problems.insert(problems.end(), error.problems().begin(), error.problems().end());
    }
  }
  throw InputError(std::move(problems));
}

}  // namespace freshet
