# SPDX-License-Identifier: Apache-2.0
# Debian packages, by `cpack` in a build of the `deb` preset (`./dev deb`): libdh0, libdh-dev, dh-tools, python3-dh.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME dh)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
# Who answers for a package is who builds it: $DEBFULLNAME and $DEBEMAIL, as for Debian's own tools.
set(DH_PACKAGER "Data Exchange Hub developers <nobody@localhost.localdomain>")
if(DEFINED ENV{DEBEMAIL})
  set(DH_PACKAGER "Data Exchange Hub developers <$ENV{DEBEMAIL}>")
  if(DEFINED ENV{DEBFULLNAME})
    set(DH_PACKAGER "$ENV{DEBFULLNAME} <$ENV{DEBEMAIL}>")
  endif()
endif()
set(CPACK_PACKAGE_CONTACT ${DH_PACKAGER})
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_COMPONENTS_ALL runtime dev tools)
if(DH_PYTHON_BUILT)
  list(APPEND CPACK_COMPONENTS_ALL python)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${CMAKE_BINARY_DIR}/lib)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS OFF)

set(same "(= ${PROJECT_VERSION}-1)")
foreach(row
    "RUNTIME|libdh0|libs|Data Exchange Hub, the library|Typed data between programs of one machine, in shared memory: what programs\n are linked with."
    "DEV|libdh-dev|libdevel|Data Exchange Hub, headers and build rules|Headers, the static library, and what CMake and pkg-config need to find them."
    "TOOLS|dh-tools|devel|Data Exchange Hub, dhgen, dhbroker and dhadmin|The compiler of schemas, the program that lets others find each other,\n and the one that shows all channels."
    "PYTHON|python3-dh|python|Data Exchange Hub, for Python|Channels in Python, without a copy and without a generated file; numpy looks at the slot itself.")
  string(REPLACE "|" ";" row "${row}")
  list(GET row 0 part)
  list(GET row 1 CPACK_DEBIAN_${part}_PACKAGE_NAME)
  list(GET row 2 CPACK_DEBIAN_${part}_PACKAGE_SECTION)
  list(GET row 3 short)
  list(GET row 4 long)
  string(TOLOWER ${part} component)
  list(GET row 1 name)
  set(CPACK_COMPONENT_${part}_DESCRIPTION "${short}\n ${long}")
  set(CPACK_DEBIAN_${part}_DESCRIPTION "${short}\n ${long}")
  # what Debian expects of each package: who may copy it, and what changed
  install(FILES ${PROJECT_SOURCE_DIR}/cmake/packages/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name} COMPONENT ${component})
  install(FILES ${CMAKE_BINARY_DIR}/packages/changelog.gz DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${name}
    RENAME changelog.Debian.gz COMPONENT ${component})
endforeach()
# what dhbroker loads by its name, for --metrics, no list of links tells
if(DH_MICROHTTPD)
  get_filename_component(microhttpd "${DH_MICROHTTPD}" REALPATH)
  string(REGEX REPLACE ".*/libmicrohttpd\\.so\\.([0-9]+).*" "libmicrohttpd\\1" CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS "${microhttpd}")
endif()
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libdh0 ${same}, dh-tools ${same}, libsodium-dev")
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3 (>= 3.11)")
set(CPACK_DEBIAN_PYTHON_PACKAGE_RECOMMENDS "python3-numpy, dh-tools")
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "${CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS}, libdh0 ${same}")

# from which version on libdh has what others link; and the loader's cache is told
file(WRITE ${CMAKE_BINARY_DIR}/packages/shlibs "libdh 0 libdh0 (>= ${PROJECT_VERSION})\n")
file(WRITE ${CMAKE_BINARY_DIR}/packages/triggers "activate-noawait ldconfig\n")
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA "${CMAKE_BINARY_DIR}/packages/shlibs;${CMAKE_BINARY_DIR}/packages/triggers")

# the broker's user and folders; no conffiles: systemd-tmpfiles copies /etc/dh/dh.conf once, and purging takes it away
set(scripts ${PROJECT_SOURCE_DIR}/cmake/packages)
set(CPACK_DEBIAN_TOOLS_PACKAGE_CONTROL_EXTRA "${scripts}/dh-tools/postinst;${scripts}/dh-tools/prerm;${scripts}/dh-tools/postrm")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA "${scripts}/python3-dh/postinst;${scripts}/python3-dh/prerm")

file(READ ${PROJECT_SOURCE_DIR}/cmake/packages/changelog text)
string(CONFIGURE "${text}" text @ONLY)
file(WRITE ${CMAKE_BINARY_DIR}/packages/changelog "${text}")
execute_process(COMMAND gzip -9nf ${CMAKE_BINARY_DIR}/packages/changelog COMMAND_ERROR_IS_FATAL ANY)
include(CPack)
