/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The template engine against cases written after the public mustache specification
 * (interpolation, sections, inverted sections, partials, comments, delimiters), and against ours.
 * Each case builds its data from a small text: see data().
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "template.h"

static struct dhs_arena *arena;

static void make_arena(void)
{
    arena = dhs_arena_new();
}

static void free_arena(void)
{
    dhs_arena_free(arena);
}

/* Reads "{name:value …}", "[value …]", "'text'", a number, "true", "false" and "null". */
static struct value *data(const char **at)
{
    while (**at == ' ')
        ++*at;
    char kind = **at;
    if (kind == '{' || kind == '[') {
        struct value *value = kind == '{' ? value_map(arena) : value_list(arena);
        for (++*at; **at == ' ' || (**at != '}' && **at != ']');) {
            if (**at == ' ') {
                ++*at;
            } else if (kind == '[') {
                value_append(value, data(at));
            } else {
                size_t length = strcspn(*at, ":");
                const char *name = dhs_copy_text(arena, *at, length);
                *at += length + 1;
                value_set(value, name, data(at));
            }
        }
        ++*at;
        return value;
    }
    if (kind == '\'') {
        size_t length = strcspn(*at + 1, "'");
        const char *text = dhs_copy_text(arena, *at + 1, length);
        *at += length + 2;
        return value_text(arena, text);
    }
    size_t length = strcspn(*at, " ]}");
    const char *word = dhs_copy_text(arena, *at, length);
    *at += length;
    if (strcmp(word, "null") == 0) return value_null(arena);
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        return value_bool(arena, word[0] == 't');
    return value_number(arena, word);
}

struct partial {
    const char *name;
    const char *text;
};

static const struct template *load(void *context, const char *name, struct template_error *error)
{
    for (const struct partial *p = context; p->name; p++) {
        if (strcmp(p->name, name) == 0)
            return template_parse(arena, name, p->text, strlen(p->text), error);
    }
    return NULL;
}

struct spec_case {
    const char *reason;
    const char *data;
    const char *template;
    const char *expected;
    struct partial partials[3];
};

static void check_case(const struct spec_case *c, escape_function escape)
{
    struct partial partials[4] = { { NULL, NULL } };
    struct template_options options = {
        .load = load, .load_context = partials, .escape = escape, .strict = false
    };
    struct template_error error = { NULL, 0, 0, NULL };
    struct text out = text_new(arena);
    const char *at = c->data;

    memcpy(partials, c->partials, sizeof c->partials);
    const struct template *template =
        template_parse(arena, "test", c->template, strlen(c->template), &error);
    ck_assert_msg(template != NULL, "%s: %s", c->reason, error.message);
    bool ok = template_render(template, data(&at), &options, &out, &error);
    ck_assert_msg(ok, "%s: %s", c->reason, error.message);
    ck_assert_msg(strcmp(text_string(&out), c->expected) == 0, "%s\nexpected: %s\n     got: %s",
                  c->reason, c->expected, text_string(&out));
}

