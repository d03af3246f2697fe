#include "freshet/data/series_store.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <xxhash.h>

#include "freshet/core/error.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/data/cache_file.hpp"
#include "freshet/data/source_files.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;

/// A basin on its way into the store: from the cache, or parsed.
struct Item {
  std::string basin;
  std::vector<fs::path> sources;
  std::string stamp;
  const CacheRecord* cached = nullptr;  ///< in the old cache, fresh and intact
  std::optional<BasinSeries> parsed;
  std::uint64_t parsed_hash = 0;
  std::vector<Problem> problems;
};

/// Keeps a message readable when everything is wrong at once.
void throw_problems(const std::vector<Item>& items) {
  constexpr std::size_t kMostShown = 20;
  std::vector<Problem> problems;
  for (const Item& item : items) problems.insert(problems.end(), item.problems.begin(), item.problems.end());
  if (problems.empty()) return;
  if (problems.size() > kMostShown) {
    const std::size_t more = problems.size() - kMostShown;
    problems.resize(kMostShown);
    problems.push_back({.what = fmt::format("and {} more problem{} of this kind in other basins", more, more == 1 ? "" : "s")});
  }
  throw InputError(std::move(problems));
}

/// Runs `work` and keeps what is wrong with the input, with the basin's name, for later.
template <class Work>
void collect_problems(Item& item, Work&& work) {
  try {
    work();
  } catch (const InputError& error) {
    item.problems = error.problems();
    for (Problem& problem : item.problems) {
      if (problem.basin.empty()) problem.basin = item.basin;
    }
  }
}

/// Reports progress of work that several threads share.
class SharedProgress {
 public:
  SharedProgress(std::string what, std::size_t total, Observer& observer)
      : what_(std::move(what)), total_(static_cast<std::int64_t>(total)), observer_(observer) {}
  void one_done() {
    const std::lock_guard lock(mutex_);
    observer_.on(Progress{what_, ++done_, total_});
  }

 private:
  std::mutex mutex_;
  std::string what_;
  std::int64_t done_ = 0;
  std::int64_t total_;
  Observer& observer_;
};

class Store : public SeriesStore {
 public:
  /// `items` sorted by basin, each either parsed or in the cache.
  Store(const Dataset& dataset, std::unique_ptr<CacheFile> cache, std::vector<Item> items, const std::vector<std::string>& basins)
      : cache_(std::move(cache)), items_(std::move(items)) {
    for (const std::string& basin : basins) {
      views_.push_back(view_of(*std::ranges::lower_bound(items_, basin, {}, &Item::basin)));
      for (ColumnView& column : views_.back().columns) column.alias = dataset.alias(column.name);
    }
    std::string seen;
    for (const Item& item : items_) {
      const std::uint64_t hash = item.parsed ? item.parsed_hash : item.cached->content_hash;
      seen += fmt::format("{} {:016x}\n", item.basin, hash);
    }
    data_hash_ = XXH3_64bits(seen.data(), seen.size());
  }
  const std::vector<BasinView>& basins() const override { return views_; }
  std::uint64_t data_hash() const override { return data_hash_; }

 private:
  BasinView view_of(const Item& item) const;

  std::unique_ptr<CacheFile> cache_;
  std::vector<Item> items_;
  std::vector<BasinView> views_;
  std::uint64_t data_hash_ = 0;
};

BasinView Store::view_of(const Item& item) const {
  BasinView view;
  view.basin = item.basin;
  if (item.parsed) {
    const BasinSeries& series = *item.parsed;
    view.axis = series.axis;
    view.area_km2 = series.area_km2;
    view.area_source = series.area_source;
    view.content_hash = item.parsed_hash;
    for (const Column& column : series.columns)
      view.columns.push_back({.name = column.name, .unit = column.unit, .values = column.values});
  } else {
    const CacheRecord& record = *item.cached;
    view.axis = record.axis;
    view.area_km2 = record.area_km2;
    view.area_source = record.area_source;
    view.content_hash = record.content_hash;
    for (std::size_t i = 0; i < record.names.size(); ++i) {
      view.columns.push_back({.name = record.names[i], .unit = record.units[i], .values = cache_->column(record, i)});
    }
  }
  return view;
}

