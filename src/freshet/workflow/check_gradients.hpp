#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace freshet {

/// What `freshet check-gradients` was asked.
struct CheckGradientsRequest {
  std::string model;             ///< empty: the plug-in's
  std::filesystem::path plugin;  ///< empty: none
  std::int64_t steps = 60;
  std::uint64_t seed = 0;
};

struct CheckGradientsResult {
  std::string text;  ///< the table, and PASS or FAIL
  bool pass = false;
};

/// Holds a model's derivatives against four witnesses (models/process/gradient_check.hpp).
/// @throws InputError for a model that is not there, and a plug-in that cannot be loaded
CheckGradientsResult check_gradients(const CheckGradientsRequest& request);

}  // namespace freshet
