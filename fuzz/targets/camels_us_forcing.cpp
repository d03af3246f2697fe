#include <stdexcept>

#include "files.hpp"
#include "freshet/data/datasets/camels_us_files.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  const std::string folder = "camels_us/basin_dataset_public_v1p2/basin_mean_forcing/";
  return {first_lines(folder + "maurer_extended/01/00000101_lump_maurer_forcing_leap.txt", 12),
          first_lines(folder + "daymet/17/17000202_lump_cida_forcing_leap.txt", 12)};
}

void attack(std::string_view input) {
  const CamelsUsForcing forcing = parse_camels_us_forcing(input, "forcing.txt", "00000101");
  if (forcing.columns.size() != forcing.names.size()) throw std::logic_error("a column has no name");
  for (const auto& column : forcing.columns) {
    if (column.size() != forcing.days.size()) throw std::logic_error("a column has not a value per day");
  }
  for (std::size_t i = 1; i < forcing.days.size(); ++i) {
    if (forcing.days[i] <= forcing.days[i - 1]) throw std::logic_error("days are not ascending");
  }
}

}  // namespace freshet::fuzz
