#include "freshet/io/csv.hpp"
#include "files.hpp"
#include "freshet/io/time_column.hpp"
#include "target.hpp"

namespace freshet::fuzz {

std::vector<std::string> seeds() {
  std::vector<std::string> all = fixtures("caravan_csv_bad", ".csv");
  all.emplace_back("date,observed,simulated\n2000-01-01,1.5,1\n2000-01-02,,2\n2000-01-04,NaN,\"3\"\n");
  all.emplace_back("\xef\xbb\xbfname;\"a \"\"quoted\"\" one\";x\r\n\"two\r\nlines\"; b ;1e-3\r\n");
  return all;
}

void attack(std::string_view input) {
  const CsvTable table = parse_csv(std::string(input), "input.csv");

  std::vector<std::vector<std::string>> rows(table.rows());
  for (std::size_t r = 0; r < table.rows(); ++r) {
    for (const auto& column : table.cells) rows[r].push_back(column[r]);
  }
  const CsvTable again = parse_csv(to_csv(table.names, rows), "again.csv");
  if (again.names != table.names || again.cells != table.cells) throw std::logic_error("to_csv does not read back");

  for (const std::string& name : table.names) {
    try {
      static_cast<void>(table.numbers(name));
    } catch (const InputError&) {
    }
  }
  const RegularRows regular = regular_rows(table, table.names.front());
  if (regular.position.size() != table.rows()) throw std::logic_error("a row has no place on the axis");
  if (regular.position.back() + 1 != regular.axis.size) throw std::logic_error("the axis does not end with the last row");
}

}  // namespace freshet::fuzz
