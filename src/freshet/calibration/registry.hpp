#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "freshet/calibration/search.hpp"

namespace freshet::calibration {

/// One row of the registry. Being here enrols a method in the checks of tests/unit/calibration/registry_test.cpp.
struct SearchMethod {
  std::string_view name;  ///< as in configurations
  std::string_view title;
  std::string_view source;
  bool wants_gradients = false;
  std::unique_ptr<Search> (*make)(const SearchOptions& options, std::size_t parameters, std::uint64_t seed, std::uint64_t basin);
};

/// All methods, in the order of tables.
std::span<const SearchMethod> search_methods();
std::vector<std::string> search_method_names();

/// A search for the minimum of a function of `parameters` parameters, by options.method.
/// @param basin  what tells searches of one seed apart; their random numbers share nothing
/// @throws InputError for an unknown method, for no parameters, and for an initial point of another length or outside [0, 1]
std::unique_ptr<Search> make_search(const SearchOptions& options, std::size_t parameters, std::uint64_t seed,
                                    std::uint64_t basin = 0);

}  // namespace freshet::calibration
