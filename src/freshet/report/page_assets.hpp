#pragma once

#include <string_view>

namespace freshet::page_assets {

/// The files of the pages, built from web/ and compiled in (cmake/FreshetWeb.cmake writes the definitions). Of each page there is
/// a part of HTML, which goes into the template, and a script: JavaScript, minified, that holds no "</script".

extern const std::string_view kTemplate;  ///< HTML with {{places}} that page.cpp fills
extern const std::string_view kStyle;     ///< CSS, minified
extern const std::string_view kOutlines;  ///< base64 of deflated TopoJSON: coasts, countries and US states
extern const std::string_view kLicences;  ///< HTML text: the licences of what the scripts and kOutlines are made of
extern const std::string_view kReportSections;
extern const std::string_view kReportScript;
extern const std::string_view kComparisonSections;
extern const std::string_view kComparisonScript;

}  // namespace freshet::page_assets
