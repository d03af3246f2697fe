# Finds LibTorch and offers the target freshet_torch and the function freshet_use_torch().
#
# Looked for in this order: CMAKE_PREFIX_PATH / Torch_DIR (a LibTorch zip or a system package), then the project's own
# virtual environment, .venv. A CUDA build of LibTorch on a machine without the CUDA toolkit cannot be loaded by its own
# CMake files; there the CPU libraries alone are linked.
if(NOT Torch_DIR AND EXISTS ${PROJECT_SOURCE_DIR}/.venv/bin/python)
  execute_process(
    COMMAND ${PROJECT_SOURCE_DIR}/.venv/bin/python -c "import importlib.util,os;s=importlib.util.find_spec('torch');print(os.path.join(os.path.dirname(s.origin),'share','cmake') if s else '')"
    OUTPUT_VARIABLE venv_torch OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(venv_torch)
    list(APPEND CMAKE_PREFIX_PATH ${venv_torch})
  endif()
endif()

find_path(FRESHET_TORCH_CONFIG TorchConfig.cmake PATHS ${Torch_DIR} PATH_SUFFIXES Torch share/cmake/Torch)
if(NOT FRESHET_TORCH_CONFIG)
  message(FATAL_ERROR "LibTorch was not found. Run scripts/setup.sh, or set CMAKE_PREFIX_PATH to a LibTorch folder.")
endif()
get_filename_component(FRESHET_TORCH_ROOT ${FRESHET_TORCH_CONFIG}/../../.. ABSOLUTE)

add_library(freshet_torch INTERFACE)
find_program(FRESHET_NVCC nvcc)
if(EXISTS ${FRESHET_TORCH_ROOT}/lib/libtorch_cuda.so AND NOT FRESHET_NVCC)
  message(STATUS "LibTorch at ${FRESHET_TORCH_ROOT} is a CUDA build and there is no CUDA toolkit: linking its CPU libraries alone")
  target_include_directories(freshet_torch SYSTEM INTERFACE
    ${FRESHET_TORCH_ROOT}/include ${FRESHET_TORCH_ROOT}/include/torch/csrc/api/include)
  target_link_libraries(freshet_torch INTERFACE ${FRESHET_TORCH_ROOT}/lib/libtorch_cpu.so ${FRESHET_TORCH_ROOT}/lib/libc10.so)
else()
  find_package(Torch REQUIRED PATHS ${FRESHET_TORCH_CONFIG} NO_DEFAULT_PATH)
  target_link_libraries(freshet_torch INTERFACE ${TORCH_LIBRARIES})
  separate_arguments(torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
  target_compile_options(freshet_torch INTERFACE ${torch_flags})
endif()
message(STATUS "LibTorch: ${FRESHET_TORCH_ROOT}")

# Links a target to LibTorch and lets it use the one precompiled <torch/torch.h> (14 s a translation unit without it).
add_library(freshet_torch_pch OBJECT ${PROJECT_SOURCE_DIR}/cmake/torch_pch.cpp)
target_link_libraries(freshet_torch_pch PRIVATE freshet_torch freshet_settings)
target_precompile_headers(freshet_torch_pch PRIVATE <torch/torch.h>)
function(freshet_use_torch target)
  target_link_libraries(${target} PUBLIC freshet_torch)
  target_precompile_headers(${target} REUSE_FROM freshet_torch_pch)
endfunction()