static const struct spec_case INTERPOLATION[] = {
    { "text without tags comes out as it is",
      "{}",
      "Hello from {Mustache}!\n",
      "Hello from {Mustache}!\n",
      { { 0 } } },
    { "a variable is replaced", "{s:'world'}", "Hello, {{s}}!\n", "Hello, world!\n", { { 0 } } },
    { "what was put in is not looked at again",
      "{t:'{{u}}' u:'no'}",
      "{{t}}: {{u}}",
      "{{u}}: no",
      { { 0 } } },
    { "source text is not HTML",
      "{f:'& \" < >'}",
      "{{f}}|{{{f}}}|{{&f}}",
      "& \" < >|& \" < >|& \" < >",
      { { 0 } } },
    { "a number comes out as it is spelled",
      "{n:1.21 m:18446744073709551615}",
      "{{n}} {{{n}}} {{&m}}",
      "1.21 1.21 18446744073709551615",
      { { 0 } } },
    { "null is an empty text", "{n:null}", "({{n}})({{{n}}})({{&n}})", "()()()", { { 0 } } },
    { "a missing name is an empty text", "{}", "({{n}})({{{n}}})({{&n}})", "()()()", { { 0 } } },
    { "dotted names walk into maps",
      "{p:{name:'Joe'}}",
      "{{p.name}} {{#p}}{{name}}{{/p}}",
      "Joe Joe",
      { { 0 } } },
    { "dotted names of any depth", "{a:{b:{c:{d:{e:'x'}}}}}", "{{a.b.c.d.e}}", "x", { { 0 } } },
    { "a broken chain is an empty text", "{a:{}}", "({{a.b.c}})", "()", { { 0 } } },
    { "a chain does not start again further out",
      "{a:{b:{}} c:{name:'no'}}",
      "({{a.b.c.name}})",
      "()",
      { { 0 } } },
    { "the first part is found by scope, the rest inside it",
      "{a:{b:{c:'yes'}} b:{c:'no'}}",
      "{{#a}}{{b.c}}{{/a}}",
      "yes",
      { { 0 } } },
    { "a chain that breaks in an inner scope does not use the outer one",
      "{a:{b:{}} b:{c:'no'}}",
      "{{#a}}({{b.c}}){{/a}}",
      "()",
      { { 0 } } },
    { "the dot is the value at hand",
      "{l:['a' 2 'c']}",
      "{{#l}}({{.}}){{/l}}",
      "(a)(2)(c)",
      { { 0 } } },
    { "white space around is kept",
      "{s:'---'}",
      "| {{s}} |{{{s}}}| {{&s}} |",
      "| --- |---| --- |",
      { { 0 } } },
    { "a variable alone on its line keeps the line",
      "{s:'---'}",
      "  {{s}}\n  {{{s}}}\n  {{&s}}\n",
      "  ---\n  ---\n  ---\n",
      { { 0 } } },
    { "spaces inside a tag do not matter",
      "{s:'x'}",
      "|{{ s }}|{{{ s }}}|{{& s }}|",
      "|x|x|x|",
      { { 0 } } },
    { "booleans print as words", "{b:true c:false}", "{{b}} {{c}}", "true false", { { 0 } } },
};

static const struct spec_case SECTIONS[] = {
    { "true shows", "{b:true}", "\"{{#b}}shown{{/b}}\"", "\"shown\"", { { 0 } } },
    { "false hides", "{b:false}", "\"{{#b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "null hides", "{b:null}", "\"{{#b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "an empty text hides (ours)", "{b:''}", "\"{{#b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "zero shows: it is a value (ours)", "{b:0}", "\"{{#b}}{{.}}{{/b}}\"", "\"0\"", { { 0 } } },
    { "a missing name hides", "{}", "\"{{#b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "a map is the scope inside",
      "{c:{name:'Joe'}}",
      "{{#c}}Hi {{name}}.{{/c}}",
      "Hi Joe.",
      { { 0 } } },
    { "names are found further out",
      "{a:'foo' b:'wrong' s:{b:'bar'} c:{d:'baz'}}",
      "{{#s}}{{a}},{{b}},{{c.d}}{{/s}}",
      "foo,bar,baz",
      { { 0 } } },
    { "a text is a scope", "{t:'hi'}", "{{#t}}{{.}} {{t}}{{/t}}", "hi hi", { { 0 } } },
    { "a list repeats", "{l:[{i:1} {i:2} {i:3}]}", "{{#l}}{{i}}{{/l}}", "123", { { 0 } } },
    { "an empty list hides", "{l:[]}", "\"{{#l}}no{{/l}}\"", "\"\"", { { 0 } } },
    { "lists of lists",
      "{l:[[1 2] ['a' 'b']]}",
      "{{#l}}({{#.}}{{.}}{{/.}}){{/l}}",
      "(12)(ab)",
      { { 0 } } },
    { "the same section inside itself",
      "{b:true}",
      "|{{#b}}A {{#b}}B{{/b}} C{{/b}}|",
      "|A B C|",
      { { 0 } } },
    { "nested sections over lists",
      "{tops:[{t:'A' mid:[{m:1 bot:[{b:'x'} {b:'y'}]}]}]}",
      "{{#tops}}{{#mid}}{{t}}{{m}}{{#bot}}{{t}}{{m}}{{b}}.{{/bot}}{{/mid}}{{/tops}}",
      "A1A1x.A1y.",
      { { 0 } } },
    { "dotted names open sections",
      "{a:{b:{c:true}}}",
      "{{#a.b.c}}yes{{/a.b.c}}",
      "yes",
      { { 0 } } },
    { "a broken chain hides", "{a:{}}", "({{#a.b.c}}no{{/a.b.c}})", "()", { { 0 } } },
    { "white space around a section in a line is kept",
      "{b:true}",
      " | {{#b}}\t|\t{{/b}} | \n",
      " | \t|\t | \n",
      { { 0 } } },
    { "a line feed inside is kept",
      "{b:true}",
      " | {{#b}} {{! no }}\n {{/b}} | \n",
      " |  \n  | \n",
      { { 0 } } },
    { "tags alone on their lines take the lines along",
      "{b:true}",
      "| This Is\n{{#b}}\n|\n{{/b}}\n| A Line\n",
      "| This Is\n|\n| A Line\n",
      { { 0 } } },
    { "also when they are indented",
      "{b:true}",
      "| This Is\n  {{#b}}\n|\n  {{/b}}  \n| A Line\n",
      "| This Is\n|\n| A Line\n",
      { { 0 } } },
    { "carriage returns belong to line ends",
      "{b:true}",
      "|\r\n{{#b}}\r\n{{/b}}\r\n|",
      "|\r\n|",
      { { 0 } } },
    { "the first line needs no line feed before",
      "{b:true}",
      "  {{#b}}\n#{{/b}}\n/",
      "#\n/",
      { { 0 } } },
    { "the last line needs no line feed behind",
      "{b:true}",
      "#{{#b}}\n/\n  {{/b}}",
      "#\n/\n",
      { { 0 } } },
    { "two tags on a line are not alone", "{b:true}", "{{#b}}{{/b}}\n|", "\n|", { { 0 } } },
    { "spaces inside section tags do not matter",
      "{b:true}",
      "|{{# b }}={{/ b }}|",
      "|=|",
      { { 0 } } },
};

