#pragma once

#include <map>
#include <memory>

#include "freshet/core/events.hpp"
#include "freshet/data/scaler.hpp"
#include "freshet/workflow/run_config.hpp"

namespace freshet {

/// The data of a run, opened: series of all basins of the splits asked for, and their attributes.
struct RunInputs {
  std::unique_ptr<Dataset> dataset;
  std::shared_ptr<const SeriesStore> store;
  std::map<std::string, std::vector<double>> attributes;
  std::map<Split, std::vector<std::string>> basins;    ///< sorted
  std::map<std::string, std::vector<Column>> derived;  ///< of each basin, what its record lacks but yields (derive_column)

  std::vector<BasinView> views(Split split) const;
  std::vector<BasinView> views(const std::vector<std::string>& wanted) const;
};

/// What to say of a test on days that were trained on.
std::string seen_days_warning(const Period& test, const Period& training, const std::string& basins);

/// InputError if no basin has a record in any of the periods; `which`: "test period" or the like.
void check_in_record(const std::vector<BasinView>& basins, const std::vector<Period>& periods, const std::string& which);

std::unique_ptr<Dataset> open_run_dataset(const DataOptions& data);
/// The ids in a basin list, sorted. InputError names the line of each that is not on disk.
std::vector<std::string> listed_basins(const std::filesystem::path& file, const DataOptions& data, const Dataset& dataset);
/// The ids of a split: its basin file's, or all of the data set. InputError lists those that are not on disk.
std::vector<std::string> split_basins(const DataOptions& data, Split split, const Dataset& dataset);
/// Where parsed series are kept, of the key `cache_dir`; empty: nowhere.
std::filesystem::path cache_folder(const std::optional<std::filesystem::path>& cache_dir);
StoreOptions store_options(const RunConfig& config, bool verify_cache);

RunInputs open_inputs(const RunConfig& config, const std::vector<Split>& splits, bool verify_cache, Observer& observer);
/// The same for an explicit list of basins, stored under `split`.
RunInputs open_inputs_for(const RunConfig& config, Split split, std::vector<std::string> basins, Observer& observer);

}  // namespace freshet