/// The steps from a list of basins to a store.
class StoreOpening {
 public:
  StoreOpening(const Dataset& dataset, const StoreOptions& options, Observer& observer)
      : dataset_(dataset), options_(options), observer_(observer), key_(dataset.reader_key()) {}

  std::shared_ptr<const SeriesStore> run(const std::vector<std::string>& basins) {
    list_items(basins);
    open_cache();
    pick_cached();
    if (options_.verify_hashes) verify_hashes();
    parse_others();
    const bool anything_parsed = std::ranges::any_of(items_, [](const Item& item) { return item.parsed.has_value(); });
    if (!options_.cache_dir.empty() && anything_parsed) write_cache();
    return std::make_shared<Store>(dataset_, std::move(cache_), std::move(items_), basins);
  }

 private:
  void list_items(const std::vector<std::string>& basins);
  void open_cache();
  void pick_cached();
  void verify_hashes();
  void parse_others();
  void write_cache();
  std::vector<CacheEntry> entries_to_write() const;
  void move_items_to(std::unique_ptr<CacheFile> written);

  const Dataset& dataset_;
  const StoreOptions& options_;
  Observer& observer_;
  std::string key_;
  fs::path cache_path_;
  std::unique_ptr<CacheFile> cache_;
  std::vector<Item> items_;
};

void StoreOpening::list_items(const std::vector<std::string>& basins) {
  std::vector<std::string> ids = basins;
  std::ranges::sort(ids);
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  items_.resize(ids.size());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Item& item = items_[i];
    item.basin = ids[i];
    collect_problems(item, [&] {
      item.sources = dataset_.sources(item.basin);
      // Before any reading: a file changed while it is read gets a new stamp, and is read again the next time.
      item.stamp = stamp_of_files(item.sources);
    });
  }
}

void StoreOpening::open_cache() {
  if (options_.cache_dir.empty()) return;
  cache_path_ = options_.cache_dir / fmt::format("series-{:016x}.bin", XXH3_64bits(key_.data(), key_.size()));
  std::error_code ignored;
  if (!fs::exists(cache_path_, ignored)) return;
  try {
    cache_ = std::make_unique<CacheFile>(cache_path_, key_);
  } catch (const InputError& error) {
    observer_.warn(fmt::format("{} It is not used; the series are read from their sources.", error.what()));
  }
}

void StoreOpening::pick_cached() {
  if (!cache_) return;
  std::vector<char> damaged(items_.size(), 0);
  parallel_for(items_.size(), options_.threads, [&](std::size_t i) {
    const auto found = cache_->records().find(items_[i].basin);
    if (found == cache_->records().end() || found->second.source_stamp != items_[i].stamp || !items_[i].problems.empty()) return;
    if (cache_->is_intact(found->second)) {
      items_[i].cached = &found->second;
    } else {
      damaged[i] = 1;
    }
  });
  for (std::size_t i = 0; i < items_.size(); ++i) {
    if (damaged[i] == 0) continue;
    observer_.warn(to_string(Problem{.what = "the cache file is damaged; the series are read from their sources",
                                     .file = cache_path_.string(),
                                     .basin = items_[i].basin}));
  }
}

void StoreOpening::verify_hashes() {
  SharedProgress progress("Verifying the cache", items_.size(), observer_);
  parallel_for(items_.size(), options_.threads, [&](std::size_t i) {
    Item& item = items_[i];
    collect_problems(item, [&] {
      if (item.cached == nullptr || hash_of_files(item.sources) == item.cached->content_hash) return;
      item.problems.push_back(
          {.what = "a source has other content than when it was cached, behind the same size and modification time",
           .file = item.sources.empty() ? "" : item.sources.front().string(),
           .basin = item.basin,
           .expected = fmt::format("content hash {:016x} over {} files", item.cached->content_hash, item.sources.size()),
           .hint = fmt::format("Touch the file if its new content is right, or delete {}.", cache_path_.string())});
    });
    progress.one_done();
  });
  throw_problems(items_);
}

