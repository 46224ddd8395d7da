# SPDX-License-Identifier: Apache-2.0
# cmake -DINPUT=a.txt -DOUTPUT=a.c -DNAME=EMBEDDED_TEXT -P embed_text.cmake
# Makes the C file that carries one text in dhgen: bytes, since a literal has its limits.
get_filename_component(file "${INPUT}" NAME)
file(READ "${INPUT}" hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," hex "${hex}")
string(REGEX REPLACE "(................................................................................)" "\\1\n" hex "${hex}")
file(WRITE "${OUTPUT}" "/* Made from ${file} by compiler/embed_text.cmake. */\n#include \"examples.h\"\n\nconst char ${NAME}[] = {\n${hex}0 };\n")
