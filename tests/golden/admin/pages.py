#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pages.py DHADMIN TREE: the manual page dhadmin(1), the reference page and the completion for bash are what dhadmin's own tables make.
UPDATE=1 writes them. mandoc reads the manual page, bash the completion. Ends with 77 if mandoc is missing and all else is well."""
import json
import os
import re
import shutil
import subprocess
import sys

GROUPS = ['See', 'Read and write', 'Mend', 'Beside']
EXAMPLES = [
    ('dhadmin list', 'which channels are there'),
    ('dhadmin top', 'all of them, live'),
    ('dhadmin echo imu --field accel --filter \'temp > 30\'', 'messages, decoded, as they come'),
    ('dhadmin hz imu --once', 'how many a second, exactly'),
    ('dhadmin diagnose', 'what is stuck, because of whom, and what helps'),
    ('dhadmin recover --dry-run', 'what the dead hold'),
    ('dhadmin echo imu --json | dhadmin pub copy --schema imu', 'replay a channel under another name'),
    ('dhadmin doctor', 'what is wrong with the machine'),
]
VARIABLES = [
    ('DH_BROKER', "the broker's socket; else $XDG_RUNTIME_DIR/dh/broker.sock, else /run/dh/broker.sock"),
    ('NO_COLOR', 'if set and not empty, no colours'),
    ('XDG_STATE_HOME', 'where metrics --reset keeps what the counters were; else ~/.local/state'),
]
INTRODUCTION = ("shows every channel of this machine without disturbing it, and mends what the dead left behind. It needs no schema "
                "files: what describes a channel travels with it. It never holds a slot, so no producer waits for it. A channel may be "
                "named by its end: pulse finds machine.pulse. When something is stuck, begin with dhadmin diagnose, and type what it "
                "prints.")


def tables(dhadmin):
    return json.loads(subprocess.run([dhadmin, 'help', '--json'], capture_output=True, check=True, text=True).stdout)


def prose(details):
    """Lines of help as one paragraph; what is indented there stays a line of its own."""
    parts, text = [], ''
    for line in details.rstrip('\n').split('\n'):
        if line.startswith('  '):
            parts += [('text', text.strip()), ('code', line.strip())]
            text = ''
        else:
            text += line + ' '
    return [p for p in parts + [('text', text.strip())] if p[1]]


# ---- dhadmin(1)

def mdoc(text):
    """A line of prose: what begins like a request is kept from being one."""
    text = text.replace('\\', '\\e')
    lines = re.sub(r'(?<=[.!?]) (?=[A-Z])', '\n', text).split('\n')
    return '\n'.join(('\\&' + line if line[:1] in "'." else line) for line in lines)


def option_head(option):
    name, argument = option['name'].lstrip('-'), option['argument']
    return 'Fl \\-%s%s' % (name, ' Ar ' + argument if argument else '')


def manual(told):
    out = ['.\\" SPDX-License-Identifier: Apache-2.0', '.\\" Made of the tables of dhadmin by tests/golden/admin/pages.py.',
           '.Dd $Mdocdate$', '.Dt DHADMIN 1', '.Os "Data Exchange Hub"', '.Sh NAME', '.Nm dhadmin',
           '.Nd see and mend every channel', '.Sh SYNOPSIS', '.Nm', '.Ar VERB', '.Op Ar ARGUMENT', '.Op Ar OPTIONS',
           '.Sh DESCRIPTION', '.Nm', mdoc(INTRODUCTION), '.Sh VERBS']
    for group in GROUPS:
        out += ['.Ss ' + group, '.Bl -tag -width Ds']
        for verb in (v for v in told['verbs'] if v['group'] == group):
            out.append('.It Cm %s%s' % (verb['name'], ' Ar ' + verb['arguments'] if verb['arguments'] else ''))
            for kind, text in prose(verb['details']):
                out.append('.Dl ' + text if kind == 'code' else mdoc(text))
            if verb['options']:
                out += ['.br', 'Options: ' + ', '.join(o['name'] for o in verb['options']) + '.']
        out.append('.El')
    out += ['.Sh OPTIONS', '.Bl -tag -width Ds']
    for option in options(told):
        out += ['.It ' + option_head(option), mdoc(option['help'][:1].upper() + option['help'][1:]) + '.']
    out += ['.It Fl h , Fl \\-help', 'What a verb takes.', '.It Fl \\-version', 'The version.', '.El',
            '.Sh ENVIRONMENT', '.Bl -tag -width Ds']
    for name, text in VARIABLES:
        out += ['.It Ev ' + name, mdoc(text[:1].upper() + text[1:]) + '.']
    out += ['.El', '.Sh EXIT STATUS', '.Bl -tag -width Ds']
    for row in told['exits']:
        out += ['.It %d' % row['status'], mdoc(row['when'][:1].upper() + row['when'][1:]) + '.']
    out += ['.El', '.Sh EXAMPLES', '.Bl -tag -width Ds']
    for command, text in EXAMPLES:
        out += ['.It Li ' + command.replace('|', '\\*(Ba'), text[:1].upper() + text[1:] + '.']
    out += ['.El', '.Sh SEE ALSO', '.Xr dhgen 1 ,', '.Xr dhs 5']
    return '\n'.join(out) + '\n'


def options(told):
    seen = {}
    for verb in told['verbs']:
        for option in verb['options']:
            seen.setdefault(option['name'], option)
    return list(seen.values())


# ---- docs/reference/dhadmin.md

def reference(told):
    out = ['# dhadmin', '', '<!-- Made of the tables of dhadmin by tests/golden/admin/pages.py; UPDATE=1 writes it. -->', '',
           'dhadmin ' + INTRODUCTION, '', '`dhadmin VERB [ARGUMENT] [OPTIONS]`; `dhadmin VERB --help` says the same as this page.', '']
    for group in GROUPS:
        out += ['## ' + group, '']
        for verb in (v for v in told['verbs'] if v['group'] == group):
            usage = ' '.join((verb['name'] + ' ' + verb['arguments']).split())
            out += ['### %s' % verb['name'], '', '`dhadmin %s`: %s.' % (usage, verb['summary']), '']
            for kind, text in prose(verb['details']):
                out += ['    ' + text if kind == 'code' else text, '']
            if verb['options']:
                out += ['| option | |', '|---|---|']
                out += ['| `%s%s` | %s |' % (o['name'], ' ' + o['argument'] if o['argument'] else '', o['help'].replace('|', '\\|'))
                        for o in verb['options']]
                out.append('')
    out += ['## Exit status', '', '| | |', '|---|---|'] + ['| %d | %s |' % (r['status'], r['when']) for r in told['exits']]
    out += ['', '## Environment', '', '| | |', '|---|---|'] + ['| `%s` | %s |' % row for row in VARIABLES]
    return '\n'.join(out) + '\n'


# ---- runtime/admin/dhadmin.bash

BASH = '''# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Completion of dhadmin's command line, for bash, with the names of the channels that are there; needs no package. Installed as
# share/bash-completion/completions/dhadmin; without that package: . dhadmin.bash
# Made of the tables of dhadmin by tests/golden/admin/pages.py.

_dhadmin_verbs='%(verbs)s'

# The options of a verb.
_dhadmin_options() {
    case $1 in
%(options)s
    esac
}

_dhadmin_words() {
    mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1")
}

_dhadmin() {
    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]}
    COMPREPLY=()
    if [[ $COMP_CWORD -eq 1 ]]; then
        _dhadmin_words "$current" "$_dhadmin_verbs --help --version"
        return
    fi
    case $before in
    %(files)s)
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
        ;;
    %(values)s) return ;;
    esac
    case $current in
    -*) _dhadmin_words "$current" "$(_dhadmin_options "$verb") --help" ;;
    *)
        case $verb in
        help) _dhadmin_words "$current" "$_dhadmin_verbs" ;;
        %(channels)s) _dhadmin_words "$current" "$("${COMP_WORDS[0]}" list --names 2>/dev/null)" ;;
        esac
        ;;
    esac
}

complete -F _dhadmin dhadmin
'''


def completion(told):
    verbs = told['verbs']
    takes = [o for o in options(told) if o['argument']]
    files = [o['name'] for o in takes if o['argument'] in ('PATH', 'FILE', 'FOLDER')]
    others = [o['name'] for o in takes if o['name'] not in files and o['name'] != '--schema']
    channels = [v['name'] for v in verbs if 'CHANNEL' in v['arguments'] or 'PATTERN' in v['arguments']]
    rows = ["    %s) echo '%s' ;;" % (v['name'], ' '.join(o['name'] for o in v['options'])) for v in verbs]
    return BASH % {'verbs': ' '.join(v['name'] for v in verbs), 'options': '\n'.join(rows), 'files': ' | '.join(files),
                   'values': ' | '.join(others), 'channels': ' | '.join(channels)}


def offered(tree, words):
    """What bash offers behind these words."""
    script = '. "%s/runtime/admin/dhadmin.bash"; COMP_WORDS=(%s) COMP_CWORD=%d; _dhadmin; echo "${COMPREPLY[*]}"'
    quoted = ' '.join("'%s'" % w for w in words)
    done = subprocess.run(['bash', '-c', script % (tree, quoted, len(words) - 1)], capture_output=True, text=True, check=True)
    return done.stdout.split()


def main():
    dhadmin, tree = sys.argv[1:3]
    told = tables(dhadmin)
    failures = []
    for path, made in (('docs/man/dhadmin.1', manual(told)), ('docs/reference/dhadmin.md', reference(told)),
                       ('runtime/admin/dhadmin.bash', completion(told))):
        full = os.path.join(tree, path)
        if os.environ.get('UPDATE') == '1':
            with open(full, 'w', encoding='utf-8') as file:
                file.write(made)
        with open(full, encoding='utf-8') as file:
            if file.read() != made:
                failures.append('%s is not what the tables make: UPDATE=1' % path)
    names = {v['name'] for v in told['verbs']}
    if set(offered(tree, ['dhadmin', ''])) != names | {'--help', '--version'}:
        failures.append('verbs offered: %s' % offered(tree, ['dhadmin', '']))
    if offered(tree, ['dhadmin', 'help', 'sche']) != ['schema', 'schemas']:
        failures.append('after help: %s' % offered(tree, ['dhadmin', 'help', 'sche']))
    for verb in told['verbs']:
        wanted = {o['name'] for o in verb['options']} | {'--help'}
        if set(offered(tree, ['dhadmin', verb['name'], '-'])) != wanted:
            failures.append('options of %s: %s' % (verb['name'], offered(tree, ['dhadmin', verb['name'], '-'])))
    skipped = 0
    if shutil.which('mandoc'):
        lint = subprocess.run(['mandoc', '-T', 'lint', '-W', 'warning', os.path.join(tree, 'docs/man/dhadmin.1')], capture_output=True,
                              text=True, check=False)
        said = [line for line in lint.stdout.splitlines() if 'Mdocdate' not in line and 'cannot parse date' not in line
                and 'missing date' not in line]
        if said:
            failures.append('mandoc: ' + '\n'.join(said))
    else:
        print('SKIPPED: mandoc is not installed: nobody looks whether dhadmin(1) is well formed')
        skipped = 77
    print('\n'.join(failures))
    return 1 if failures else skipped


if __name__ == '__main__':
    sys.exit(main())
