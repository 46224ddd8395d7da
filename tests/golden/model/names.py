# SPDX-License-Identifier: Apache-2.0
"""names.py DHGEN TOP: docs/reference/model.schema.json says what templates are given, and it is so, to the last name: of all
schemas of this tree the model is valid, in the order that is said, each name comes up, and no other does; and
docs/reference/model.md is that file as a page. UPDATE=1 rewrites the page."""
import json
import os
import pathlib
import re
import subprocess
import sys

import jsonschema

LEFT_OUT = ('diagnostics', 'mistakes', 'fmt', 'tutorial', 'lsp')  # wrong, or half a schema, on purpose


class Walk:
    """Through a model and its schema at once: what JSON Schema cannot say."""

    def __init__(self, schema):
        self.schema = schema
        self.seen = {}
        self.failures = []

    def resolve(self, node):
        while '$ref' in node:
            at = self.schema
            for part in node['$ref'].removeprefix('#/').split('/'):
                at = at[part]
            node = at
        for choice in node.get('anyOf', []):
            if choice != {'type': 'null'}:
                return self.resolve(choice)
        return node

    def visit(self, value, node, where):
        node = self.resolve(node)
        if isinstance(value, list):
            for item in value:
                self.visit(item, node['items'], where + '[]')
        elif isinstance(value, dict) and 'properties' in node:
            self.visit_map(value, node, where)

    def visit_map(self, value, node, where):
        names = list(node['properties'])
        unknown = [name for name in value if name not in names]
        if unknown:
            self.failures.append(f'{where}: {unknown} is not in docs/reference/model.schema.json')
        elif list(value) != names:
            self.failures.append(f'{where}: the order is {list(value)}, not {names}')
        for name, part in value.items():
            if name not in node['properties']:
                continue
            below = node['properties'][name]
            if part not in (None, [], {}, '', False):
                self.seen.setdefault(id(self.resolve_property(below)), set()).add(True)
            self.visit(part, below, f'{where}.{name}')

    def resolve_property(self, node):
        """The property itself: one that refers to a property of a group is that one."""
        while re.fullmatch(r'#/\$defs/\w+/properties/\w+', node.get('$ref', '')):
            _, _, kind, _, name = node['$ref'].split('/')
            node = self.schema['$defs'][kind]['properties'][name]
        return node

    def never_seen(self):
        for kind, definition in self.schema['$defs'].items():
            for name, node in definition['properties'].items():
                if id(self.resolve_property(node)) not in self.seen:
                    yield f'{kind}.{name} never comes up in any schema of this tree'


def models(dhgen, top):
    """(schema, model) of each; a schema that imports shipped ones prints theirs, too."""
    files = subprocess.run(['git', 'ls-files', '*.dhs'], cwd=top, capture_output=True, text=True, check=True).stdout.split()
    files += [] if files else sorted(str(p.relative_to(top)) for p in top.rglob('*.dhs') if 'build' not in p.parts)
    for file in files:
        if any(part in LEFT_OUT for part in pathlib.Path(file).parts):
            continue
        run = subprocess.run([dhgen, '--lang', 'json', '--out', '-', '-I', 'tests/golden/import/expected', '-I', 'tests/install/breaking/shared', file],
                             cwd=top, capture_output=True, text=True, check=False)
        if run.returncode:
            raise SystemExit(f'{file}: {run.stderr}')
        text = run.stdout
        while text:
            model, end = json.JSONDecoder().raw_decode(text)
            yield file, model
            text = text[end:].lstrip()


# ---- the page ----

def kind_of(node):
    """'text or null', 'list of [field](#field)'"""
    if 'anyOf' in node:
        return kind_of(node['anyOf'][0]) + ' or null'
    if '$ref' in node:
        name = node['$ref'].rsplit('/', 1)[1]
        return f'[{name}](#{name})'
    types = node['type'] if isinstance(node['type'], list) else [node['type']]
    words = {'string': 'text', 'integer': 'number', 'boolean': 'true or false', 'null': 'null', 'object': 'map'}
    if types == ['array']:
        return 'list of ' + kind_of(node['items'])
    return ' or '.join(words[name] for name in types)


def table(definition, definitions, groups):
    yield '| name | is | |'
    yield '|---|---|---|'
    rows = list(definition['properties'].items())
    while rows:
        name, node = rows.pop(0)
        group = next((g for g in groups if node.get('$ref', '').startswith(f'#/$defs/{g}/')), None)
        if group:
            names = [name]
            while rows and rows[0][1].get('$ref', '').startswith(f'#/$defs/{group}/'):
                names.append(rows.pop(0)[0])
            yield f'| {", ".join(f"`{n}`" for n in names)} | | as [{group}](#{group}) |'
        else:
            while '/properties/' in node.get('$ref', ''):
                _, _, kind, _, of = node['$ref'].split('/')
                node = definitions[kind]['properties'][of]
            about = node.get('description', '').replace('|', '\\|')
            yield f'| `{name}` | {kind_of(node)} | {about} |'


def page(schema):
    definitions = schema['$defs']
    groups = ('declared', 'attributes')
    yield '# The model: what templates are given'
    yield ''
    yield 'Made from [model.schema.json](model.schema.json), which a program can validate with; both are checked against every schema of this tree.'
    yield '`dhgen --lang json FILE` prints the model of a schema. Every map of a kind has all the names of its kind, in this order; what is not there is'
    yield 'null, false, or an empty list. Numbers are exact, however large. `v` is raised when a name changes its meaning or goes; new names may come at'
    yield 'any time. How templates look things up: [templates.md](templates.md).'
    yield ''
    yield '**For every language:** ' + ', '.join(f'[{k}](#{k})' for k in definitions if not k.endswith('_c')) + '.'
    yield ''
    yield '**What C needs spelled out**, under `c`, for the templates in `templates/c`; it may change without `v`: ' + \
        ', '.join(f'[{k}](#{k})' for k in definitions if k.endswith('_c')) + '.'
    for name, definition in definitions.items():
        yield ''
        yield f'## {name}'
        yield ''
        if 'description' in definition:
            yield definition['description']
            yield ''
        yield from table(definition, definitions, groups)


def main():
    dhgen, top = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]).resolve()
    source = top / 'docs/reference/model.schema.json'
    schema = json.loads(source.read_text(encoding='utf-8'))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    walk = Walk(schema)
    count = 0
    for file, model in models(dhgen, top):
        count += 1
        walk.visit(model, schema, file)
        for error in validator.iter_errors(model):
            walk.failures.append(f'{file}: {"/".join(map(str, error.absolute_path))}: {error.message[:300]}')
    walk.failures += walk.never_seen()

    text = '\n'.join(page(schema)) + '\n'
    where = top / 'docs/reference/model.md'
    if os.environ.get('UPDATE') == '1':
        where.write_text(text, encoding='utf-8')
    elif not where.exists() or where.read_text(encoding='utf-8') != text:
        walk.failures.append('docs/reference/model.md is not what model.schema.json says: UPDATE=1 ctest -R golden/model/names')
    for failure in walk.failures[:20]:
        print('FAILED:', failure)
    print(f'{count} models, {len(walk.seen)} names, {len(walk.failures)} failures')
    sys.exit(1 if walk.failures or count < 50 else 0)


main()
