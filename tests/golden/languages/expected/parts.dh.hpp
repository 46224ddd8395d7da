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
static_assert(sizeof(Place) == 24, "parts.dhs:5: Place has 24 bytes");
static_assert(alignof(Place) == 8, "parts.dhs:5: Place is aligned to 8");
static_assert(offsetof(Place, x) == 0, "parts.dhs:5");
static_assert(offsetof(Place, y) == 8, "parts.dhs:5");
static_assert(offsetof(Place, name) == 12, "parts.dhs:5");

} // namespace lab::parts
#endif /* LAB_PARTS_DH_HPP */
