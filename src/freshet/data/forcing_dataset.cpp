#include <algorithm>
#include <array>
#include <set>

#include "freshet/core/error.hpp"
#include "freshet/data/dataset.hpp"
#include "freshet/data/forcing_source.hpp"
#include "freshet/data/series_store.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

std::map<std::string, double> elevations(const Dataset& dataset) {
  const AttributeTable table = dataset.attributes();
  constexpr std::array<std::string_view, 3> kNames = {"elev_mean", "elevation", "ele_mt_sav"};
  std::map<std::string, double> result;
  for (const std::string_view name : kNames) {
    const auto column = std::ranges::find(table.names, name);
    if (column == table.names.end()) continue;
    for (std::size_t b = 0; b < table.basins.size(); ++b) {
      const auto value = parse_number(table.cell(b, static_cast<std::size_t>(column - table.names.begin())));
      if (value) result.emplace(table.basins[b], *value);
    }
  }
  return result;
}

class DatasetForcing final : public ForcingSource {
 public:
  DatasetForcing(const ForcingOptions& options, Observer& observer) : dataset_(open(options)) {
    choose(dataset_->basins(), options);
    if (basins().empty()) throw InputError({.what = "the data set has no basin with series", .file = options.source.string()});
    if (options.pet == "priestley_taylor") elevations_ = elevations(*dataset_);
    open_series({.cache_dir = options.cache_dir, .threads = options.threads}, observer);
  }

  SourceBasin basin(std::size_t index) const override {
    const std::string& id = basins()[index];
    if (const auto found = unreadable_.find(id); found != unreadable_.end()) throw InputError(found->second);
    const BasinView& view = *std::ranges::find(series_->basins(), id, &BasinView::basin);
    SourceBasin basin{.id = id, .axis = view.axis, .padded = true, .area_km2 = view.area_km2};
    if (const auto files = dataset_->sources(id); files.size() == 1) basin.file = files.front().string();
    for (const ColumnView& column : view.columns) basin.columns.push_back({column.name, column.unit});
    basin.read = [&view](std::size_t column) {
      const auto values = view.columns[column].values;
      return std::vector<double>(values.begin(), values.end());
    };
    basin.latitude = dataset_->gauge(id).latitude;
    if (const auto found = elevations_.find(id); found != elevations_.end()) basin.elevation = found->second;
    return basin;
  }

 private:
  static std::unique_ptr<Dataset> open(const ForcingOptions& options) {
    const DatasetOptions of_dataset{
        .name = options.dataset, .data_dir = options.source, .forcings = options.products, .area_source = options.area_source};
    return options.dataset.empty() ? recognise_dataset(of_dataset) : open_dataset(of_dataset);
  }

  /// One basin's faulty files do not keep the others from being read.
  void open_series(const StoreOptions& store, Observer& observer) {
    std::vector<std::string> readable = basins();
    while (!readable.empty()) {
      try {
        series_ = SeriesStore::open(*dataset_, readable, store, observer);
        return;
      } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) {
          if (std::ranges::find(readable, problem.basin) == readable.end()) throw;  // not of one basin
        }
        for (const Problem& problem : error.problems()) unreadable_[problem.basin].push_back(problem);
        std::erase_if(readable, [&](const std::string& id) { return unreadable_.contains(id); });
      }
    }
  }

  std::unique_ptr<Dataset> dataset_;
  std::shared_ptr<const SeriesStore> series_;
  std::map<std::string, double> elevations_;
  std::map<std::string, std::vector<Problem>> unreadable_;
};

}  // namespace

std::unique_ptr<ForcingSource> open_dataset_forcing(const ForcingOptions& options, Observer& observer) {
  return std::make_unique<DatasetForcing>(options, observer);
}

}  // namespace freshet
