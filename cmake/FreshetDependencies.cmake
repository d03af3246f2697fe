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
  # By hand: the CMake config of Debian's oneDNN asks for OpenCL, which the CPU library does not need.
  find_library(DNNL_LIBRARY dnnl REQUIRED)
  get_filename_component(dnnl_folder ${DNNL_LIBRARY} DIRECTORY)  # and no other's: LibTorch has headers of that name too
  find_path(DNNL_INCLUDE_DIR dnnl.hpp PATHS ${dnnl_folder}/../include ${dnnl_folder}/../../include NO_DEFAULT_PATH REQUIRED)
  add_library(freshet_onednn INTERFACE)
  # LibTorch brings headers of a newer oneDNN, whose library it keeps to itself. A folder of our own goes before LibTorch's;
  # /usr/include would not, as GCC leaves it at the end whatever it is told.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/onednn_include)
  file(CREATE_LINK ${DNNL_INCLUDE_DIR}/oneapi ${CMAKE_BINARY_DIR}/onednn_include/oneapi SYMBOLIC)
  target_include_directories(freshet_onednn SYSTEM INTERFACE ${CMAKE_BINARY_DIR}/onednn_include)
  # GCC's OpenMP runtime, which both oneDNN and LibTorch use: how many threads they take is told to it.
  target_link_libraries(freshet_onednn INTERFACE ${DNNL_LIBRARY} gomp)
endif()