static const struct spec_case INVERTED[] = {
    { "false shows", "{b:false}", "\"{{^b}}shown{{/b}}\"", "\"shown\"", { { 0 } } },
    { "true hides", "{b:true}", "\"{{^b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "null shows", "{b:null}", "\"{{^b}}shown{{/b}}\"", "\"shown\"", { { 0 } } },
    { "a missing name shows", "{}", "\"{{^b}}shown{{/b}}\"", "\"shown\"", { { 0 } } },
    { "a map hides", "{b:{n:1}}", "\"{{^b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "a list hides", "{b:[{n:1}]}", "\"{{^b}}hidden{{/b}}\"", "\"\"", { { 0 } } },
    { "an empty list shows", "{b:[]}", "\"{{^b}}shown{{/b}}\"", "\"shown\"", { { 0 } } },
    { "either or", "{b:false}", "{{#b}}yes{{/b}}{{^b}}no{{/b}}", "no", { { 0 } } },
    { "nested", "{b:false}", "|{{^b}}A {{^b}}B{{/b}} C{{/b}}|", "|A B C|", { { 0 } } },
    { "dotted names", "{a:{b:{c:false}}}", "{{^a.b.c}}yes{{/a.b.c}}", "yes", { { 0 } } },
    { "a broken chain shows", "{a:{}}", "({{^a.b.c}}yes{{/a.b.c}})", "(yes)", { { 0 } } },
    { "alone on their lines",
      "{b:false}",
      "| This\n  {{^b}}\n|\n  {{/b}}\n| Line\n",
      "| This\n|\n| Line\n",
      { { 0 } } },
};

