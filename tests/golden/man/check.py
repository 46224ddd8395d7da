# SPDX-License-Identifier: Apache-2.0
"""The pages against the tables: check.py TABLES.json TREE DHGEN.1 DHS.5

What dhgen takes must be in dhgen(1), each option with its verb and nowhere else, each exit status;
what the language has must be in dhs(5): keywords, types, attributes, settings, clocks. And nothing
may be there that is not in a table.
"""
import json
import re
import sys

COMMON = {'-I', '--diagnostics', '--werror', '--help', '--version'}
complaints = []


def require(condition, text):
    if not condition:
        complaints.append(text)


def same(told, table, what):
    require(told == table, '%s: lacks %s, has too much: %s' % (what, sorted(table - told), sorted(told - table)))


def sections(page):
    """'VERBS' -> its lines, with what .Xo to .Xc holds on one line."""
    joined = re.sub(r'\.It Xo\n(.*?)\n\.Xc', lambda m: '.It ' + m[1].replace('\n.', ' '), page, flags=re.S)
    parts = re.split(r'^\.Sh (.*)$', joined, flags=re.M)
    return {name: text for name, text in zip(parts[1::2], parts[2::2])}


def items(text):
    """The heads of a list, each with what stands below it."""
    return [(m[1], m[2]) for m in re.finditer(r'^\.It (.*)\n((?:(?!\.It |\.El).*\n)*)', text, flags=re.M)]


def flags(head):
    return {'-' + f for f in re.findall(r'\bFl (-?[A-Za-z-]+)', head)} - {'-h'}


def check_program(page, verbs):
    parts = sections(page)
    listed = {re.search(r'Cm (\w+)', head)[1]: head for head, _ in items(parts['VERBS'])}
    same(set(listed), {v['name'] for v in verbs}, 'verbs of dhgen(1)')
    options = {o['name']: o for v in verbs for o in v['options']}
    for verb in verbs:
        own = {o['name'] for o in verb['options']} - COMMON
        same(flags(listed.get(verb['name'], '')), own, 'options of %s in dhgen(1)' % verb['name'])
    same({f for head, _ in items(parts['OPTIONS']) for f in flags(head)}, set(options), 'OPTIONS of dhgen(1)')
    for head, text in items(parts['OPTIONS']):
        for name in flags(head) - {'--lang'}:       # of languages the page says where they are listed
            for word in options.get(name, {}).get('choices', []):
                require(re.search(r'\.Cm %s\b' % word, text), '%s of %s is not in dhgen(1)' % (word, name))
    statuses = {str(e['status']) for v in verbs for e in v['exits']}
    same({head for head, _ in items(parts['EXIT STATUS'])}, statuses, 'exit statuses of dhgen(1)')
    for variable in ('DH_IDL_STD', 'NO_COLOR'):
        require('Ev ' + variable in page, variable + ' is not in dhgen(1)')


def table(tree, file, pattern, what, least):
    with open('%s/%s' % (tree, file), encoding='utf-8') as f:
        words = set(re.findall(pattern, f.read()))
    require(len(words) >= least, '%s: hardly any %s: %s' % (file, what, sorted(words)))
    return words


def check_language(page, tree):
    plain = page.replace('\\(dq', '"')
    for word in table(tree, 'idl/token.c', r'\{ TOKEN_[A-Z]+, "([a-z]+)" \}', 'keywords', 18):
        require(re.search(r'\b(Ic|Li) (.* )?%s\b' % word, plain), 'the keyword %s is not in dhs(5)' % word)
    types = table(tree, 'idl/type.c', r'\{ "([a-z]+\d*)", \d+', 'types', 12)
    types |= {'char', 'string', 'bytes', 'list', 'atomic'}
    for word in types:
        require(re.search(r'\.It Li .*\b%s\b' % word, plain), 'the type %s is not in dhs(5)' % word)
    attributes = table(tree, 'idl/attribute.c', r'\n    \{ "([a-z]+)", ON_', 'attributes', 18)
    told = set(re.findall(r'@([a-z]+)', '\n'.join(head for head, _ in items(plain))))
    same(told, attributes, 'attributes of dhs(5)')
    settings = table(tree, 'idl/channel.c', r'strcmp\(name, "([a-z]+)"\) == 0', 'settings', 4) | {'slot', 'zone'}
    channel = {re.match(r'Ic (\w+)', head)[1] for head, _ in items(sections(plain)['CHANNELS'])}
    same(channel, settings, 'settings of dhs(5)')
    for word in ('monotonic', 'boottime', 'realtime', 'tai', 'gps', 'device', 'user', 'wait', 'overwrite', 'none',
                 'manual', 'enforced', 'fast', 'first', 'shared', 'spinlocks'):
        require(re.search(r'\b%s\b' % word, plain), '%s is not in dhs(5)' % word)


def main():
    with open(sys.argv[1], encoding='utf-8') as f:
        verbs = json.load(f)['verbs']
    with open(sys.argv[3], encoding='utf-8') as f:
        check_program(f.read(), verbs)
    with open(sys.argv[4], encoding='utf-8') as f:
        check_language(f.read(), sys.argv[2])
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


sys.exit(main())
