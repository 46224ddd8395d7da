/* SPDX-License-Identifier: 0BSD */
/* parts.dh.hpp - written by dhgen 0.1.0 from parts.dhs; edit the schema, not this file.
 *
 *   package lab.parts
 *
 * What several packages share.
 */
#ifndef LAB_PARTS_DH_HPP
#define LAB_PARTS_DH_HPP

#include <dh/dh.hpp>

namespace lab::parts {

/* Place, 24 bytes */
/* A point with a name. */
struct alignas(8) Place {
    alignas(8) double x{}; /* 0  m */
    float y{}; /* 8 */
    ::dh::string<7> name{}; /* 12 */
};
static_assert(std::is_trivially_copyable_v<Place> && std::is_standard_layout_v<Place>);
static_assert(sizeof(Place) == 24, "Place has 24 bytes in parts.dhs");
static_assert(alignof(Place) == 8, "Place is aligned to 8 in parts.dhs");
static_assert(offsetof(Place, x) == 0, "not as parts.dhs says");
static_assert(offsetof(Place, y) == 8, "not as parts.dhs says");
static_assert(offsetof(Place, name) == 12, "not as parts.dhs says");

} // namespace lab::parts
#endif /* LAB_PARTS_DH_HPP */