static const struct spec_case PARTIALS[] = {
    { "a partial is put in",
      "{}",
      "\"{{>text}}\"",
      "\"from partial\"",
      { { "text", "from partial" } } },
    { "a missing partial is empty", "{}", "\"{{>text}}\"", "\"\"", { { 0 } } },
    { "it sees the scope", "{t:'content'}", "\"{{>p}}\"", "\"*content*\"", { { "p", "*{{t}}*" } } },
    { "it may include itself as deep as the data goes",
      "{c:'X' nodes:[{c:'Y' nodes:[]}]}",
      "{{>node}}",
      "X<Y<>>",
      { { "node", "{{c}}<{{#nodes}}{{>node}}{{/nodes}}>" } } },
    { "it may include others",
      "{a:'hello' b:'world'}",
      "{{>o}}",
      "*hello world*",
      { { "o", "*{{a}} {{>i}}*" }, { "i", "{{b}}" } } },
    { "white space around is kept", "{}", "| {{>p}} |", "| \t|\t |", { { "p", "\t|\t" } } },
    { "in a line it is not indented",
      "{d:'|'}",
      "  {{d}}  {{> p}}\n",
      "  |  >\n>\n",
      { { "p", ">\n>" } } },
    { "alone it takes its line along", "{}", "|\r\n{{>p}}\r\n|", "|\r\n>|", { { "p", ">" } } },
    { "without line feed before", "{}", "  {{>p}}\n>", "  >\n  >>", { { "p", ">\n>" } } },
    { "without line feed behind", "{}", ">\n  {{>p}}", ">\n  >\n  >", { { "p", ">\n>" } } },
    { "each of its lines is indented, what is put in is not",
      "{c:'<\n->'}",
      "\\\n {{>p}}\n/\n",
      "\\\n |\n <\n->\n |\n/\n",
      { { "p", "|\n{{{c}}}\n|\n" } } },
    { "indentation adds up",
      "{}",
      " {{>a}}\n",
      " 1\n   2\n   3\n 4\n",
      { { "a", "1\n  {{>b}}\n4\n" }, { "b", "2\n3\n" } } },
    { "a blank line stays blank (ours)",
      "{}",
      "  {{>p}}\n",
      "  a\n\n  b\n",
      { { "p", "a\n\nb\n" } } },
    { "sections inside take no indentation",
      "{b:true}",
      "  {{>p}}\n",
      "  x\n  y\n",
      { { "p", "{{#b}}\nx\n{{/b}}\ny\n" } } },
    { "a section that begins a line is indented once",
      "{l:[1 2]}",
      "  {{>p}}\n",
      "  12.\n",
      { { "p", "{{#l}}{{.}}{{/l}}.\n" } } },
    { "a partial in a line of an indented partial",
      "{}",
      "  {{>a}}\n",
      "  x y.\n",
      { { "a", "x {{>b}}.\n" }, { "b", "y" } } },
    { "spaces inside the tag do not matter", "{b:true}", "|{{> p }}|", "|[]|", { { "p", "[]" } } },
};

static const struct spec_case COMMENTS[] = {
    { "a comment vanishes", "{}", "12345{{! gone }}67890", "1234567890", { { 0 } } },
    { "over many lines", "{}", "12345{{!\n  gone\n  too\n}}67890\n", "1234567890\n", { { 0 } } },
    { "alone it takes its line along",
      "{}",
      "Begin.\n{{! gone }}\nEnd.\n",
      "Begin.\nEnd.\n",
      { { 0 } } },
    { "indented, too", "{}", "Begin.\n  {{! gone }}\nEnd.\n", "Begin.\nEnd.\n", { { 0 } } },
    { "with carriage returns", "{}", "|\r\n{{! gone }}\r\n|", "|\r\n|", { { 0 } } },
    { "without line feed before", "{}", "  {{! gone }}\n!", "!", { { 0 } } },
    { "without line feed behind", "{}", "!\n  {{! gone }}", "!\n", { { 0 } } },
    { "alone over many lines", "{}", "Begin.\n{{!\ngone\n}}\nEnd.\n", "Begin.\nEnd.\n", { { 0 } } },
    { "in a line the line stays", "{}", "  12 {{! 34 }}\n", "  12 \n", { { 0 } } },
    { "a comment is no name", "{g:'no'}", "a {{!g}}b {{!  g }}c", "a b c", { { 0 } } },
};

