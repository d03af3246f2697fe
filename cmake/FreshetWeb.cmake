# Builds the report page (web/) and compiles it into a library: freshet_embed_web(<target>).
#
# Two steps, each run only when something it reads has changed: `npm ci` fills web/node_modules from the lock file, and
# web/build.js bundles sources and map outlines with esbuild into one C++ file of string literals.
find_program(FRESHET_NODE NAMES node nodejs)
find_program(FRESHET_NPM npm)
if(NOT FRESHET_NODE OR NOT FRESHET_NPM)
  message(FATAL_ERROR "The report page is built with Node.js (18 or later) and npm, and at least one of them was not found. "
                      "On Debian: apt-get install nodejs npm. Or run scripts/setup.sh, which installs all that is missing.")
endif()

function(freshet_embed_web target)
  set(web ${PROJECT_SOURCE_DIR}/web)
  set(installed ${web}/node_modules/.freshet-installed)
  add_custom_command(
    OUTPUT ${installed}
    COMMAND ${FRESHET_NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error
    COMMAND ${CMAKE_COMMAND} -E touch ${installed}
    DEPENDS ${web}/package.json ${web}/package-lock.json
    WORKING_DIRECTORY ${web}
    COMMENT "Installing the packages of the report page (npm ci in web/)"
    VERBATIM)

  file(GLOB sources CONFIGURE_DEPENDS ${web}/src/*)
  set(assets ${CMAKE_BINARY_DIR}/web/page_assets.cpp)
  add_custom_command(
    OUTPUT ${assets}
    COMMAND ${FRESHET_NODE} build.js ${assets}
    DEPENDS ${installed} ${web}/build.js ${sources}
    WORKING_DIRECTORY ${web}
    COMMENT "Bundling the report page (esbuild)"
    VERBATIM)
  target_sources(${target} PRIVATE ${assets})
endfunction()
