#pragma once

#include <string>

namespace freshet {

/// The registered things of a kind: "datasets", "models", "losses", "metrics". InputError for another word.
std::string list_registered(const std::string& kind);

}  // namespace freshet
