# The CUDA compiler, for the kernels of process models alone: -DFRESHET_CUDA=ON.
include(CheckLanguage)
check_language(CUDA)
if(NOT CMAKE_CUDA_COMPILER)
  message(FATAL_ERROR "FRESHET_CUDA is on, and no CUDA compiler was found. Install the CUDA toolkit, put nvcc on the PATH or "
                      "name it with -DCMAKE_CUDA_COMPILER=..., or leave FRESHET_CUDA off: the processor runs every model.")
endif()
# The oldest architecture that recent toolkits know. The intermediate code that goes with it runs on every later one.
if(NOT DEFINED CMAKE_CUDA_ARCHITECTURES)
  set(CMAKE_CUDA_ARCHITECTURES 75)
endif()
enable_language(CUDA)
if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)
  set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION -std=c++20)  # CMake 3.25 does not know that nvcc has it
endif()
find_package(CUDAToolkit REQUIRED)

# freshet_add_cuda_kernels(<target> <include folder> <sources>...): compiles models' kernels, and those that all models share, into
# a library of their own, whose options are nvcc's, and links it.
function(freshet_add_cuda_kernels target folder)
  add_library(${target}_cuda STATIC ${ARGN} ${PROJECT_SOURCE_DIR}/src/freshet/kernels/cuda/common_cuda.cu)
  target_include_directories(${target}_cuda PRIVATE ${PROJECT_SOURCE_DIR}/src ${folder})
  # Rounding is the program's own, as on the processor: no multiply-adds but those the generator wrote.
  target_compile_options(${target}_cuda PRIVATE --fmad=false --expt-relaxed-constexpr -Werror=cross-execution-space-call)
  target_link_libraries(${target}_cuda PRIVATE CUDA::cudart_static)
  target_link_libraries(${target} PRIVATE ${target}_cuda)
  target_compile_definitions(${target} PRIVATE FRESHET_CUDA)
endfunction()
