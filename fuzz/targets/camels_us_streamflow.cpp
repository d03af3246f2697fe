#include <stdexcept>

#include "files.hpp"
#include "freshet/data/datasets/camels_us_files.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  return {first_lines("camels_us/basin_dataset_public_v1p2/usgs_streamflow/01/00000101_streamflow_qc.txt", 12)};
}

void attack(std::string_view input) {
  const CamelsUsStreamflow flow = parse_camels_us_streamflow(input, "streamflow.txt", "00000101");
  if (flow.days.empty() || flow.days.size() != flow.discharge_ft3_s.size()) throw std::logic_error("not a value per day");
  for (const double q : flow.discharge_ft3_s) {
    if (q < 0) throw std::logic_error("negative discharge");
  }
}

}  // namespace freshet::fuzz
