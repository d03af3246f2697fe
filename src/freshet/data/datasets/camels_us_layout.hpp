#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace freshet {

/// A forcing product of CAMELS-US.
struct CamelsUsProduct {
  std::string name;  ///< as in configurations, and the folder's name
  std::string description;
};

/// daymet, maurer, maurer_extended, nldas, nldas_extended.
const std::vector<CamelsUsProduct>& camels_us_products();

/// Where the parts of a CAMELS-US folder are.
struct CamelsUsLayout {
  std::filesystem::path data_dir;    ///< as given, absolute and normal
  std::filesystem::path series;      ///< holds basin_mean_forcing and, unless there is no discharge, usgs_streamflow
  std::filesystem::path attributes;  ///< holds camels_clim.txt and its like; empty if there is none
};

/// Finds the parts: `data_dir` itself, or the one folder one or two levels below it, holds basin_mean_forcing; the attribute
/// tables are in camels_attributes_v2.0 within or next to it, or within data_dir. InputError if there is no such folder or more
/// than one, saying what was looked for and what was found.
CamelsUsLayout find_camels_us(const std::filesystem::path& data_dir);

/// The attribute tables that are there, of the seven, in a fixed order: name, topo, clim, soil, geol, vege, hydro.
std::vector<std::filesystem::path> camels_us_attribute_files(const std::filesystem::path& attributes);

/// The known products that have a folder.
std::vector<std::string> camels_us_products_in(const std::filesystem::path& series);

/// The files of basins by basin id: the part of the name before the first "_" of every file that ends in `suffix`, in the folder
/// and up to two levels below (HUC folders or not). Hidden files are passed over. Empty if there is no such folder.
std::map<std::string, std::vector<std::filesystem::path>> index_basin_files(const std::filesystem::path& folder,
                                                                            const std::string& suffix);

}  // namespace freshet
