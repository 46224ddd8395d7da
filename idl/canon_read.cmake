# SPDX-License-Identifier: Apache-2.0
# The reader of canonical text, a library of its own: dhadmin needs it and nothing else of the language.
add_library(dhcanon STATIC
  ${CMAKE_CURRENT_LIST_DIR}/canon_read.c
  ${CMAKE_CURRENT_LIST_DIR}/canon_read_line.c
  ${CMAKE_CURRENT_LIST_DIR}/canon_read_layout.c
  ${CMAKE_CURRENT_LIST_DIR}/canon_read_meaning.c
  ${CMAKE_CURRENT_LIST_DIR}/canon_read_number.c)
add_library(dh::canon ALIAS dhcanon)
set_target_properties(dhcanon PROPERTIES POSITION_INDEPENDENT_CODE ON) # it is part of Python's extension, too
target_include_directories(dhcanon PUBLIC $<BUILD_INTERFACE:${CMAKE_CURRENT_LIST_DIR}/..>)
target_link_libraries(dhcanon PRIVATE dh_house)
