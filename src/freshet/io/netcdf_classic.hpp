#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace freshet {

/// The size in bytes a classic NetCDF file (CDF-1, CDF-2, CDF-5) must have to hold all the values its header declares. The
/// library reads zeros beyond the end of a file that was cut off; a comparison with this size finds such files. Where the
/// header itself is cut off, one byte more than there is; nothing if the file is not of the classic kind or its header
/// leaves the number of records open.
/// Source: "NetCDF Classic Format Specification", Appendix of the NetCDF User's Guide.
std::optional<std::uint64_t> classic_netcdf_size(const std::filesystem::path& file);

}  // namespace freshet
