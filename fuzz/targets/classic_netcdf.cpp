#include "files.hpp"
#include "freshet/io/netcdf_classic.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  return fixtures("classic_netcdf", ".nc");
}

void attack(std::string_view input) {
  static_cast<void>(classic_netcdf_size(as_file(input)));
}

}  // namespace freshet::fuzz
