/* SPDX-License-Identifier: Apache-2.0 */
/* kiln - reads its probes and tells everybody, until it is told to end. One probe fails now and
 * then. */
#include "kiln.dh.hpp"

#include <cstdio>
#include <stdexcept>

static float read_probe(std::uint64_t number, unsigned probe)
{
    if (number % 10 == 9 && probe == 3) throw std::runtime_error("probe 3 gives no answer");
    return 1240 + static_cast<float>(probe) / 4;
}

static void read_all(demo::kiln::Reading &reading, std::uint64_t number)
{
    double sum = 0;

    reading = {};
    reading.number = number;
    for (unsigned probe = 0; probe < 4; probe++) {
        reading.probes.push_back(read_probe(number, probe));
        sum += static_cast<double>(reading.probes.back());
    }
    reading.temp = sum / 4; /* degrees; stored as tenths */
}

int main()
try {
    auto kiln = demo::kiln::Producer::open();

    kiln.program().write({ 1240, "stoneware" });
    for (std::uint64_t number = 0;; number++) {
        try {
            kiln.transact([&](demo::kiln::Reading &reading) { read_all(reading, number); });
        } catch (const std::runtime_error &) {
            /* nobody saw the half of it that was there */
        }
    }
} catch (const dh::Error &e) {
    std::fprintf(stderr, "kiln: %s\n      %s\n", e.what(), e.help());
    return 1;
}
