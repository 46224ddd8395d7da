#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""broker.py DHBROKER PAGES: dhbroker(1) and dh.conf(5) are well formed, fit a terminal, and tell what the program has.
Ends with 77 if mandoc is not installed and all else is well."""
import os
import re
import shutil
import subprocess
import sys
import tempfile

broker, pages = sys.argv[1:3]
complaints = []


def require(good, what):
    if not good:
        complaints.append(what)


def run(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False)


def same(told, there, what):
    for name in sorted(set(there) - set(told)):
        require(False, f'{what} does not tell {name}')
    for name in sorted(set(told) - set(there)):
        require(False, f'{what} tells {name}, which is not there')


def section(text, name):
    return text.split(f'.Sh {name}\n')[1].split('\n.Sh ')[0]


def check_form(path):
    lint = run('mandoc', '-T', 'lint', '-W', 'warning', path)
    require(lint.returncode == 0, f'mandoc: {lint.stdout}')
    plain = re.sub('.\x08', '', run('mandoc', '-T', 'ascii', '-O', 'width=78', path).stdout)
    require(max(map(len, plain.splitlines())) <= 80, f'{path} is too wide')
    require('Mdocdate' not in plain, f'{path} has no date')


def check_program(text, help_text):
    options = re.findall(r'^  -(\w), --(\w+)', help_text, re.M)
    same(re.findall(r'^\.It Fl (\w) , -(\w+)', section(text, 'OPTIONS'), re.M), options, 'dhbroker(1)')
    statuses = re.findall(r'\b(\d+) [a-z]', help_text.split('exit status:')[1])
    same(re.findall(r'^\.It (\d+)$', section(text, 'EXIT STATUS'), re.M), statuses, 'dhbroker(1), exit statuses')
    for name in re.findall(r'\$(\w+)', help_text):
        require(f'.It Ev {name}' in text or f' {name}' in section(text, 'ENVIRONMENT'), f'dhbroker(1) does not tell ${name}')


def check_policy(text, work):
    example = re.search(r'\.Bd -literal\n(.*?)\.Ed', text, re.S).group(1)
    for name in ('robot', 'vision'):
        example = example.replace(name, '0')
    path = os.path.join(work, 'dh.conf')
    with open(path, 'w', encoding='utf-8') as f:
        f.write(example)
    printed = run(broker, '--check', '--config', path)
    require(printed.returncode == 0, f'the example of dh.conf(5): {printed.stderr}')
    require('[limits 0]\n' in printed.stdout and 'producers = 0\n' in printed.stdout, f'the example says: {printed.stdout}')
    keys = set(re.findall(r'^(\w+) = \d+$', printed.stdout, re.M)) - {'producers'}
    with open(path, 'w', encoding='utf-8') as f:
        f.write('[channel a]\nnonsense = 1\n')
    said = run(broker, '--check', '--config', path).stderr
    keys |= set(re.findall(r'\w+', said.split('it has')[1]))
    same(re.findall(r'^\.It Ic (\w+)', text, re.M), keys, 'dh.conf(5)')
    with open(path, 'w', encoding='utf-8') as f:
        f.write('')
    printed = run(broker, '--check', '--config', path).stdout
    for key, value in re.findall(r'^(\w+) = (\d+)$', printed, re.M):
        told = re.search(rf'^\.It Ic {key}\n(.*?)^\.(?:It|El)', text, re.S | re.M).group(1)
        require(value in told or key == 'channels', f'dh.conf(5) does not tell that {key} is {value}')


def main():
    program, policy = (os.path.join(pages, *x) for x in (('man1', 'dhbroker.1'), ('man5', 'dh.conf.5')))
    with open(program, encoding='utf-8') as f:
        check_program(f.read(), run(broker, '--help').stdout)
    with open(policy, encoding='utf-8') as f, tempfile.TemporaryDirectory() as work:
        check_policy(f.read(), work)
    if shutil.which('mandoc'):
        check_form(program)
        check_form(policy)
    for complaint in complaints:
        print(complaint)
    if complaints:
        return 1
    if not shutil.which('mandoc'):
        print('SKIPPED: mandoc is not installed: nobody looks whether the pages are well formed')
        return 77
    return 0


sys.exit(main())
