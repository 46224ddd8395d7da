/* SPDX-License-Identifier: Apache-2.0 */
/* watch - looks at a thousand readings of the kiln, each in place. */
#include "kiln.dh.hpp"

#include <cstdio>

using namespace std::chrono_literals;

int main()
try {
    auto kiln = demo::kiln::Consumer::open();
    unsigned n = 0, halves = 0;
    double hottest = 0;

    for (const demo::kiln::Reading &reading : kiln.messages(5s)) {
        halves += reading.probes.size() != 4;
        hottest = reading.temp > hottest ? reading.temp : hottest;
        if (++n == 1000) break;
    }
    const auto program = kiln.program().read();
    std::printf("%u readings of the %s program, %u of them half done, at most %.1f of %.0f degC\n",
                n, program.name.c_str(), halves, hottest, program.target);
} catch (const dh::Error &e) {
    std::fprintf(stderr, "watch: %s\n       %s\n", e.what(), e.help());
    return 1;
}
