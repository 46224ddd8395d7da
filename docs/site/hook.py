# SPDX-License-Identifier: Apache-2.0
"""What mkdocs is taught: anchors as GitHub makes them, and colours for schemas."""
import re

import pygments.lexers
from pygments.lexer import RegexLexer, bygroups, words
from pygments.token import Comment, Keyword, Name, Number, Operator, Punctuation, String, Text


def slug(text, separator):
    """As docs/check-links.py expects them."""
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", separator)


class DhsLexer(RegexLexer):
    """Schemas of the hub."""
    name = "dhs"
    aliases = ["dhs"]
    filenames = ["*.dhs"]
    tokens = {
        "root": [
            (r"///.*$", String.Doc),
            (r"//.*$", Comment.Single),
            (r"/\*(?:.|\n)*?\*/", Comment.Multiline),
            (r"@[a-z_]+", Name.Decorator),
            (r'"[^"\n]*"', String),
            (r"\b(struct|enum|flags|union|channel|alias|const|package)(\s+)([\w.]+)", bygroups(Keyword.Declaration, Text, Name.Class)),
            (words(("import", "as", "version", "shared", "spinlocks"), prefix=r"\b", suffix=r"\b"), Keyword),
            (r"\b(?:[ui](?:8|16|32|64)|f(?:16|32|64)|bool|char|string|bytes|list|atomic|u128|i128)\b", Keyword.Type),
            (r"\b(\w+)(\s*:)(?!:)", bygroups(Name.Attribute, Punctuation)),
            (r"-?\b(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)\b", Number),
            (r"[{}();,\[\]<>:?.]", Punctuation),
            (r"[-+*/%=&|^~!]", Operator),
            (r"\w+", Name),
            (r"\s+", Text),
            (r".", Text),
        ]
    }


def on_startup(**_):
    """Pygments finds lexers by name in one table."""
    pygments.lexers.LEXERS["DhsLexer"] = ("hook", "dhs", ("dhs",), ("*.dhs",), ())
    pygments.lexers._lexer_cache["dhs"] = DhsLexer  # pylint: disable=protected-access
