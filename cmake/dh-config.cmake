# SPDX-License-Identifier: Apache-2.0
# find_package(dh): the library, dhgen, and dh_generate() which ties them to your schemas.
include(CMakeFindDependencyMacro)
find_dependency(Threads)
find_dependency(PkgConfig)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium) # for dh::static
include(${CMAKE_CURRENT_LIST_DIR}/dh-targets.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/DhGenerate.cmake)
