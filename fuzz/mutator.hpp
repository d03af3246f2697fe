#pragma once

#include <string>
#include <vector>

#include "freshet/core/rng.hpp"

namespace freshet::fuzz {

/// Makes new inputs out of seeds: flips bits, removes, repeats and exchanges stretches, inserts tokens that parsers stumble over,
/// and splices two seeds. Input n is a pure function of n and the seeds.
class Mutator {
 public:
  explicit Mutator(std::vector<std::string> seeds) : seeds_(std::move(seeds)) {}

  std::string input(std::uint64_t n) const;

 private:
  void mutate(std::string& text, RngStream& rng) const;

  std::vector<std::string> seeds_;
};

}  // namespace freshet::fuzz
