#pragma once

#include <string_view>

namespace freshet::page_assets {

/// The files of the report page, built from web/ and compiled in (cmake/FreshetWeb.cmake writes the definitions).

extern const std::string_view kTemplate;  ///< HTML with {{places}} that html_report.cpp fills
extern const std::string_view kScript;    ///< JavaScript, minified; holds no "</script"
extern const std::string_view kStyle;     ///< CSS, minified
extern const std::string_view kOutlines;  ///< base64 of deflated TopoJSON: coasts, countries and US states
extern const std::string_view kLicences;  ///< HTML text: the licences of what kScript and kOutlines are made of

}  // namespace freshet::page_assets
