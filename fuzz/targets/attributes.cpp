#include <stdexcept>

#include "files.hpp"
#include "freshet/data/attribute_tables.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = fixtures("camels_us/camels_attributes_v2.0", ".txt");
  for (std::string& more : fixtures("caravan_netcdf/attributes", ".csv")) all.push_back(std::move(more));
  return all;
}

void attack(std::string_view input) {
  const AttributeTable table = read_attribute_table(as_file(input)).table;
  if (table.cells.size() != table.basins.size() * table.names.size()) throw std::logic_error("the table is ragged");
}

}  // namespace freshet::fuzz
