/* SPDX-License-Identifier: Apache-2.0 */
/* The same in C++: by functions that say how it went, and by those that throw. */
#include "whole.dh.hpp"

using lab::whole::Gripper;
using lab::whole::GripperConsumer;
using lab::whole::GripperProducer;

extern "C" {
dh_err send_message(GripperProducer &producer, std::uint64_t time);
dh_err read_message(GripperConsumer &consumer, std::uint64_t &time);
void send_or_throw(GripperProducer &producer, std::uint64_t time);
std::uint64_t read_or_throw(GripperConsumer &consumer);
}

dh_err send_message(GripperProducer &producer, std::uint64_t time)
{
    return producer.try_transact([&](Gripper &g) { g.time = time; });
}

dh_err read_message(GripperConsumer &consumer, std::uint64_t &time)
{
    return consumer.try_read([&](const Gripper &g) { time = g.time; });
}

void send_or_throw(GripperProducer &producer, std::uint64_t time)
{
    producer.transact([&](Gripper &g) { g.time = time; });
}

std::uint64_t read_or_throw(GripperConsumer &consumer)
{
    return consumer.read([](const Gripper &g) { return g.time; });
}
