#pragma once

#include <filesystem>
#include <vector>

#include "freshet/data/dataset.hpp"

namespace freshet {

/// An attribute table and the file it came from, for errors.
struct SourcedAttributes {
  std::filesystem::path file;
  AttributeTable table;
};

/// Reads one table of static attributes: comma or semicolon separated, a row per basin. The key is the column `gauge_id`, or
/// the first column if there is none of that name; keys are texts, so leading zeros stay. Cells are kept as they stand;
/// empty, NA, N/A, NaN and nan become "". Basins are sorted, names stay in file order.
///
/// Errors (InputError with file and line): an unreadable or empty file, ragged rows, an empty key, a basin with two rows.
SourcedAttributes read_attribute_table(const std::filesystem::path& file);

/// Which basins a joined table has.
enum class BasinJoin {
  kAny,   ///< those of any table; cells a table does not give are ""
  kEvery  ///< only those that every table has
};

/// Joins tables basin by basin. Names keep the order of first appearance. A name may occur in several tables only if
/// they agree for each basin: the same text, the same number, or one of them has no value (then the other's is taken).
///
/// Errors: InputError naming basin, attribute and both files where two tables disagree.
AttributeTable join_attribute_tables(const std::vector<SourcedAttributes>& tables, BasinJoin join);

/// Joins all tables of a folder the way NeuralHydrology's generic data set does: column by column if some basin is in every
/// table, else row by row if some attribute is in every table; anything else is an error. Stricter rules on duplicates are
/// relaxed to join_attribute_tables(): repeated cells are accepted where they agree. No table gives an empty table.
///
/// Errors: InputError if the tables share neither basins nor attributes, or disagree.
AttributeTable join_related_attribute_tables(const std::vector<SourcedAttributes>& tables);

}  // namespace freshet
