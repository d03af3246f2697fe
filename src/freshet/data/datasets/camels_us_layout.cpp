#include "freshet/data/datasets/camels_us_layout.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/folder.hpp"

namespace freshet {
namespace {

namespace fs = std::filesystem;

constexpr const char* kForcingFolder = "basin_mean_forcing";
constexpr const char* kAttributeFolder = "camels_attributes_v2.0";

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_hidden(const fs::path& path) {
  return path.filename().string().starts_with('.');
}

/// What is in a folder but for hidden files, sorted.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> entries = read_folder(folder);
  std::erase_if(entries, is_hidden);
  return entries;
}

/// The same in the search for the data, where a folder that may not be read is no concern.
std::vector<fs::path> entries_to_search(const fs::path& folder) {
  try {
    return entries_of(folder);
  } catch (const EnvironmentError&) {
    return {};
  }
}

/// Folders holding basin_mean_forcing, up to `levels` below `folder`; nothing is looked for below a match.
void find_series_folders(const fs::path& folder, int levels, std::vector<fs::path>& found) {
  if (is_folder(folder / kForcingFolder)) {
    found.push_back(folder);
    return;
  }
  if (levels == 0) return;
  for (const fs::path& entry : entries_to_search(folder)) {
    if (is_folder(entry)) find_series_folders(entry, levels - 1, found);
  }
}

/// At most a handful of names, for a message.
std::string name_list(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 8;
  if (names.empty()) return "nothing";
  const std::size_t shown = std::min(names.size(), kMost);
  const std::string text = fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
  return names.size() > shown ? fmt::format("{} and {} more", text, names.size() - shown) : text;
}

fs::path find_series(const fs::path& data_dir) {
  const std::string looked_for =
      fmt::format("a folder `{}` with a folder per forcing product in it, here or up to two levels down", kForcingFolder);
  if (!is_folder(data_dir)) {
    throw InputError({.what = fs::exists(data_dir) ? "the data folder is not a folder" : "the data folder does not exist",
                      .file = data_dir.string(),
                      .expected = looked_for});
  }
  std::vector<fs::path> found;
  find_series_folders(data_dir, 2, found);
  if (found.size() == 1) return found.front();

  std::vector<std::string> names;
  if (found.empty()) {
    for (const fs::path& entry : entries_of(data_dir)) names.push_back(entry.filename().string());
    throw InputError({.what = "no CAMELS-US forcing in the data folder",
                      .file = data_dir.string(),
                      .expected = looked_for,
                      .got = name_list(names),
                      .hint = fmt::format("Give the folder that contains `{}`.", kForcingFolder)});
  }
  for (const fs::path& folder : found) names.push_back(folder.string());
  throw InputError({.what = "more than one CAMELS-US folder below the data folder",
                    .file = data_dir.string(),
                    .expected = looked_for,
                    .got = name_list(names),
                    .hint = "Give one of them as the data folder."});
}

fs::path find_attributes(const fs::path& data_dir, const fs::path& series) {
  for (const fs::path& folder : {series, series.parent_path(), data_dir}) {
    const fs::path candidate = folder / kAttributeFolder;
    read_folder(candidate);  // one that may not be read is an error
    // The archive, unpacked into a folder of its own name, nests the folder in itself.
    for (const fs::path& nested : {candidate, candidate / kAttributeFolder}) {
      if (!camels_us_attribute_files(nested).empty()) return nested;
    }
  }
  return {};
}

void index_into(const fs::path& folder, const std::string& suffix, int levels,
                std::map<std::string, std::vector<fs::path>>& index) {
  for (const fs::path& entry : entries_of(folder)) {
    const std::string name = entry.filename().string();
    if (name.ends_with(suffix)) {
      index[name.substr(0, name.find('_'))].push_back(entry);
    } else if (levels > 0 && is_folder(entry)) {
      index_into(entry, suffix, levels - 1, index);
    }
  }
}

}  // namespace

const std::vector<CamelsUsProduct>& camels_us_products() {
  static const std::vector<CamelsUsProduct> products = {
      {"daymet", "Daymet, 1 km, 1980 to 2014"},
      {"maurer", "Maurer et al., 12 km; Tmax = Tmin = daily mean"},
      {"maurer_extended", "Maurer with daily Tmin and Tmax, 1980 to 2008"},
      {"nldas", "NLDAS, 12 km; Tmax = Tmin = daily mean"},
      {"nldas_extended", "NLDAS with daily Tmin and Tmax"},
  };
  return products;
}

CamelsUsLayout find_camels_us(const fs::path& data_dir) {
  // A trailing slash would make the folder its own parent.
  const fs::path folder = (fs::absolute(data_dir) / "").lexically_normal().parent_path();
  const fs::path series = find_series(folder);
  return {folder, series, find_attributes(folder, series)};
}

std::vector<fs::path> camels_us_attribute_files(const fs::path& attributes) {
  std::vector<fs::path> files;
  for (const char* topic : {"name", "topo", "clim", "soil", "geol", "vege", "hydro"}) {
    const fs::path file = attributes / fmt::format("camels_{}.txt", topic);
    std::error_code ignored;
    if (fs::is_regular_file(file, ignored)) files.push_back(file);
  }
  return files;
}

std::vector<std::string> camels_us_products_in(const fs::path& series) {
  std::vector<std::string> names;
  read_folder(series / kForcingFolder);  // one that may not be read is an error
  for (const CamelsUsProduct& product : camels_us_products()) {
    if (is_folder(series / kForcingFolder / product.name)) names.push_back(product.name);
  }
  return names;
}

std::map<std::string, std::vector<fs::path>> index_basin_files(const fs::path& folder, const std::string& suffix) {
  std::map<std::string, std::vector<fs::path>> index;
  index_into(folder, suffix, 2, index);
  return index;
}

}  // namespace freshet
