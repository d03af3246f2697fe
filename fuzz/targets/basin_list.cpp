#include "files.hpp"
#include "freshet/data/options.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  return {"01013500\n01022500\n\n# comment\n  01030500  \n", "a\r\nb\r\n"};
}

void attack(std::string_view input) {
  static_cast<void>(read_basin_list(as_file(input)));
}

}  // namespace freshet::fuzz
