#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include <fmt/format.h>

#include "freshet/core/error.hpp"
#include "freshet/data/forcing_source.hpp"
#include "freshet/io/csv.hpp"
#include "freshet/io/time_column.hpp"

namespace freshet {
namespace {

constexpr std::size_t kGapsShown = 10;

std::optional<std::size_t> find_named(const std::vector<std::string>& header, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    for (std::size_t i = 0; i < header.size(); ++i) {
      const auto same = [](unsigned char a, unsigned char b) { return std::tolower(a) == b; };
      if (std::ranges::equal(header[i], name, same)) return i;
    }
  }
  return std::nullopt;
}

/// The rows of one basin, in a table of their own.
CsvTable rows_of(const CsvTable& table, const std::vector<std::size_t>& rows) {
  CsvTable part{.file = table.file, .names = table.names};
  part.cells.resize(table.names.size());
  for (const std::size_t row : rows) {
    part.lines.push_back(table.lines[row]);
    for (std::size_t i = 0; i < part.cells.size(); ++i) part.cells[i].push_back(table.cells[i][row]);
  }
  return part;
}

class CsvForcing final : public ForcingSource {
 public:
  explicit CsvForcing(const ForcingOptions& options) {
    periods_ = options.periods;
    CsvTable table = read_csv(options.source);
    constexpr std::array<std::string_view, 3> kDates = {"date", "time", "datesr"};
    constexpr std::array<std::string_view, 3> kBasins = {"basin", "basin_id", "gauge_id"};
    const auto date = find_named(table.names, kDates);
    if (!date) {
      throw InputError({.what = "the file has no date column",
                        .file = table.file,
                        .line = 1,
                        .expected = "a column `date`",
                        .got = fmt::format("{}", fmt::join(table.names, ", "))});
    }
    date_ = *date;
    basin_ = find_named(table.names, kBasins);
    if (table.rows() == 0) throw InputError({.what = "the table has no rows", .file = table.file});
    std::vector<std::string> ids;
    if (!basin_) {
      ids = {options.source.stem().string()};
      tables_.emplace(ids.front(), std::move(table));
    } else {
      std::map<std::string, std::vector<std::size_t>> rows;
      for (std::size_t row = 0; row < table.rows(); ++row) {
        std::vector<std::size_t>& own = rows[table.cells[*basin_][row]];
        if (own.empty()) ids.push_back(table.cells[*basin_][row]);
        own.push_back(row);
      }
      for (const auto& [id, own] : rows) tables_.emplace(id, rows_of(table, own));
    }
    choose(ids, options, basin_.has_value());
  }

  SourceBasin basin(std::size_t index) const override {
    const CsvTable& table = tables_.at(basins()[index]);
    const RegularRows rows = regular_rows(table, table.names[date_]);
    check_gaps(table, rows);
    SourceBasin basin{.id = basins()[index], .file = table.file, .axis = rows.axis};
    basin.lines.resize(static_cast<std::size_t>(rows.axis.size));
    for (std::size_t row = 0; row < rows.position.size(); ++row) basin.lines[rows.position[row]] = table.lines[row];
    for (std::size_t i = 0; i < table.names.size(); ++i) {
      if (i != date_ && i != basin_) basin.columns.push_back({table.names[i], ""});
    }
    basin.read = [&table, rows, columns = basin.columns](std::size_t column) {
      return on_axis(rows, table.numbers(columns[column].name));
    };
    return basin;
  }

 private:
  bool is_used(const Period& gap) const {
    const auto meets = [&](const Period& period) { return gap.first <= period.last && gap.last >= period.first; };
    return periods_.empty() || std::ranges::any_of(periods_, meets);
  }

  void check_gaps(const CsvTable& table, const RegularRows& rows) const {
    std::vector<Problem> problems;
    for (const Period& gap : rows.gaps) {
      if (!is_used(gap) || problems.size() == kGapsShown) continue;
      problems.push_back({.what = gap.first == gap.last ? "the date is missing"
                                                        : fmt::format("the dates up to {} are missing", to_string(gap.last)),
                          .file = table.file,
                          .date = to_string(gap.first),
                          .expected = "a row for each time step",
                          .hint = "A process model carries its states from each step to the next; fill the gap."});
    }
    if (!problems.empty()) throw InputError(std::move(problems));
  }

  std::vector<Period> periods_;  ///< see ForcingOptions
  std::size_t date_ = 0;
  std::optional<std::size_t> basin_;
  std::map<std::string, CsvTable> tables_;
};

}  // namespace

std::unique_ptr<ForcingSource> open_csv_forcing(const ForcingOptions& options) {
  return std::make_unique<CsvForcing>(options);
}

}  // namespace freshet
