#pragma once

#include <string>

#include "freshet/core/records.hpp"

namespace freshet {

/// What the page's script reads, as JSON that may stand inside a <script> element: "<" is written \u003c.

/// Everything but the series. Missing numbers are null; scores come as one array a basin, in the order of "metrics".
std::string report_json(const RunResult& result);

/// The series of one basin with their time axis, which the page decodes only when the basin is picked.
std::string series_json(const BasinResult& basin);

}  // namespace freshet
