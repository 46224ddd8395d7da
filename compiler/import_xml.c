/* SPDX-License-Identifier: Apache-2.0 */
/* expat makes events, this makes a tree of them. */
#include "import_xml.h"

#include <expat.h>
#include <string.h>

#include "source.h"

enum { MAX_DEPTH = 64 }; /* MAVLink has six */

struct parsing {
    struct import *import;
    const struct dhs_source *source;
    XML_Parser parser;
    struct xml_element *root, *open;
    struct text text; /* of the element that is open; parents have none of their own that matters */
    int depth;
};

static struct dhs_span here(const struct parsing *p, size_t length)
{
    XML_Index index = XML_GetCurrentByteIndex(p->parser);
    uint32_t offset = index < 0 ? 0 : (uint32_t)index;
    struct dhs_span span = { p->source, offset, (uint32_t)length };

    if (offset > p->source->length) span.offset = p->source->length;
    return span;
}

static const char *copy(const struct parsing *p, const char *text)
{
    return dhs_copy_text(p->import->arena, text, strlen(text));
}

static void on_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct parsing *p = data;
    struct xml_element *element = dhs_alloc(p->import->arena, sizeof *element);

    if (++p->depth > MAX_DEPTH) {
        XML_StopParser(p->parser, XML_FALSE);
        return;
    }
    element->name = copy(p, name);
    element->span = here(p, strlen(name) + 1);
    element->text = "";
    element->parent = p->open;
    for (; *attributes; attributes += 2) {
        struct xml_attribute *attribute = dhs_alloc(p->import->arena, sizeof *attribute);
        *attribute = (struct xml_attribute){ copy(p, attributes[0]), copy(p, attributes[1]),
                                             element->attributes };
        element->attributes = attribute;
    }
    if (!p->open)
        p->root = element;
    else if (p->open->last)
        p->open->last->next = element;
    else
        p->open->first = element;
    if (p->open) p->open->last = element;
    p->open = element;
    p->text = text_new(p->import->arena);
}

/* Blanks of any kind and number become one space. */
static const char *squeezed(struct dhs_arena *arena, const char *text)
{
    struct text out = text_new(arena);
    bool gap = false;

    for (; *text; text++) {
        bool is_blank = strchr(" \t\r\n", *text) != NULL;
        if (!is_blank && gap && out.length > 0) text_add_char(&out, ' ');
        if (!is_blank) text_add_char(&out, *text);
        gap = is_blank;
    }
    return text_string(&out);
}

static void on_end(void *data, const XML_Char *name)
{
    struct parsing *p = data;

    (void)name;
    p->depth--;
    p->open->text = squeezed(p->import->arena, text_string(&p->text));
    p->text = text_new(p->import->arena);
    p->open = p->open->parent;
}

static void on_text(void *data, const XML_Char *text, int length)
{
    struct parsing *p = data;
    text_add(&p->text, text, (size_t)length);
}

static void report(struct parsing *p)
{
    enum XML_Error error = XML_GetErrorCode(p->parser);

    dhs_report(p->import->job->diag, DHS_IMPORT_XML, here(p, 1), "this is no XML: %s",
               error == XML_ERROR_ABORTED ? "elements nest too deep" : XML_ErrorString(error));
    dhs_help(p->import->job->diag, "give a MAVLink definition, for example common.xml");
}

const struct xml_element *xml_read(struct import *import, const char *path, struct dhs_span wanted)
{
    const struct dhs_source *source =
        dhs_source_read(import->arena, import->job->diag, path, wanted);
    if (!source || !import_check_text(import, source)) return NULL;

    struct parsing p = { .import = import,
                         .source = source,
                         .parser = XML_ParserCreate("UTF-8"),
                         .text = text_new(import->arena) };
    if (!p.parser) return NULL;
    XML_SetUserData(p.parser, &p);
    XML_SetElementHandler(p.parser, on_start, on_end);
    XML_SetCharacterDataHandler(p.parser, on_text);
    bool ok = XML_Parse(p.parser, source->text, (int)source->length, 1) == XML_STATUS_OK;
    if (!ok) report(&p);
    XML_ParserFree(p.parser);
    return ok ? p.root : NULL;
}

const char *xml_attribute(const struct xml_element *element, const char *name)
{
    for (const struct xml_attribute *a = element->attributes; a; a = a->next)
        if (strcmp(a->name, name) == 0) return a->value;
    return NULL;
}

static const struct xml_element *find(const struct xml_element *first, const char *name)
{
    while (first && strcmp(first->name, name) != 0)
        first = first->next;
    return first;
}

const struct xml_element *xml_child(const struct xml_element *element, const char *name)
{
    return find(element->first, name);
}

const struct xml_element *xml_next(const struct xml_element *element)
{
    return find(element->next, element->name);
}
