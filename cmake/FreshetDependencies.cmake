# Libraries from the system (see scripts/setup.sh for the Debian packages that carry them).
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(NETCDF REQUIRED IMPORTED_TARGET netcdf)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
if(FRESHET_WITH_TORCH)
  find_package(CLI11 REQUIRED)
  # By hand: the CMake config of Debian's oneDNN asks for OpenCL, which the CPU library does not need.
  find_library(DNNL_LIBRARY dnnl REQUIRED)
  get_filename_component(dnnl_folder ${DNNL_LIBRARY} DIRECTORY)  # and no other's: LibTorch has headers of that name too
  find_path(DNNL_INCLUDE_DIR dnnl.hpp PATHS ${dnnl_folder}/../include ${dnnl_folder}/../../include NO_DEFAULT_PATH REQUIRED)
  add_library(freshet_onednn INTERFACE)
  target_include_directories(freshet_onednn SYSTEM INTERFACE ${DNNL_INCLUDE_DIR})
  target_link_libraries(freshet_onednn INTERFACE ${DNNL_LIBRARY})
endif()