static const struct spec_case DELIMITERS[] = {
    { "two others", "{t:'Hey!'}", "{{=<% %>=}}(<%t%>)", "(Hey!)", { { 0 } } },
    { "characters that mean something elsewhere",
      "{t:'It worked!'}",
      "({{=[ ]=}}[t])",
      "(It worked!)",
      { { 0 } } },
    { "in sections, with names that stay",
      "{s:true d:'got'}",
      "[\n{{#s}}\n{{d}} |d|\n{{/s}}\n{{= | | =}}\n|#s|\n{{d}} |d|\n|/s|\n]\n",
      "[\ngot |d|\n{{d}} got\n]\n",
      { { 0 } } },
    { "a partial starts with the usual ones",
      "{v:'yes'}",
      "[ {{>p}} ]\n{{= | | =}}\n[ |>p| ]\n",
      "[ .yes. ]\n[ .yes. ]\n",
      { { "p", ".{{v}}." } } },
    { "those of a partial end with it",
      "{v:'yes'}",
      "[ {{>p}} ]\n[ .{{v}}.  .|v|. ]\n",
      "[ .yes.  .yes. ]\n[ .yes.  .|v|. ]\n",
      { { "p", ".{{v}}. {{= | | =}} .|v|." } } },
    { "alone they take their line along",
      "{}",
      "Begin.\n  {{=@ @=}}\nEnd.\n",
      "Begin.\nEnd.\n",
      { { 0 } } },
    { "in a line the line stays", "{}", "| {{=@ @=}} |\n", "|  |\n", { { 0 } } },
    { "spaces around them do not matter", "{}", "|{{=   @   @   =}}|", "||", { { 0 } } },
    { "and back", "{a:'1'}", "{{=<% %>=}}<%a%><%={{ }}=%>{{a}}", "11", { { 0 } } },
};

static const struct {
    const struct spec_case *cases;
    size_t n;
} GROUPS[] = {
#define GROUP(cases)                          \
    {                                         \
        cases, sizeof cases / sizeof cases[0] \
    }
    GROUP(INTERPOLATION), GROUP(SECTIONS), GROUP(INVERTED),
    GROUP(PARTIALS),      GROUP(COMMENTS), GROUP(DELIMITERS),
#undef GROUP
};

START_TEST(templates_are_filled_as_the_mustache_specification_says)
{
    for (size_t i = 0; i < GROUPS[_i].n; i++)
        check_case(&GROUPS[_i].cases[i], NULL);
}
END_TEST

START_TEST(prose_cannot_end_a_comment_of_the_file_it_is_put_into)
{
    static const struct spec_case IN_C = {
        "C", "{d:'a */ b /* c ?\?/'}", "/* {{d}} */", "/* a * / b / * c ? ?/ */", { { 0 } }
    };
    static const struct spec_case IN_HTML = { "HTML",
                                              "{d:'<a & \"b\">'}",
                                              "{{d}} {{{d}}}",
                                              "&lt;a &amp; &quot;b&quot;&gt; <a & \"b\">",
                                              { { 0 } } };

    check_case(&IN_C, escape_for_file("imu.dh.h.mustache"));
    check_case(&IN_HTML, escape_for_file("schema.html"));
    ck_assert(escape_for_file("schema.md.mustache") == escape_markdown);
    ck_assert(escape_for_file("schema_dh.py.mustache") == escape_json);
    ck_assert(escape_for_file("table.txt.mustache") == escape_nothing);
    ck_assert(escape_for_file("c") == escape_nothing);
}
END_TEST

static const struct {
    const char *template;
    unsigned line;
    unsigned column;
    const char *message;
} WRONG[] = {
    { "a\n  {{b", 2, 3, "this tag has no closing '}}'" },
    { "{{{b}}", 1, 1, "this tag has no closing '}}}'" },
    { "x {{#a}}y", 1, 3, "the section 'a' is never closed" },
    { "{{/a}}", 1, 1, "'a' is closed here but no section is open" },
    { "{{#a}}\n{{#b}}\n{{/a}}", 3, 1, "'a' is closed here but line 2 opened 'b'" },
    { "ä{{}}", 1, 2, "this tag has no name" },
    { "{{#}}{{/}}", 1, 1, "this tag has no name" },
    { "{{a b}}", 1, 1, "the name 'a b' has a space in it: is a delimiter missing?" },
    { "{{a..b}}", 1, 1, "the name 'a..b' has a dot without a name on both sides" },
    { "{{=<%=}}", 1, 1, "new delimiters are written like this: {{=<% %>=}}" },
};

