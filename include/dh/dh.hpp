/* SPDX-License-Identifier: Apache-2.0
 *
 * dh.hpp - the Data Exchange Hub's C++17 API: the tour.
 *
 *      schema file ──dhgen --lang cpp──▶ imu.dh.hpp        one header; the program links libdh
 *
 *      channel.hpp    Producer, Consumer, Loan, Message    what generated classes can
 *      zone.hpp       WrittenZone, ReadZone, SharedZone    structs updated in place
 *      types.hpp      string, list, optional, span …       what the types of a schema are
 *      deadline.hpp   how long a call may wait             std::chrono
 *      error.hpp      dh::Error                            how calls fail
 *
 * Generated headers include it; all of it is inline over the C API, works with -fno-exceptions and
 * -fno-rtti, and under C++20 dh::span is std::span. */
#ifndef DH_HPP
#define DH_HPP

#include <dh/channel.hpp>
#include <dh/deadline.hpp>
#include <dh/error.hpp>
#include <dh/types.hpp>
#include <dh/zone.hpp>

#endif
