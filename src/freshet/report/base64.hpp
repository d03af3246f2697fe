#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace freshet {

/// The standard base64 text (RFC 4648, section 4: + and /, padded with =) of `bytes`.
std::string base64(std::span<const std::uint8_t> bytes);

}  // namespace freshet