static const struct {
    escape_function escape;
    const char *text;
    const char *escaped;
    const char *reason;
} ESCAPES[] = {
    { escape_csv, "a \"b\"", "a \"\"b\"\"", "between quotation marks" },
    { escape_sql, "it's", "it''s", "between apostrophes" },
    { escape_lua, "a\"\\\n7\x7f", "a\\\"\\\\\\0107\\127", "three digits, so that the 7 stays one" },
    { escape_json, "a\"\\\n\x01", "a\\\"\\\\\\n\\u0001", "as it is in Python, too" },
    { escape_markdown, "a|b *c* [d](e) `f` \\", "a\\|b \\*c\\* \\[d\\](e) \\`f\\` \\\\", "markup" },
    { escape_markdown, "snake_case _x_", "snake_case \\_x\\_", "names stay readable" },
    { escape_markdown, "<b> & ~", "&lt;b&gt; &amp; &#126;", "HTML and strokes" },
    { escape_markdown, "# no heading", "\\# no heading", "a heading" },
    { escape_markdown, "12. no list", "12\\. no list", "a numbered list" },
    { escape_markdown, "- no list\n", "\\- no list ", "a list, and one line" },
    { escape_markdown, "1.5 m/s^2", "1.5 m/s^2", "a number" },
    { escape_markdown, "-40 to 60", "-40 to 60", "another" },
    { escape_markdown, "---", "\\---", "a rule" },
    { escape_markdown, "", "", "nothing" },
};

START_TEST(each_language_has_its_escapes)
{
    struct text out = text_new(arena);

    bool as_it_is = ESCAPES[_i].escape(&out, ESCAPES[_i].text, strlen(ESCAPES[_i].text));
    ck_assert(!as_it_is || strcmp(ESCAPES[_i].text, ESCAPES[_i].escaped) == 0);
    ck_assert_msg(strcmp(text_string(&out), ESCAPES[_i].escaped) == 0, "%s: %s", ESCAPES[_i].reason,
                  text_string(&out));
}
END_TEST

START_TEST(a_wrong_template_is_told_by_line_and_column)
{
    struct template_error error = { NULL, 0, 0, NULL };
    const char *text = WRONG[_i].template;

    ck_assert_ptr_null(template_parse(arena, "wrong", text, strlen(text), &error));
    ck_assert_str_eq(error.file, "wrong");
    ck_assert_str_eq(error.message, WRONG[_i].message);
    ck_assert_uint_eq(error.line, WRONG[_i].line);
    ck_assert_uint_eq(error.column, WRONG[_i].column);
}
END_TEST

START_TEST(sections_nest_so_deep_and_no_deeper)
{
    struct text text = text_new(arena);
    struct template_error error = { NULL, 0, 0, NULL };

    for (int i = 0; i < 64; i++)
        text_add_string(&text, "{{#a}}");
    size_t deep = text.length;
    text_add_string(&text, "{{#a}}");
    for (int i = 0; i < 65; i++)
        text_add_string(&text, "{{/a}}");
    ck_assert_ptr_null(template_parse(arena, "deep", text_string(&text), text.length, &error));
    ck_assert_str_eq(error.message, "sections may be nested 64 deep at most");
    ck_assert_uint_eq(error.column, deep + 1);
    const char *rest = text_string(&text) + 6;
    ck_assert_ptr_nonnull(template_parse(arena, "deep", rest, text.length - 6 - 6, &error));
}
END_TEST

/* Fills a template strictly and gives the error; NULL if there was none. */
static const char *strict_error(const char *text, const char *values, struct partial *partials)
{
    struct template_options options = { .load = load, .load_context = partials, .strict = true };
    static struct template_error error;
    struct text out = text_new(arena);
    const struct template *template = template_parse(arena, "t", text, strlen(text), &error);

    ck_assert_ptr_nonnull(template);
    if (template_render(template, data(&values), &options, &out, &error)) return NULL;
    return dhs_printf(arena, "%s:%u:%u: %s", error.file, error.line, error.column, error.message);
}

