# What a model outside this tree is built with (docs/adding_a_model.md): headers, the generator's library and the CMake package
# Freshet. `cmake --install BUILD --component sdk` puts it into a relocatable folder; the build folder itself can be used too.
set(FRESHET_SDK_CMAKE FreshetKernels.cmake FreshetAddModel.cmake model_generator.cpp.in)
list(TRANSFORM FRESHET_SDK_CMAKE PREPEND ${PROJECT_SOURCE_DIR}/cmake/)

include(CMakePackageConfigHelpers)
set(package lib/cmake/Freshet)

# freshet_sdk_config(<folder> <include folders> <library>): the package's files, as seen from where they lie.
function(freshet_sdk_config folder includes library)
  configure_file(${PROJECT_SOURCE_DIR}/cmake/FreshetConfig.cmake.in ${folder}/FreshetConfig.cmake @ONLY)
  write_basic_package_version_file(${folder}/FreshetConfigVersion.cmake VERSION ${PROJECT_VERSION} COMPATIBILITY ExactVersion)
endfunction()

freshet_sdk_config(${CMAKE_BINARY_DIR}/${package} "${PROJECT_SOURCE_DIR}/src;${PROJECT_SOURCE_DIR}/tools"
                   ${CMAKE_BINARY_DIR}/tools/stepgen/libfreshet_stepgen.a)
file(COPY ${FRESHET_SDK_CMAKE} DESTINATION ${CMAKE_BINARY_DIR}/${package})

freshet_sdk_config(${CMAKE_BINARY_DIR}/sdk "\${freshet_root}/include" "\${freshet_root}/lib/libfreshet_stepgen.a")
install(FILES ${CMAKE_BINARY_DIR}/sdk/FreshetConfig.cmake ${CMAKE_BINARY_DIR}/sdk/FreshetConfigVersion.cmake ${FRESHET_SDK_CMAKE}
  DESTINATION ${package} COMPONENT sdk)
install(TARGETS freshet_stepgen ARCHIVE DESTINATION lib COMPONENT sdk)
install(DIRECTORY src/freshet/physics src/freshet/symbolic DESTINATION include/freshet COMPONENT sdk
  FILES_MATCHING PATTERN "*.hpp")
install(DIRECTORY src/freshet/kernels/lanes DESTINATION include/freshet/kernels COMPONENT sdk FILES_MATCHING PATTERN "*.hpp")
install(FILES src/freshet/kernels/model_table.hpp DESTINATION include/freshet/kernels COMPONENT sdk)
install(DIRECTORY tools/stepgen DESTINATION include COMPONENT sdk FILES_MATCHING PATTERN "*.hpp")
install(FILES docs/adding_a_model.md DESTINATION share/doc/freshet COMPONENT sdk)
