#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "freshet/core/events.hpp"
#include "freshet/core/parallel.hpp"
#include "freshet/core/time.hpp"

namespace freshet {

/// How large a virtual data set is and where it goes.
struct SynthOptions {
  int basins = 20;  ///< 1 to 10000
  int years = 10;   ///< 1 to 200
  std::uint64_t seed = 1;
  std::filesystem::path out;           ///< a folder that does not exist yet, or is empty
  Time first = make_day(1990, 10, 1);  ///< first day of all series
  std::size_t threads = available_threads();
};

/// Writes virtual basins with known truth in the layout of CAMELS-US (Daymet forcing, streamflow in ft3/s, seven attribute
/// tables), beside it `truth/` with parameters, states and fluxes, and a README.txt that says the basins are synthetic. The
/// basins' ids start with 99. How they are made: docs/virtual_basins.md.
///
/// Basin k is a function of seed, first day, years and k: it does not depend on the number of basins or threads, and files are
/// the same byte for byte. The folder appears complete or not at all.
/// @throws InputError        for options out of range, or if `out` is a file or a folder with something in it
/// @throws EnvironmentError  if it cannot be written; what was written is removed
void write_virtual_basins(const SynthOptions& options, Observer& observer);

}  // namespace freshet