START_TEST(a_strict_template_refuses_names_that_are_nowhere)
{
    struct partial endless[] = { { "p", "\n {{>p}}" }, { NULL, NULL } };
    struct partial wrong[] = { { "p", "ok\n{{x" }, { NULL, NULL } };

    ck_assert_ptr_null(strict_error("{{a}}{{#a}}{{/a}}", "{a:''}", endless));
    ck_assert_ptr_null(strict_error("{{a.b.c}}", "{a:null}", endless));
    ck_assert_str_eq(strict_error("x\n {{b}}", "{a:1}", endless),
                     "t:2:2: nothing is called 'b' here; 'dhgen --lang json' prints what there is");
    ck_assert_str_eq(
        strict_error("{{#a.x}}{{/a.x}}", "{a:{b:1}}", endless),
        "t:1:1: nothing is called 'a.x' here; 'dhgen --lang json' prints what there is");
    ck_assert_str_eq(strict_error("{{nmae}}", "{name:1 x:{nam:2}}", endless),
                     "t:1:1: nothing is called 'nmae' here; did you mean 'name'?");
    ck_assert_str_eq(strict_error("{{#x}}{{fielsd}}{{/x}}", "{fields:[] x:{y:1}}", endless),
                     "t:1:7: nothing is called 'fielsd' here; did you mean 'fields'?");
    ck_assert_str_eq(strict_error("{{x.rnage.low}}", "{x:{range:{low:1}} rnages:2}", endless),
                     "t:1:1: nothing is called 'x.rnage.low' here; did you mean 'x.range.low'?");
    ck_assert_str_eq(strict_error("{{>q}}", "{}", endless), "t:1:1: there is no partial 'q'");
    ck_assert_str_eq(strict_error("{{>p}}", "{}", endless),
                     "p:2:2: partials include each other more than 64 deep");
    ck_assert_str_eq(strict_error("{{>p}}", "{}", wrong), "p:2:1: this tag has no closing '}}'");
    ck_assert_str_eq(strict_error("{{a}}", "{a:[1]}", endless),
                     "t:1:1: 'a' is a list, which has no text: open a section for it");
}
END_TEST

START_TEST(a_map_that_is_open_lacks_names_without_complaint)
{
    struct template_options options = { .strict = true };
    struct template_error error;
    struct text out = text_new(arena);
    struct value *model = value_map(arena);
    struct value *user = value_map(arena);
    const char *text = "({{x.colour}}{{#x.size}}no{{/x.size}})";

    user->open = true;
    value_set(model, "x", user);
    ck_assert(template_render(template_parse(arena, "t", text, strlen(text), &error), model,
                              &options, &out, &error));
    ck_assert_str_eq(text_string(&out), "()");
}
END_TEST

static void fill_part(struct value *map, void *context, const void *subject)
{
    (void)context;
    value_set_text(map, "a", subject);
}

/* A map whose first entry is a part with an `a`; in it an open one that has that name, or not. */
static struct value *map_around(const struct value_part *part, const char *name)
{
    struct value *map = value_map(arena);
    struct value *user = value_map(arena);

    user->open = true;
    value_set_part(map, part, NULL, "part");
    value_set(user, name, value_text(arena, name));
    value_set(map, "user", user);
    return map;
}

/* What is known of where a name was found holds for maps of that shape: an open one has any. */
START_TEST(an_open_map_tells_nothing_of_others)
{
    static const char *const names[] = { "a", NULL };
    const struct value_part part = value_part_of(names, fill_part);
    struct template_options options = { .strict = true };
    struct template_error error;
    struct text out = text_new(arena);
    struct value *model = value_map(arena);
    struct value *list = value_list(arena);
    const char *text = "{{#l}}{{#user}}{{a}}{{/user}};{{/l}}";

    value_append(list, map_around(&part, "a"));
    value_append(list, map_around(&part, "b"));
    value_append(list, map_around(&part, "a"));
    value_set(model, "l", list);
    ck_assert_msg(template_render(template_parse(arena, "t", text, strlen(text), &error), model,
                                  &options, &out, &error),
                  "%s", error.message);
    ck_assert_str_eq(text_string(&out), "a;part;a;");
}
END_TEST

START_TEST(values_print_as_json)
{
    const char *at = "{a:[1 'q\"b' true null [] {}] b:{c:1.5}}";
    struct text out = text_new(arena);

    value_print_json(data(&at), &out);
    ck_assert_str_eq(text_string(&out), "{\n"
                                        "  \"a\": [\n"
                                        "    1,\n"
                                        "    \"q\\\"b\",\n"
                                        "    true,\n"
                                        "    null,\n"
                                        "    [],\n"
                                        "    {}\n"
                                        "  ],\n"
                                        "  \"b\": {\n"
                                        "    \"c\": 1.5\n"
                                        "  }\n"
                                        "}\n");
}
END_TEST

