# Libraries from the system (see scripts/setup.sh for the Debian packages that carry them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NETCDF REQUIRED IMPORTED_TARGET netcdf)
pkg_search_module(HDF5 REQUIRED IMPORTED_TARGET hdf5 hdf5-serial)  # below NetCDF, which depends on it
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
if(FRESHET_WITH_TORCH)
  find_package(CLI11 REQUIRED)
endif()
