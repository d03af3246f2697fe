#include "freshet/data/forcing_source.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {

constexpr std::size_t kProblemsShown = 10;

void ForcingSource::choose(const std::vector<std::string>& available, const ForcingOptions& options, bool names_basins) {
  names_basins_ = names_basins;
  if (options.basins.empty() || (options.basins_if_named && !names_basins)) {
    basins_ = available;
    return;
  }
  const std::set<std::string> there(available.begin(), available.end());
  std::set<std::string> seen;
  for (const std::string& id : options.basins) {
    if (!seen.insert(id).second) throw InputError({.what = "the basin is asked for twice", .basin = id});
    if (there.contains(id)) {
      basins_.push_back(id);
      continue;
    }
    const auto near = nearest(id, available);
    absent_.push_back({.what = fmt::format("{} has no such basin", options.called),
                       .file = options.source.string(),
                       .basin = id,
                       .got = available.size() == 1 ? fmt::format("only `{}`", available.front())
                                                    : fmt::format("{} other basins", available.size()),
                       .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
  if (!basins_.empty()) return;
  if (absent_.size() > kProblemsShown) {
    const std::size_t more = absent_.size() - kProblemsShown;
    absent_.resize(kProblemsShown);
    absent_.push_back({.what = fmt::format("{} more basins are not there", more)});
  }
  throw InputError(absent_);
}

std::unique_ptr<ForcingSource> open_forcing_source(const ForcingOptions& options, Observer& observer) {
  std::error_code error;
  const std::string file = options.source.string();
  if (std::filesystem::is_directory(options.source, error)) return open_dataset_forcing(options, observer);
  if (!std::filesystem::exists(options.source, error)) {
    throw InputError({.what = "there is no such file or folder", .file = file});
  }
  const std::string extension = options.source.extension().string();
  if (extension == ".nc" || extension == ".nc4") return open_netcdf_forcing(options);
  if (extension == ".csv" || extension == ".txt") return open_csv_forcing(options);
  throw InputError({.what = "the kind of the forcing file is not known",
                    .file = file,
                    .expected = "a .csv or .nc file, or the folder of a data set",
                    .got = extension.empty() ? "a name without extension" : extension});
}

}  // namespace freshet
