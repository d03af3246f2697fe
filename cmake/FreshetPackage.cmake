# What `cmake --install` puts into a relocatable folder: bin/freshet, lib/ with every shared library that it needs
# beyond the C and C++ runtime of the system, share/doc/freshet with the licences. scripts/package.sh makes the archive.
set(FRESHET_DOC_DIR share/doc/freshet)

# RPATH and not RUNPATH: it must also hold for the libraries' own libraries, which carry no path of their own.
target_link_options(freshet PRIVATE -Wl,--disable-new-dtags)
set_target_properties(freshet PROPERTIES INSTALL_RPATH "$ORIGIN/../lib")
install(TARGETS freshet RUNTIME DESTINATION bin COMPONENT package)

file(GLOB FRESHET_TORCH_LICENCES ${FRESHET_TORCH_ROOT}/../torch-*.dist-info/licenses/* ${FRESHET_TORCH_ROOT}/LICENSE*
  ${FRESHET_TORCH_ROOT}/NOTICE*)
configure_file(${PROJECT_SOURCE_DIR}/cmake/install_libraries.cmake.in ${CMAKE_BINARY_DIR}/install_libraries.cmake @ONLY)
install(SCRIPT ${CMAKE_BINARY_DIR}/install_libraries.cmake COMPONENT package)

install(FILES LICENSE README.md CHANGELOG.md CITATION.cff docs/third_party.md
  DESTINATION ${FRESHET_DOC_DIR} COMPONENT package OPTIONAL)
