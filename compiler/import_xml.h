/* SPDX-License-Identifier: Apache-2.0 */
/* An XML file as a tree, with the place of each element. */
#ifndef DHGEN_IMPORT_XML_H
#define DHGEN_IMPORT_XML_H

#include "import.h"

struct xml_attribute {
    const char *name, *value;
    struct xml_attribute *next;
};

struct xml_element {
    const char *name;
    struct dhs_span span; /* "<name" */
    struct xml_attribute *attributes;
    const char *text; /* of its own, blanks as one space each, trimmed; "" for none */
    struct xml_element *parent, *first, *last, *next;
};

/* The root, or NULL where the file cannot be read or is no XML, which was said. `wanted`: what
 * asked for the file. */
const struct xml_element *xml_read(struct import *import, const char *path, struct dhs_span wanted);

/* An attribute's value, or NULL. */
const char *xml_attribute(const struct xml_element *element, const char *name);

/* The first child of that name, or NULL; the next such sibling. */
const struct xml_element *xml_child(const struct xml_element *element, const char *name);
const struct xml_element *xml_next(const struct xml_element *element);

#endif
