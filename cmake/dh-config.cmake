# SPDX-License-Identifier: Apache-2.0
# find_package(dh [COMPONENTS library static dhgen]): the library, dhgen, and dh_generate() which ties them to your schemas.
#
#   library   dh::dh, libdh.so
#   static    dh::static, which also needs libsodium
#   dhgen     dh::dhgen and dh_generate()
#
# Without COMPONENTS all that is installed is there; what is asked for and is not installed is told.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
if(NOT dh_FIND_COMPONENTS OR "static" IN_LIST dh_FIND_COMPONENTS)
  find_dependency(PkgConfig)
endif()
if(PkgConfig_FOUND)
  pkg_check_modules(SODIUM QUIET IMPORTED_TARGET libsodium)
endif()
if(NOT TARGET PkgConfig::SODIUM) # named by dh::static alone
  add_library(PkgConfig::SODIUM INTERFACE IMPORTED)
  set(_dh_no_sodium ON)
endif()
include(${CMAKE_CURRENT_LIST_DIR}/dh-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/DhGenerate.cmake)

foreach(component library static dhgen)
  set(dh_${component}_FOUND OFF)
endforeach()
if(TARGET dh::dh)
  set(dh_library_FOUND ON)
endif()
if(TARGET dh::static AND NOT _dh_no_sodium)
  set(dh_static_FOUND ON)
endif()
if(TARGET dh::dhgen)
  set(dh_dhgen_FOUND ON)
endif()
foreach(component IN LISTS dh_FIND_COMPONENTS)
  if(NOT component MATCHES "^(library|static|dhgen)$")
    set(dh_FOUND OFF)
    set(dh_NOT_FOUND_MESSAGE "dh has no component '${component}'; it has library, static, dhgen")
  elseif(dh_FIND_REQUIRED_${component} AND NOT dh_${component}_FOUND)
    set(dh_FOUND OFF)
    set(dh_NOT_FOUND_MESSAGE "dh's component '${component}' cannot be used here: static needs libsodium-dev, dhgen the package dh-tools")
  endif()
endforeach()
