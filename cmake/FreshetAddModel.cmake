set(FRESHET_GENERATOR_TEMPLATE "${CMAKE_CURRENT_LIST_DIR}/model_generator.cpp.in")

# freshet_add_model(<name> <header> TYPE <type> [KERNELS <sets>... | NONE])
#
# Builds <name>.so, a plug-in that `freshet ... --plugin` loads, from a header with a process model: its C++ type is <type>, its
# kName <name>. A small program is built around the header and prints the model's kernels, which are compiled for the instruction
# sets KERNELS, by default avx512, avx2 and generic. With NONE the plug-in holds no kernels, and Freshet interprets the model:
# built in seconds, run slowly. docs/adding_a_model.md shows it all.
function(freshet_add_model name header)
  cmake_parse_arguments(ARG "" "TYPE" "KERNELS" ${ARGN})
  set(usage "freshet_add_model(<name> <header> TYPE <type> [KERNELS <sets>... | NONE])")
  if(NOT name MATCHES "^[a-z][a-z0-9_]*$")
    message(FATAL_ERROR "`${name}` is no model's name: small letters, digits and _ make one. ${usage}")
  endif()
  get_filename_component(header "${header}" ABSOLUTE)
  if(NOT EXISTS "${header}")
    message(FATAL_ERROR "There is no header ${header}. ${usage}")
  endif()
  if(NOT ARG_TYPE OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${usage}\nTYPE is the model's type as C++ names it, say my::Model.")
  endif()
  set(sets ${ARG_KERNELS})
  if(NOT DEFINED ARG_KERNELS)
    set(sets ${FRESHET_INSTRUCTION_SETS})
  endif()
  list(REMOVE_ITEM sets NONE)
  foreach(set ${sets})
    if(NOT set IN_LIST FRESHET_INSTRUCTION_SETS)
      list(JOIN FRESHET_INSTRUCTION_SETS ", " known)
      message(FATAL_ERROR "KERNELS: `${set}` is none of ${known} and NONE")
    endif()
  endforeach()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${name}_generated)
  file(MAKE_DIRECTORY ${folder})
  set(type ${ARG_TYPE})
  configure_file("${FRESHET_GENERATOR_TEMPLATE}" ${folder}/generator.cpp @ONLY)
  add_executable(${name}_generator ${folder}/generator.cpp "${header}")
  target_link_libraries(${name}_generator PRIVATE Freshet::stepgen)

  freshet_model_sources(sources ${folder} ${name} ${sets})
  list(APPEND sources ${folder}/plugin.cpp)
  add_custom_command(OUTPUT ${sources} COMMAND ${name}_generator ${folder} ${sets} DEPENDS ${name}_generator
                     COMMENT "Generating the kernels of ${name}" VERBATIM)
  add_library(${name} MODULE ${sources})
  target_link_libraries(${name} PRIVATE Freshet::headers)
  target_include_directories(${name} PRIVATE ${folder})
  set_target_properties(${name} PROPERTIES PREFIX "" SUFFIX ".so" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden
                                           VISIBILITY_INLINES_HIDDEN ON LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
endfunction()
