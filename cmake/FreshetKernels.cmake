# Kernels generated from process models: which files there are, and how each is compiled. Installed too, for plug-ins.

set(FRESHET_INSTRUCTION_SETS avx512 avx2 generic)
# One line of flags per instruction set. Rounding is the program's own: multiply-adds are where the generator wrote them.
set(FRESHET_KERNEL_OPTIONS -O3 -ffp-contract=off -fno-trapping-math -fno-math-errno)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12's own headers of vector functions read undefined values on purpose.
  list(APPEND FRESHET_KERNEL_OPTIONS -Wno-uninitialized -Wno-maybe-uninitialized)
  # Orders instructions with the number of registers in mind: adjoints run a tenth faster.
  list(APPEND FRESHET_KERNEL_OPTIONS -fschedule-insns -fsched-pressure)
endif()
set(FRESHET_OPTIONS_generic "")
set(FRESHET_OPTIONS_avx2 -mavx2 -mfma)
set(FRESHET_OPTIONS_avx512 -mavx512f -mavx512dq -mavx512vl -mavx512bw -mavx2 -mfma -mprefer-vector-width=512)

# freshet_kernel_options(<set> <sources>...): sets how files are compiled that run on lanes of an instruction set.
function(freshet_kernel_options set)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS "${FRESHET_KERNEL_OPTIONS};${FRESHET_OPTIONS_${set}}")
endfunction()

# freshet_model_sources(<variable> <folder> <model> <sets>...): the files stepgen prints for a model, with their options set. The
# header is one of them: a build looks at it again only after the command that it knows to print it.
function(freshet_model_sources variable folder model)
  set(sources ${folder}/${model}_table.cpp ${folder}/${model}_stages.hpp)
  foreach(set ${ARGN})
    list(APPEND sources ${folder}/${model}_${set}.cpp)
    freshet_kernel_options(${set} ${folder}/${model}_${set}.cpp)
  endforeach()
  set(${variable} ${sources} PARENT_SCOPE)
endfunction()
