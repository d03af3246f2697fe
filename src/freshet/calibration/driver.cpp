#include "freshet/calibration/driver.hpp"

#include <algorithm>

#include "freshet/calibration/registry.hpp"
#include "freshet/core/error.hpp"

namespace freshet::calibration {

Driver::Driver(Evaluator& evaluator, std::size_t dimensions, const std::vector<std::string>& basins, const DriverOptions& options)
    : evaluator_(evaluator), basins_(basins), seeds_(options.seeds.size()) {
  runs_.reserve(basins.size() * seeds_);
  for (std::size_t b = 0; b < basins.size(); ++b) {
    for (const std::uint64_t seed : options.seeds) {
      runs_.push_back({.basin = b,
                       .seed = seed,
                       .search = make_search(options.search, dimensions, seed, basin_number(basins[b])),
                       .record = SearchRecord(dimensions, options.points_kept)});
    }
  }
  for (Run& run : runs_) {
    SearchRecord& record = run.record;
    run.search->set_trace([&record](const Evaluation& evaluation) { record.add(evaluation); });
  }
  count_active();
}

void Driver::count_active() {
  active_ = static_cast<std::size_t>(std::ranges::count_if(runs_, [](const Run& run) { return !run.search->finished(); }));
}

void Driver::advance() {
  batches_.resize(active_);
  std::size_t row = 0;
  bool gradients = false;
  for (const Run& run : runs_) {
    if (run.search->finished()) continue;
    batches_[row].basin = run.basin;
    batches_[row++].points = run.search->ask();
    gradients = run.search->wants_gradients();
  }
  if (gradients) {
    evaluator_.differentiate(batches_);
  } else {
    evaluator_.evaluate(batches_);
  }
  row = 0;
  for (Run& run : runs_) {
    if (run.search->finished()) continue;
    const Candidates& batch = batches_[row++];
    run.search->tell(batch.values, batch.gradients);
  }
  count_active();
}

const Driver::Run& Driver::best(std::size_t basin) const {
  const auto first = runs_.begin() + static_cast<std::ptrdiff_t>(basin * seeds_);
  return *std::min_element(first, first + static_cast<std::ptrdiff_t>(seeds_),
                           [](const Run& a, const Run& b) { return a.search->best_value() < b.search->best_value(); });
}

std::int64_t Driver::evaluations() const {
  std::int64_t sum = 0;
  for (const Run& run : runs_) sum += run.search->evaluations();
  return sum;
}

nlohmann::json Driver::save() const {
  nlohmann::json runs = nlohmann::json::array();
  for (const Run& run : runs_) runs.push_back({{"search", run.search->save()}, {"record", run.record.save()}});
  return {{"basins", basins_}, {"runs", std::move(runs)}};
}

void Driver::restore(const nlohmann::json& state) {
  try {
    if (state.at("basins").get<std::vector<std::string>>() != basins_ || state.at("runs").size() != runs_.size())
      throw InputError({.what = "the saved calibration is of other basins or seeds"});
    for (std::size_t r = 0; r < runs_.size(); ++r) {
      runs_[r].search->restore(state.at("runs")[r].at("search"));
      runs_[r].record.restore(state.at("runs")[r].at("record"));
    }
  } catch (const nlohmann::json::exception& error) {
    throw InputError({.what = std::string("the saved calibration is damaged: ") + error.what()});
  }
  count_active();
}

std::uint64_t basin_number(const std::string& id) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

}  // namespace freshet::calibration
