# freshet_folder(<folder> [TORCH] [DEPENDS <targets>...])
#
# One folder under src/freshet is one static library, freshet_<folder>, built from every .cpp below it. Its
# DEPENDS are the folder's row in the table of docs/design/layers.md; scripts/check_layers.py holds the #includes to
# the same table. TORCH folders share one precompiled <torch/torch.h>.
function(freshet_folder folder)
  cmake_parse_arguments(ARG "TORCH" "" "DEPENDS" ${ARGN})
  set(target freshet_${folder})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE freshet_settings)
    if(ARG_TORCH)
      freshet_use_torch(${target})
    endif()
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(${target} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()

# freshet_test(<name> [TORCH] SOURCES <files>... [DEPENDS <targets>...] [LABELS <labels>...])
#
# One GoogleTest program; every case becomes one ctest test. Tests find small committed files through
# FRESHET_FIXTURES and the real data, where present, through the environment variable FRESHET_DATA_DIR.
function(freshet_test name)
  cmake_parse_arguments(ARG "TORCH" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
  # The objects are a target of their own: an executable compiles with -fPIE, the precompiled header with -fPIC.
  add_library(${name}_objects OBJECT ${ARG_SOURCES})
  target_include_directories(${name}_objects PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_compile_definitions(${name}_objects PRIVATE FRESHET_FIXTURES="${PROJECT_SOURCE_DIR}/tests/fixtures")
  target_link_libraries(${name}_objects PUBLIC ${ARG_DEPENDS} GTest::gmock GTest::gtest_main PRIVATE freshet_settings)
  if(ARG_TORCH)
    freshet_use_torch(${name}_objects)
  endif()
  add_executable(${name})
  target_link_libraries(${name} PRIVATE ${name}_objects freshet_settings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 600)
endfunction()
