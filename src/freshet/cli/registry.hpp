#pragma once

#include <vector>

#include "freshet/cli/context.hpp"

namespace freshet::cli {

/// All verbs, in the order of the help (cli/registry.cpp).
const std::vector<Verb>& verbs();

}  // namespace freshet::cli
