#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace freshet::fuzz {

/// A parser under attack: each file in fuzz/targets/ defines these two functions and is a program of its own.

/// Valid inputs to start from.
std::vector<std::string> seeds();

/// Gives the parser any bytes. An InputError is its right to throw; anything else, a crash or a sanitizer's complaint is a
/// finding. A target may also hold what it parsed against a second opinion, and throw std::logic_error if they differ.
void attack(std::string_view input);

}  // namespace freshet::fuzz