START_TEST(any_bytes_fit_into_a_c_literal)
{
    struct text out = text_new(arena);

    escape_c_literal(&out,
                     "a\"\\\n?\?=\x01"
                     "1\xc3\xa4",
                     11);
    ck_assert_str_eq(text_string(&out), "\"a\\\"\\\\\\n?\\?=\\0011\\303\\244\"");
}
END_TEST

static struct value_line cut_word(void *context, const void *subject, size_t at)
{
    const char *word = (const char *)subject + at;
    size_t length = strcspn(word, " ");

    (void)dhs_copy_text(context, "what stays", 10); /* as who cuts may */
    return (struct value_line){ word, length, at + length + (word[length] == ' '), !word[length] };
}

/* Of lists whose items are made when they are come to; what is put in allocates between them. */
START_TEST(lines_are_there_while_they_are_passed)
{
    const char *text = "{{#docs}}{{#first}}<{{/first}}{{text}}{{^last}},{{/last}}"
                       "{{#docs}}[{{text}}]{{/docs}}{{#last}}>{{/last}}{{/docs}}"
                       "{{#none}}no{{/none}}{{#words}}({{.}}{{#words}} {{.}}{{/words}}){{/words}}";
    const char *filled = "<one,[one][two][][four]two,[one][two][][four],[one][two][][four]four"
                         "[one][two][][four]>(un un deux)(deux un deux)";
    struct template_error error = { NULL, 0, 0, NULL };
    const struct template *template = template_parse(arena, "lines", text, strlen(text), &error);
    struct template_options options = { .strict = true };
    struct value *map = value_map(arena);
    struct text json = text_new(arena);

    value_set_lines(map, "docs", "one\ntwo\n\nfour\n");
    value_set_lines(map, "none", "");
    value_set(map, "words", value_texts(arena, cut_word, arena, "un deux"));
    for (int turn = 0; turn < 2; turn++) {
        struct text out = text_new(arena);

        ck_assert(template_render(template, map, &options, &out, &error));
        ck_assert_str_eq(text_string(&out), filled);
    }
    value_print_json(value_get(map, "words"), &json);
    ck_assert_str_eq(text_string(&json), "[\n  \"un\",\n  \"deux\"\n]\n");
}
END_TEST

START_TEST(lines_leave_nothing_behind)
{
    struct value *map = value_map(arena);
    struct value *lines;
    struct dhs_arena_mark before;
    size_t n = 0;

    value_set_lines(map, "docs", "one\ntwo\nthree");
    lines = value_get(map, "docs");
    before = dhs_arena_mark(arena);
    struct value_walk walk = value_walk(lines);
    for (struct value_entry *line; (line = value_next(&walk)) != NULL; n++)
        ck_assert_ptr_eq(value_get(line->value, "first"), value_bool(arena, n == 0));
    ck_assert_uint_eq(n, 3);
    ck_assert(dhs_arena_mark(arena).newest != before.newest || /* each piece has its own */
              dhs_arena_mark(arena).free == before.free);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("template");
    TCase *tests = tcase_create("template");

    tcase_add_checked_fixture(tests, make_arena, free_arena);
    tcase_add_loop_test(tests, templates_are_filled_as_the_mustache_specification_says, 0,
                        sizeof GROUPS / sizeof GROUPS[0]);
    tcase_add_test(tests, prose_cannot_end_a_comment_of_the_file_it_is_put_into);
    tcase_add_loop_test(tests, each_language_has_its_escapes, 0,
                        sizeof ESCAPES / sizeof ESCAPES[0]);
    tcase_add_loop_test(tests, a_wrong_template_is_told_by_line_and_column, 0,
                        sizeof WRONG / sizeof WRONG[0]);
    tcase_add_test(tests, sections_nest_so_deep_and_no_deeper);
    tcase_add_test(tests, a_strict_template_refuses_names_that_are_nowhere);
    tcase_add_test(tests, a_map_that_is_open_lacks_names_without_complaint);
    tcase_add_test(tests, an_open_map_tells_nothing_of_others);
    tcase_add_test(tests, values_print_as_json);
    tcase_add_test(tests, any_bytes_fit_into_a_c_literal);
    tcase_add_test(tests, lines_are_there_while_they_are_passed);
    tcase_add_test(tests, lines_leave_nothing_behind);
    suite_add_tcase(suite, tests);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