void StoreOpening::parse_others() {
  std::vector<Item*> todo;
  for (Item& item : items_) {
    if (item.cached == nullptr && item.problems.empty()) todo.push_back(&item);
  }
  SharedProgress progress("Reading basins", todo.size(), observer_);
  parallel_for(todo.size(), options_.threads, [&](std::size_t i) {
    Item& item = *todo[i];
    collect_problems(item, [&] {
      BasinSeries series = dataset_.read(item.basin);
      for (const Column& column : series.columns) {
        if (std::ssize(column.values) == series.axis.size) continue;
        throw InternalError(fmt::format("column {} of basin {} does not fit its time axis", column.name, item.basin));
      }
      item.parsed_hash = hash_of_files(item.sources);
      item.parsed = std::move(series);
    });
    progress.one_done();
  });
  throw_problems(items_);
}

/// The new basins, and everything in the old cache that is still good, of other runs too.
std::vector<CacheEntry> StoreOpening::entries_to_write() const {
  std::map<std::string, CacheEntry> entries;
  for (const Item& item : items_) {
    if (!item.parsed) continue;
    const BasinSeries& series = *item.parsed;
    CacheEntry entry;
    entry.record = {.basin = item.basin,
                    .source_stamp = item.stamp,
                    .axis = series.axis,
                    .area_km2 = series.area_km2,
                    .area_source = series.area_source,
                    .content_hash = item.parsed_hash};
    for (const Column& column : series.columns) {
      entry.record.names.push_back(column.name);
      entry.record.units.push_back(column.unit);
      entry.columns.emplace_back(column.values);
    }
    entries.emplace(item.basin, std::move(entry));
  }
  std::vector<CacheEntry> result;
  if (cache_) {
    for (const auto& [basin, record] : cache_->records()) {
      if (entries.contains(basin) || !cache_->is_intact(record)) continue;
      CacheEntry entry{record, {}};
      for (std::size_t i = 0; i < record.names.size(); ++i) entry.columns.push_back(cache_->column(record, i));
      entries.emplace(basin, std::move(entry));
    }
  }
  for (auto& [basin, entry] : entries) result.push_back(std::move(entry));
  return result;
}

void StoreOpening::write_cache() {
  try {
    std::error_code error;
    fs::create_directories(options_.cache_dir, error);
    if (error)
      throw EnvironmentError({.what = "cannot create the folder: " + error.message(), .file = options_.cache_dir.string()});
    write_cache_file(cache_path_, key_, entries_to_write());
    move_items_to(std::make_unique<CacheFile>(cache_path_, key_));
  } catch (const Error& error) {
    if (error.exit_code() == ExitCode::kInternal) throw;
    observer_.warn(fmt::format("The cache of series cannot be written: {} The run goes on without it.", error.what()));
  }
}

/// Lets go of the parsed series. Another process may have put its own file in place by now: then the series stay in memory.
void StoreOpening::move_items_to(std::unique_ptr<CacheFile> written) {
  std::vector<const CacheRecord*> records;
  for (const Item& item : items_) {
    const auto found = written->records().find(item.basin);
    if (found == written->records().end() || found->second.source_stamp != item.stamp) return;
    records.push_back(&found->second);
  }
  for (std::size_t i = 0; i < items_.size(); ++i) {
    items_[i].cached = records[i];
    items_[i].parsed.reset();
  }
  cache_ = std::move(written);
}

}  // namespace

std::shared_ptr<const SeriesStore> SeriesStore::open(const Dataset& dataset, const std::vector<std::string>& basins,
                                                     const StoreOptions& options, Observer& observer) {
  return StoreOpening(dataset, options, observer).run(basins);
}

}  // namespace freshet
