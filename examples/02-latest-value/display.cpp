/* SPDX-License-Identifier: Apache-2.0 */
/* display - as display.c, in C++. */
#include "weather.dh.hpp"

#include <cstdio>
#include <thread>

using namespace std::chrono_literals;

int main()
try {
    auto weather = demo::weather::Consumer::open();
    std::uint64_t before = 0;
    int newer = 0;

    for (int look = 0; look < 5; look++) {
        const auto now = weather.receive(1s);

        newer += look == 0 || now.number > before;
        before = now.number;
        std::this_thread::sleep_for(200ms);
    }
    std::printf("C++: 5 looks, %d of them at a newer reading than before, %s skipped on the way\n",
                newer, weather.lost() > 100 ? "hundreds" : "few");
} catch (const dh::Error &e) {
    std::fprintf(stderr, "display: %s\n", e.what());
    return 1;
}
