#include <stdexcept>

#include "freshet/data/scaler.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  Scaler scaler;
  scaler.inputs["prcp(mm/day)"] = {3.5, 7.25};
  scaler.targets["q"] = {1.5, 2};
  scaler.attributes["area"] = {100, 1e-3};
  scaler.basin_targets["01"]["q"] = {0.1, 0.2};
  return {scaler.to_json()};
}

void attack(std::string_view input) {
  const Scaler scaler = Scaler::from_json(std::string(input), "scaler.json");
  if (Scaler::from_json(scaler.to_json(), "again.json") != scaler) throw std::logic_error("a scaler does not read back");
}

}  // namespace freshet::fuzz
