#include "freshet/data/attribute_tables.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/io/delimited_text.hpp"
#include "freshet/io/number_text.hpp"

namespace freshet {
namespace {

/// Rows in file order, as read.
struct RawTable {
  AttributeTable table;
  std::vector<std::size_t> lines;  ///< of each row
};

RawTable read_rows(const std::filesystem::path& file) {
  DelimitedText text = DelimitedText::open(file);
  const std::size_t key = text.column("gauge_id").value_or(0);
  RawTable raw;
  raw.table.names = text.header();
  raw.table.names.erase(raw.table.names.begin() + static_cast<std::ptrdiff_t>(key));
  while (text.next()) {
    const auto& fields = text.fields();
    if (fields[key].empty()) {
      throw InputError(
          {.what = "the row has no basin id", .file = text.file(), .line = text.line(), .variable = text.header()[key]});
    }
    raw.table.basins.emplace_back(fields[key]);
    raw.lines.push_back(text.line());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (i != key) raw.table.cells.emplace_back(is_missing_text(fields[i]) ? std::string_view() : fields[i]);
    }
  }
  return raw;
}

/// The given rows, in that order.
AttributeTable select_rows(const AttributeTable& table, const std::vector<std::size_t>& rows) {
  AttributeTable selected;
  selected.names = table.names;
  selected.cells.reserve(rows.size() * table.names.size());
  for (const std::size_t row : rows) {
    selected.basins.push_back(table.basins[row]);
    for (std::size_t i = 0; i < table.names.size(); ++i) selected.cells.push_back(table.cell(row, i));
  }
  return selected;
}

bool same_value(const std::string& a, const std::string& b) {
  if (a == b) return true;
  const auto x = parse_number(a);
  const auto y = parse_number(b);
  return x && y && *x == *y;
}

/// Elements that are in every list, sorted.
std::vector<std::string> in_every(const std::vector<SourcedAttributes>& tables, std::vector<std::string> AttributeTable::*list) {
  std::map<std::string, std::size_t> counts;
  for (const SourcedAttributes& source : tables) {
    for (const std::string& element : source.table.*list) ++counts[element];
  }
  std::vector<std::string> result;
  for (const auto& [element, count] : counts) {
    if (count == tables.size()) result.push_back(element);
  }
  return result;
}

std::vector<std::string> basins_of_any(const std::vector<SourcedAttributes>& tables) {
  std::vector<std::string> basins;
  for (const SourcedAttributes& source : tables)
    basins.insert(basins.end(), source.table.basins.begin(), source.table.basins.end());
  std::ranges::sort(basins);
  basins.erase(std::unique(basins.begin(), basins.end()), basins.end());
  return basins;
}

/// The joined table while it fills, with the table each column was first seen in, for errors.
class Joined {
 public:
  Joined(std::vector<std::string> basins, const std::vector<SourcedAttributes>& tables) {
    for (const SourcedAttributes& source : tables) {
      for (const std::string& name : source.table.names) {
        if (!columns_.try_emplace(name, table_.names.size()).second) continue;
        table_.names.push_back(name);
      }
    }
    table_.cells.resize(basins.size() * table_.names.size());
    from_.resize(table_.cells.size());
    table_.basins = std::move(basins);
  }

  void fill(const SourcedAttributes& source) {
    for (std::size_t row = 0; row < source.table.basins.size(); ++row) {
      const auto basin = std::ranges::lower_bound(table_.basins, source.table.basins[row]);
      if (basin == table_.basins.end() || *basin != source.table.basins[row]) continue;
      const auto joined_row = static_cast<std::size_t>(basin - table_.basins.begin());
      for (std::size_t i = 0; i < source.table.names.size(); ++i) {
        set(joined_row, columns_.at(source.table.names[i]), source.table.cell(row, i), source);
      }
    }
  }

  AttributeTable take() { return std::move(table_); }

 private:
  void set(std::size_t row, std::size_t column, const std::string& value, const SourcedAttributes& source) {
    const std::size_t index = row * table_.names.size() + column;
    std::string& cell = table_.cells[index];
    if (value.empty()) return;
    if (cell.empty()) {
      cell = value;
      from_[index] = &source;
      return;
    }
    if (same_value(cell, value)) return;
    throw InputError({.what = "two attribute tables disagree",
                      .file = source.file.string(),
                      .basin = table_.basins[row],
                      .variable = table_.names[column],
                      .expected = fmt::format("{} as in {}", cell, from_[index]->file.string()),
                      .got = value,
                      .hint = "Rename the attribute in one of the files, or take one of the files away."});
  }

  AttributeTable table_;
  std::unordered_map<std::string, std::size_t> columns_;
  std::vector<const SourcedAttributes*> from_;  ///< [basin, name], null where the cell is empty
};

}  // namespace

SourcedAttributes read_attribute_table(const std::filesystem::path& file) {
  const RawTable raw = read_rows(file);
  std::vector<std::size_t> order(raw.table.basins.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t row) -> const std::string& { return raw.table.basins[row]; });
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (raw.table.basins[order[i]] != raw.table.basins[order[i - 1]]) continue;
    throw InputError({.what = fmt::format("the basin already has a row, on line {}", raw.lines[order[i - 1]]),
                      .file = file.string(),
                      .line = raw.lines[order[i]],
                      .basin = raw.table.basins[order[i]]});
  }
  return {file, select_rows(raw.table, order)};
}

AttributeTable join_attribute_tables(const std::vector<SourcedAttributes>& tables, BasinJoin join) {
  Joined joined(join == BasinJoin::kAny ? basins_of_any(tables) : in_every(tables, &AttributeTable::basins), tables);
  for (const SourcedAttributes& source : tables) joined.fill(source);
  return joined.take();
}

AttributeTable join_related_attribute_tables(const std::vector<SourcedAttributes>& tables) {
  if (tables.size() > 1 && in_every(tables, &AttributeTable::basins).empty() &&
      in_every(tables, &AttributeTable::names).empty()) {
    std::vector<std::string> files;
    for (const SourcedAttributes& source : tables) files.push_back(source.file.filename().string());
    throw InputError({.what = "the attribute tables share neither basins nor attributes",
                      .file = tables.front().file.parent_path().string(),
                      .expected = "a basin that is in every table, or an attribute that is in every table",
                      .got = fmt::format("{}", fmt::join(files, ", ")),
                      .hint = "Check that the first column of each file holds the basin ids, spelled the same way."});
  }
  return join_attribute_tables(tables, BasinJoin::kAny);
}

}  // namespace freshet
