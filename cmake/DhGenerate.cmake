# SPDX-License-Identifier: Apache-2.0
# Typed stubs from schemas, made while building:
#
#   dh_generate(TARGET robot FILES schemas/imu.dhs schemas/cam.dhs [IMPORT_DIRS dir ...] [LANGUAGES c cpp]
#               [BREAKING_AGAINST released/imu.dhs released/cam.dhs])
#   target_link_libraries(robot PRIVATE dh::dh)
#
# For schemas/imu.dhs the target gets the source schemas/imu.dh.c and, for itself and for whoever
# links it, the folder in which "schemas/imu.dh.h" is found (and schemas/imu.dh.print.h, for debugging). The files lie in the target's build
# folder, as the schemas lie below the current source folder; they are made again when the schema,
# one of its imports, its lock (schemas/imu.dhs.lock, by 'dhgen lock') or dhgen has changed; a lock
# that the schema no longer keeps stops the build.
#
# LANGUAGES says what is made: `c` (without it, too), which is the above, and `cpp`, the header "schemas/imu.dh.hpp",
# which needs no source beside it.
#
# What others import has a target of its own, declared in its own folder: IMPORT_DIRS tells dhgen where the schema is, and
# linking that target tells the compiler where its header is.
#
# BREAKING_AGAINST names, for each of FILES in their order, what was released of it: a schema, a canonical text (.canon) or
# a lock. A schema that would break programs built with that one stops the build, with dhgen's words at the field that does.
#
# The same file serves this tree (target dhgen) and an install tree (dh::dhgen). Where dhgen cannot
# run, as in a cross build, DH_DHGEN names one that can.
include_guard(GLOBAL)

set(DH_DHGEN "" CACHE FILEPATH "the dhgen to run, where the one that belongs to this tree cannot")

# The command in `out_command`, what it depends on in `out_depends`.
function(_dh_find_dhgen out_command out_depends)
  if(DH_DHGEN)
    set(${out_command} "${DH_DHGEN}" PARENT_SCOPE)
    set(${out_depends} "${DH_DHGEN}" PARENT_SCOPE)
    return()
  endif()
  # a generator expression: in this tree the target may be declared later
  set(name "$<IF:$<TARGET_EXISTS:dhgen>,dhgen,dh::dhgen>")
  set(${out_command} "$<TARGET_FILE:${name}>" PARENT_SCOPE)
  set(${out_depends} "$<TARGET_FILE:${name}>" PARENT_SCOPE)
endfunction()

# One schema in one language, held to what was `released` of it (or ""): a rule that makes its files; their names in `out_files`.
function(_dh_generate_file schema released language out_dir out_files)
  get_filename_component(path "${schema}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  file(RELATIVE_PATH relative "${CMAKE_CURRENT_SOURCE_DIR}" "${path}")
  if(relative MATCHES "^\\.\\.")
    get_filename_component(relative "${path}" NAME) # it lies elsewhere: only its name is of use
  endif()
  get_filename_component(folder "${relative}" DIRECTORY)
  get_filename_component(name "${relative}" NAME)
  string(REGEX REPLACE "\\.dhs$" "" base "${name}")
  set(out "${out_dir}")
  if(folder)
    string(APPEND out "/${folder}")
  endif()
  file(MAKE_DIRECTORY "${out}")

  set(includes "")
  foreach(dir IN LISTS arg_IMPORT_DIRS)
    get_filename_component(dir "${dir}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    list(APPEND includes -I "${dir}")
  endforeach()

  set(lock "") # released versions that dhgen holds the schema to
  if(EXISTS "${path}.lock")
    set(lock "${path}.lock")
  endif()

  set(against "")
  if(released)
    get_filename_component(released "${released}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    set(against --against "${released}")
  endif()

  if(language STREQUAL cpp)
    set(files "${out}/${base}.dh.hpp")
    set(byproducts "")
    set(depfile "${out}/${base}.dh.hpp.d")
  else()
    set(files "${out}/${base}.dh.h" "${out}/${base}.dh.c")
    set(byproducts "${out}/${base}.dh.print.h")
    set(depfile "${out}/${base}.dh.d")
  endif()

  _dh_find_dhgen(dhgen dhgen_depends)
  add_custom_command(
    OUTPUT ${files}
    BYPRODUCTS ${byproducts}
    COMMAND "${dhgen}" build --lang ${language} --out "${out}" --depfile "${depfile}" ${against} ${includes} "${path}"
    DEPENDS "${path}" ${lock} ${released} "${dhgen_depends}"
    DEPFILE "${depfile}"
    COMMENT "dhgen --lang ${language} ${relative}"
    VERBATIM)
  set(${out_files} ${files} PARENT_SCOPE)
endfunction()

function(dh_generate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET" "FILES;IMPORT_DIRS;LANGUAGES;BREAKING_AGAINST")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dh_generate: what is '${arg_UNPARSED_ARGUMENTS}'? "
      "It takes TARGET t FILES a.dhs ... [IMPORT_DIRS dir ...] [LANGUAGES c cpp] [BREAKING_AGAINST released.dhs ...]")
  endif()
  if(NOT arg_TARGET OR NOT TARGET "${arg_TARGET}")
    message(FATAL_ERROR "dh_generate: TARGET must name a target that exists; it is '${arg_TARGET}'")
  endif()
  if(NOT arg_FILES)
    message(FATAL_ERROR "dh_generate(TARGET ${arg_TARGET} ...): FILES must name a schema")
  endif()
  if(NOT arg_LANGUAGES)
    set(arg_LANGUAGES c)
  endif()
  foreach(language IN LISTS arg_LANGUAGES)
    if(NOT language MATCHES "^(c|cpp)$")
      message(FATAL_ERROR "dh_generate: LANGUAGES knows 'c' and 'cpp'; '${language}' is made by dhgen --lang")
    endif()
  endforeach()

  list(LENGTH arg_FILES n_files)
  list(LENGTH arg_BREAKING_AGAINST n_released)
  if("BREAKING_AGAINST" IN_LIST arg_KEYWORDS_MISSING_VALUES OR (n_released GREATER 0 AND NOT n_released EQUAL n_files))
    message(FATAL_ERROR "dh_generate(TARGET ${arg_TARGET} ...): BREAKING_AGAINST names what was released of each of FILES, in their "
      "order; FILES are ${n_files}, those are ${n_released}. Give schemas without a release a dh_generate() of their own")
  endif()
  foreach(released IN LISTS arg_BREAKING_AGAINST)
    get_filename_component(path "${released}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
    if(NOT EXISTS "${path}")
      message(FATAL_ERROR "dh_generate(TARGET ${arg_TARGET} ...): BREAKING_AGAINST names '${released}', and there is no ${path}")
    endif()
  endforeach()

  get_target_property(type "${arg_TARGET}" TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    message(FATAL_ERROR "dh_generate: '${arg_TARGET}' compiles nothing, but schemas become sources: "
      "use a static or object library")
  endif()
  set(out_dir "${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}.dh")
  foreach(schema IN LISTS arg_FILES)
    set(released "")
    if(arg_BREAKING_AGAINST)
      list(POP_FRONT arg_BREAKING_AGAINST released)
    endif()
    foreach(language IN LISTS arg_LANGUAGES)
      _dh_generate_file("${schema}" "${released}" ${language} "${out_dir}" files)
      target_sources("${arg_TARGET}" PRIVATE ${files})
    endforeach()
  endforeach()
  target_include_directories("${arg_TARGET}" PUBLIC $<BUILD_INTERFACE:${out_dir}>)
endfunction()
