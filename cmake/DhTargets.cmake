# SPDX-License-Identifier: Apache-2.0
# What every target of this tree is built with: the warnings of the house, the sanitizer that was
# asked for, and the libraries that Debian carries.
find_package(PkgConfig REQUIRED)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
find_path(DH_XXHASH_INCLUDE xxhash.h REQUIRED) # its code too: nothing is linked

add_library(dh_house INTERFACE)
target_compile_definitions(dh_house INTERFACE _GNU_SOURCE)
target_compile_options(dh_house INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual
  $<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes -Wstrict-prototypes>
  $<$<BOOL:${DH_WERROR}>:-Werror>)

if(DH_SANITIZE)
  # For everything, the libraries too: a report names the line that did it.
  add_compile_options(-fsanitize=${DH_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  if(DH_SANITIZE MATCHES thread AND CMAKE_C_COMPILER_ID STREQUAL GNU)
    add_compile_options(-Wno-tsan) # "fences are not supported": known, see docs/explain/memory-model.md
  endif()
  add_link_options(-fsanitize=${DH_SANITIZE})
endif()
