/* SPDX-License-Identifier: Apache-2.0 */
/* eye NAME DROP - as eye.c, in C++. */
#include "cameras.dh.hpp"

#include <cstdio>
#include <cstdlib>
#include <thread>

using namespace std::chrono_literals;
using std::chrono::steady_clock;

constexpr auto TRIGGER = 500us;

static std::uint64_t triggers()
{
    return static_cast<std::uint64_t>(steady_clock::now().time_since_epoch() / TRIGGER);
}

int main(int argc, char **argv)
try {
    const std::uint64_t drop = argc == 3 ? std::strtoull(argv[2], nullptr, 10) : 0;

    if (drop == 0) {
        std::fprintf(stderr, "usage: eye NAME DROP\n");
        return 64;
    }
    auto camera = demo::cameras::CameraProducer::open(argv[1]);
    for (std::uint64_t number = triggers();;) {
        std::this_thread::sleep_until(steady_clock::time_point((number + 1) * TRIGGER));
        number = triggers();
        if (number % drop == drop - 1) continue;
        camera.transact([&](demo::cameras::Picture &picture) {
            const auto grey = static_cast<std::uint8_t>(number);

            picture.number = number;
            picture.time = static_cast<std::uint64_t>(dh_now());
            picture.mean = grey;
            for (auto &row : picture.pixels)
                row.fill(grey);
        });
    }
} catch (const dh::Error &e) {
    std::fprintf(stderr, "eye: %s\n", e.what());
    return 1;
}
