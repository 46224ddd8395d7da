# SPDX-License-Identifier: Apache-2.0
# Cross build of the library and its tests for DH_PROCESSOR (aarch64, riscv64) with Debian's compilers; what is built runs
# under qemu-user. What they link comes from tests/cross/libraries.sh. See `./dev cross`.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES DH_PROCESSOR)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR ${DH_PROCESSOR})
set(CMAKE_C_COMPILER ${DH_PROCESSOR}-linux-gnu-gcc)
set(CMAKE_CXX_COMPILER ${DH_PROCESSOR}-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${DH_PROCESSOR};-L;/usr/${DH_PROCESSOR}-linux-gnu)
set(libraries ${CMAKE_CURRENT_LIST_DIR}/../build/libraries/${DH_PROCESSOR}/root)
set(CMAKE_FIND_ROOT_PATH ${libraries} /usr/${DH_PROCESSOR}-linux-gnu)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(ENV{PKG_CONFIG_LIBDIR} ${libraries}/lib/pkgconfig)
