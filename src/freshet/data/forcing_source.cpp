#include "freshet/data/forcing_source.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "freshet/core/error.hpp"

namespace freshet {

void ForcingSource::choose(const std::vector<std::string>& available, const std::vector<std::string>& wanted,
                           const std::string& file) {
  std::vector<Problem> problems;
  std::set<std::string> seen;
  for (const std::string& id : wanted) {
    if (!seen.insert(id).second) problems.push_back({.what = "the basin is asked for twice", .basin = id});
    if (std::ranges::find(available, id) != available.end()) continue;
    const auto near = nearest(id, available);
    problems.push_back({.what = "the source has no such basin",
                        .file = file,
                        .basin = id,
                        .got = available.size() == 1 ? fmt::format("only `{}`", available.front())
                                                     : fmt::format("{} other basins", available.size()),
                        .hint = near ? fmt::format("Did you mean `{}`?", *near) : ""});
  }
  if (!problems.empty()) throw InputError(std::move(problems));
  basins_ = wanted.empty() ? available : wanted;
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
