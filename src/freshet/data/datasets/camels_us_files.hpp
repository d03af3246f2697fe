#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace freshet {

/// A forcing file of CAMELS-US as it stands.
struct CamelsUsForcing {
  double area_m2 = 0;
  std::vector<std::string> names;           ///< of the variables, in the file's own spelling
  std::vector<std::int64_t> days;           ///< since 1970-01-01, strictly increasing, at least one
  std::vector<std::vector<float>> columns;  ///< [variable][day]; NaN where the file has NaN or NA
};

/// A streamflow file of CAMELS-US as it stands.
struct CamelsUsStreamflow {
  std::vector<std::int64_t> days;       ///< since 1970-01-01, strictly increasing, at least one
  std::vector<double> discharge_ft3_s;  ///< NaN where the file has -999, another negative number, NaN or NA
};

/// Reads the text of a forcing file: latitude (degrees), elevation (m), area (m2), a line of column names (Year Mnth Day Hr, then
/// variables), then a row per day, all separated by any mix of blanks and tabs. Days may be left out.
///
/// `file` and `basin` are for errors. Throws InputError with file, line, basin and, where known, date and variable: header lines
/// that are not one number, an area or latitude that cannot be, other date columns, no variable or one named twice, rows with
/// more or fewer cells than names, cells that are no number, days that are not in the calendar, repeated or out of order, no row
/// at all.
CamelsUsForcing parse_camels_us_forcing(std::string_view text, const std::string& file, const std::string& basin);

/// Reads the text of a streamflow file: rows of gauge id, year, month, day, discharge (ft3/s), flag; no header. Errors as above,
/// and InputError for a row of another gauge (leading zeros do not matter).
CamelsUsStreamflow parse_camels_us_streamflow(std::string_view text, const std::string& file, const std::string& basin);

}  // namespace freshet
