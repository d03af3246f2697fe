# Kernels generated from process models: which files there are, and how each is compiled.

# One line of flags per instruction set. Rounding is the program's own: multiply-adds are where the generator wrote them.
set(FRESHET_KERNEL_OPTIONS -O3 -ffp-contract=off -fno-trapping-math -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12's own headers of vector functions read undefined values on purpose.
  list(APPEND FRESHET_KERNEL_OPTIONS -Wno-uninitialized -Wno-maybe-uninitialized)
endif()
set(FRESHET_OPTIONS_generic "")
set(FRESHET_OPTIONS_avx2 -mavx2 -mfma)
set(FRESHET_OPTIONS_avx512 -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512)

# freshet_kernel_sources(<variable> <folder> <models>...): the files stepgen prints for some models, with their options set.
function(freshet_kernel_sources variable folder)
  set(sources)
  foreach(model ${ARGN})
    list(APPEND sources ${folder}/${model}_table.cpp)
    foreach(set generic avx2 avx512)
      list(APPEND sources ${folder}/${model}_${set}.cpp)
      set_source_files_properties(${folder}/${model}_${set}.cpp PROPERTIES COMPILE_OPTIONS
                                  "${FRESHET_KERNEL_OPTIONS};${FRESHET_OPTIONS_${set}}")
    endforeach()
  endforeach()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()

# freshet_add_generated_kernels(<target>): prints the kernels of all models of physics/registry.inc and adds them to a target,
# and sets the options of the target's own kernels.
function(freshet_add_generated_kernels target)
  set(registry ${PROJECT_SOURCE_DIR}/src/freshet/physics/registry.inc)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${registry})
  file(STRINGS ${registry} lines REGEX "^FRESHET_MODEL")
  set(models)
  foreach(line ${lines})
    string(REGEX REPLACE "^FRESHET_MODEL\\(([a-z0-9_]+),.*" "\\1" model "${line}")
    list(APPEND models ${model})
  endforeach()
  set(folder ${CMAKE_BINARY_DIR}/generated/kernels)
  file(MAKE_DIRECTORY ${folder})
  freshet_kernel_sources(sources ${folder} ${models})
  list(APPEND sources ${folder}/models.cpp ${folder}/routings.cpp)
  add_custom_command(OUTPUT ${sources} COMMAND stepgen ${folder} DEPENDS stepgen COMMENT "Generating kernels" VERBATIM)
  target_sources(${target} PRIVATE ${sources})
  target_include_directories(${target} PRIVATE ${folder})
  foreach(set generic avx2 avx512)
    set_source_files_properties(kernels/cpu/common_${set}.cpp PROPERTIES COMPILE_OPTIONS
                                "${FRESHET_KERNEL_OPTIONS};${FRESHET_OPTIONS_${set}}")
  endforeach()
  set_source_files_properties(kernels/interpreter.cpp kernels/cpu/processor.cpp PROPERTIES COMPILE_OPTIONS "${FRESHET_KERNEL_OPTIONS}")
endfunction()
