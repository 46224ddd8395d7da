# SPDX-License-Identifier: Apache-2.0
# cmake -DOUTPUT=templates.c -DROOT=templates -DFILES=c/a;c/b -P embed.cmake
# Makes the C file that carries the templates in dhgen: bytes, since a literal has its limits.
set(bytes "")
set(table "")
set(index 0)
foreach(file IN LISTS FILES)
  file(READ "${ROOT}/${file}" hex HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
  string(REGEX REPLACE "(................................................................................)" "\\1\n" hex "${hex}")
  string(APPEND bytes "/* ${file} */\nstatic const unsigned char TEMPLATE_${index}[] = {\n${hex}0 };\n\n")
  string(APPEND table "    { \"${file}\", TEMPLATE_${index}, sizeof TEMPLATE_${index} - 1 },\n")
  math(EXPR index "${index} + 1")
endforeach()
file(WRITE "${OUTPUT}" "/* Made from templates/ by compiler/embed.cmake. */\n#include \"emit.h\"\n\n${bytes}const struct embedded_template EMBEDDED_TEMPLATES[] = {\n${table}    { NULL, NULL, 0 },\n};\n")
