#pragma once

#include <filesystem>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "freshet/core/error.hpp"
#include "freshet/core/events.hpp"
#include "freshet/core/time.hpp"

namespace freshet {

/// A variable that a process model asks for, by the model's own name: precipitation (mm/day), temperature (degC), pet (mm/day),
/// or any other, which then is a column of that name.
struct ForcingNeed {
  std::string name;
  double lowest = -std::numeric_limits<double>::infinity();  ///< values below have no meaning and are refused
};

/// Where the forcing of process models comes from, and how it is read.
struct ForcingOptions {
  std::filesystem::path source;       ///< a CSV file, a NetCDF file (.nc, .nc4), or the folder of a data set
  std::string dataset;                ///< of a folder: its registry name; empty: recognised by its layout
  std::vector<std::string> products;  ///< of a camels_us folder, as `forcings` of a run configuration
  std::string area_source = "header";
  std::filesystem::path cache_dir;             ///< of a folder: where parsed series are kept; empty: nowhere
  std::vector<std::string> basins;             ///< which, in this order; empty: all
  bool basins_if_named = false;                ///< a file of one basin that does not name it is taken whatever `basins` says
  std::string called = "the forcing";          ///< what messages call the source
  std::map<std::string, std::string> columns;  ///< column to take for a variable, where its usual names do not find it
  std::string pet = "auto";                    ///< see pet_methods(); auto: as given, else oudin
  std::optional<double> latitude;              ///< degrees north, of a source that does not know it
  std::optional<double> elevation;             ///< m, likewise
  std::optional<Time> first, last;             ///< the period, both days included; default: what all basins have
  std::vector<Period> periods;                 ///< the days of it that are used; elsewhere values may be missing. Empty: all
  std::string uncovered_hint;                  ///< what to say where a record does not reach over the days that are used
  bool own_axes = false;                       ///< each basin over its whole record, not over what all have
  bool discharge = false;                      ///< whether observed discharge is read
  std::size_t threads = 1;
};

/// The forcing of one basin on the common axis, or its own: on the days that are used no value is missing or meaningless.
struct BasinForcing {
  std::string id;
  TimeAxis axis;
  std::vector<std::vector<double>> variables;  ///< [variable][step], in the units of ForcingNeed
  std::vector<std::size_t> lines;              ///< [step] of the source's file; empty where lines mean nothing
  std::vector<double> observed;                ///< [step] discharge, mm/day, NaN is missing; empty: the source has none
  std::string pet;                             ///< where PET comes from: "given", or the method
  double latitude = std::numeric_limits<double>::quiet_NaN();
  double area_km2 = std::numeric_limits<double>::quiet_NaN();
  std::vector<std::string> remarks;  ///< for the user, on values that were not taken as they are
};

struct ProcessForcing {
  TimeAxis axis;                     ///< the common one
  bool names_basins = true;          ///< false for a file of one basin, which is called as the file
  std::size_t asked = 0;             ///< basins asked for: those that can be run, and the others
  std::vector<BasinForcing> basins;  ///< those that can be run
  /// What is wrong with the basins that cannot: for each the problems of the first kind found, ten at most. A verb that runs many
  /// basins finishes the others, and then fails with these.
  std::vector<Problem> refused;
};

/// Names and descriptions of the ways to get PET: auto, given, oudin, hamon, hargreaves, priestley_taylor.
struct PetMethod {
  std::string name;
  std::string description;
};
const std::vector<PetMethod>& pet_methods();

/// Reads the forcing of process models.
///
/// A variable's column is found by its usual names in the files of the field, whatever their case, with or without a unit in
/// parentheses (`prcp`, `prcp(mm/day)`, `precipitation`, `total_precipitation_sum`, ...; docs/simulate.md lists them). Values are
/// converted by the declared unit; without one they are mm/day, degC, s, W/m2 and Pa. Temperature without a column is the mean of
/// tmin and tmax.
///   CSV      a column `date`, with a basin column (`basin`, `basin_id`, `gauge_id`) the rows of several basins
///   NetCDF   variables over (time) or (basin, time)
///   folder   any data set that Freshet reads
///
/// @throws InputError where nothing can be run: an unreadable source, dates that repeat, go back or leave gaps in the only basin,
/// a variable without a column, PET that is neither given nor derivable (it says what is missing), missing or meaningless values
/// in every basin
ProcessForcing read_process_forcing(const ForcingOptions& options, std::span<const ForcingNeed> needs, Observer& observer);

}  // namespace freshet
