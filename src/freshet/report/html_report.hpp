#pragma once

#include <string>

#include "freshet/core/records.hpp"

namespace freshet {

/// The report of a run as one self-contained HTML page: it asks for nothing outside itself and opens from a file.
///
/// Every text of the result is shown literally, whatever it holds; bytes that are not UTF-8 become U+FFFD. Scores are
/// kept to 7 significant digits, series as series_codec.hpp says. Missing values (NaN), empty names, coordinates, epochs
/// or precipitation leave out what they would feed.
///
/// Errors: InternalError if a basin's series differ in length from its time axis or if its time step is not positive.
std::string render_html_report(const RunResult& result);

}  // namespace freshet
