# Finds LibTorch and offers the target freshet_torch and the function freshet_use_torch().
#
# Looked for in this order: CMAKE_PREFIX_PATH or Torch_DIR (an unpacked LibTorch archive), the project's own virtual
# environment .venv, the system. Of a CUDA build the CPU libraries alone are linked: Freshet uses no more of it, and
# LibTorch's CMake files stop where the CUDA toolkit is absent.
set(FRESHET_TORCH_TESTED_VERSION 2.13)

function(freshet_find_torch_config result)
  set(suffixes Torch share/cmake/Torch lib/cmake/Torch)
  file(GLOB in_venv ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch/share/cmake/Torch)
  unset(config)
  find_path(config TorchConfig.cmake HINTS ${Torch_DIR} ENV Torch_DIR PATH_SUFFIXES ${suffixes}
    NO_CACHE NO_CMAKE_SYSTEM_PATH NO_SYSTEM_ENVIRONMENT_PATH)
  find_path(config TorchConfig.cmake PATHS ${in_venv} NO_DEFAULT_PATH NO_CACHE)
  find_path(config TorchConfig.cmake PATH_SUFFIXES ${suffixes} NO_CACHE)
  if(NOT config)
    message(FATAL_ERROR "LibTorch was not found. Run scripts/setup.sh, or set CMAKE_PREFIX_PATH to a LibTorch folder.")
  endif()
  set(${result} ${config} PARENT_SCOPE)
endfunction()

freshet_find_torch_config(FRESHET_TORCH_CONFIG)
get_filename_component(FRESHET_TORCH_ROOT ${FRESHET_TORCH_CONFIG}/../../.. ABSOLUTE)

include(${FRESHET_TORCH_CONFIG}/TorchConfigVersion.cmake)
if(NOT PACKAGE_VERSION MATCHES "^${FRESHET_TORCH_TESTED_VERSION}([.+]|$)")
  message(WARNING "LibTorch ${PACKAGE_VERSION} at ${FRESHET_TORCH_ROOT}: Freshet is tested with ${FRESHET_TORCH_TESTED_VERSION}")
endif()
set(FRESHET_TORCH_VERSION ${PACKAGE_VERSION})

add_library(freshet_torch INTERFACE)
# LibTorch's include folder also holds the headers of the fmt that it was built with, which would hide those of the fmt
# that Freshet links. A folder of our own goes before it; /usr/include itself would not, GCC keeps it last.
get_target_property(fmt_headers fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/fmt_include)
file(CREATE_LINK ${fmt_headers}/fmt ${CMAKE_BINARY_DIR}/fmt_include/fmt SYMBOLIC)
target_include_directories(freshet_torch SYSTEM BEFORE INTERFACE ${CMAKE_BINARY_DIR}/fmt_include)
if(EXISTS ${FRESHET_TORCH_ROOT}/lib/libtorch_cuda.so)
  set(FRESHET_TORCH_FLAVOUR "CUDA build, its CPU libraries alone")
  target_include_directories(freshet_torch SYSTEM INTERFACE
    ${FRESHET_TORCH_ROOT}/include ${FRESHET_TORCH_ROOT}/include/torch/csrc/api/include)
  target_link_libraries(freshet_torch INTERFACE ${FRESHET_TORCH_ROOT}/lib/libtorch_cpu.so ${FRESHET_TORCH_ROOT}/lib/libc10.so)
  # libtorch_cpu.so of a CUDA build links libcudart and libcupti, which the wheel leaves to the nvidia-* wheels beside it.
  file(GLOB cuda_runtime ${FRESHET_TORCH_ROOT}/lib/libcudart*.so* ${FRESHET_TORCH_ROOT}/../nvidia/*/lib/libcudart*.so*)
  if(NOT cuda_runtime)
    message(WARNING "This LibTorch is a CUDA build without the libcudart that its libtorch_cpu.so links; if linking fails, "
      "install requirements-cuda-wheel.txt into .venv (scripts/setup.sh does) or use a CPU build of LibTorch.")
  endif()
else()
  set(FRESHET_TORCH_FLAVOUR "CPU build")
  set(CMAKE_MESSAGE_LOG_LEVEL ERROR)  # it warns that the profiler's library is not in the wheel
  find_package(Torch REQUIRED PATHS ${FRESHET_TORCH_CONFIG} NO_DEFAULT_PATH)
  unset(CMAKE_MESSAGE_LOG_LEVEL)
  target_link_libraries(freshet_torch INTERFACE ${TORCH_LIBRARIES})
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(freshet_torch INTERFACE ${torch_flags})
endif()
message(STATUS "LibTorch ${FRESHET_TORCH_VERSION} (${FRESHET_TORCH_FLAVOUR}): ${FRESHET_TORCH_ROOT}")

# Links a target to LibTorch and lets it use the one precompiled <torch/torch.h> (14 s a translation unit without it).
add_library(freshet_torch_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/torch_pch.cpp)
target_link_libraries(freshet_torch_pch PRIVATE freshet_torch freshet_settings)
target_precompile_headers(freshet_torch_pch PRIVATE <torch/torch.h>)
function(freshet_use_torch target)
  target_link_libraries(${target} PUBLIC freshet_torch)
  target_precompile_headers(${target} REUSE_FROM freshet_torch_pch)
endfunction()
