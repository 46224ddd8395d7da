#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""doctor.py BIN: misconfigurations, planted one at a time in a shell of its own; `dhadmin doctor` finds each, and what it prints, typed in
that shell, mends it. What belongs to the machine is planted in a mount namespace: nothing outside changes."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

# name of the check, what plants it in a shell whose folder is empty; "over FILE TEXT" puts a file over one of the kernel's
PLANTED = [
    ('descriptors', 'ulimit -Sn 64'),
    ('file size', 'ulimit -Sf 100'),
    ('address space', 'ulimit -Sv 4000000'),
    ('locked memory', 'ulimit -Sl 16'),
    ('processors', 'taskset -cp 0 $$ >/dev/null'),
    ('scheduling', 'chrt -i -p 0 $$'),
    ('timer slack', 'echo 100000000 >/proc/$$/timerslack_ns'),
    ('language', 'export LC_ALL=C'),
    ('overcommit', 'over /proc/sys/vm/overcommit_memory 2'),
    ('inotify', 'over /proc/sys/fs/inotify/max_user_instances 1'),
    ('clock', 'over /sys/devices/system/clocksource/clocksource0/current_clocksource hpet; '
              'over /sys/devices/system/clocksource/clocksource0/available_clocksource "tsc hpet acpi_pm"'),
    ('huge pages', 'over /sys/kernel/mm/transparent_hugepage/enabled "always madvise [never]"'),
    ('proc', 'mount -t tmpfs none /proc'),
    ('runtime', 'export XDG_RUNTIME_DIR="$PWD/none"'),
    ('runtime', 'mkdir -m 777 open; export XDG_RUNTIME_DIR="$PWD/open"'),
    ('runtime', 'mkdir -m 700 theirs; chown 65534 theirs; export XDG_RUNTIME_DIR="$PWD/theirs"'),
    ('runtime', 'export XDG_RUNTIME_DIR=relative'),
    ('runtime', 'touch file; export XDG_RUNTIME_DIR="$PWD/file"'),
    ('broker', 'export DH_BROKER="$PWD/$(printf %0200d 1)"'),
    ('broker', 'touch file; export DH_BROKER="$PWD/file"'),
    ('broker', 'export DH_BROKER="$PWD/no/such/folder/broker.sock"'),
    ('broker', 'export DH_BROKER="$PWD/b"; dhbroker --foreground --socket "$DH_BROKER" >log 2>&1 & '
               'until grep -q serves log 2>/dev/null; do sleep 0.05; done; kill -9 $!; wait $! 2>/dev/null'),
    ('state', 'export XDG_STATE_HOME=somewhere'),
]

# Types what doctor prints for one check, until it prints nothing any more: a mended fault may uncover the next one.
SHELL = r'''
over() { printf '%s\n' "$2" >"over.$$"; cp "over.$$" "$(basename "$1")"; mount --bind "$(basename "$1")" "$1"; }
row() { dhadmin doctor | sed -nE "/^(problem|hint) +$1 /{s/^[a-z]+ +//;p;n;s/^ +\\$ //p}"; }
@HOW@
row "@CHECK@" >now
echo "FOUND $(sed -n 1p now)"
for round in 1 2 3; do
    fix=$(sed -n 2p now)
    [ -n "$fix" ] || break
    echo "FIX $fix"
    eval "$fix"
    row "@CHECK@" >now
done
sed 's/^/LEFT /' now
'''


def plant(binaries, check, how, isolated):
    folder = tempfile.mkdtemp(prefix='doctor-')
    environment = {'PATH': binaries + ':' + os.environ['PATH'], 'LC_ALL': 'C.UTF-8', 'HOME': folder, 'PWD': folder}
    for name in ('ASAN_OPTIONS', 'LSAN_OPTIONS', 'UBSAN_OPTIONS'):
        if name in os.environ:
            environment[name] = os.environ[name]
    try:
        done = subprocess.run([*isolated, 'bash', '-c', SHELL.replace('@HOW@', how).replace('@CHECK@', check)], cwd=folder, env=environment,
                              capture_output=True, text=True, timeout=60, check=False)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    lines = done.stdout.splitlines()
    found = [line[6:] for line in lines if line.startswith('FOUND ') and line[6:].strip()]
    fixes = [line[4:] for line in lines if line.startswith('FIX ')]
    left = [line for line in lines if line.startswith('LEFT ')]
    assert found, 'it is not found:\n%s%s' % (done.stdout, done.stderr)
    assert fixes, 'no fix is printed:\n%s%s' % (done.stdout, done.stderr)
    assert not left, 'it is not mended:\n%s%s' % (done.stdout, done.stderr)
    return found[0], fixes


def main():
    binaries = os.path.abspath(sys.argv[1])
    isolated = ['unshare', '--mount', '--net']
    if subprocess.run(isolated + ['true'], stderr=subprocess.DEVNULL, check=False).returncode != 0:
        print('SKIPPED: no mount namespace may be made here: what belongs to the machine cannot be planted')
        return 77
    healthy = subprocess.run([*isolated, os.path.join(binaries, 'dhadmin'), 'doctor', '--json'],
                             env={'LC_ALL': 'C.UTF-8', 'HOME': '/'}, capture_output=True, text=True, timeout=60, check=False)
    wrong = {r['check'] for r in json.loads(healthy.stdout)['checks'] if r['grade'] != 'ok'}
    with open(os.path.join(binaries, 'dhadmin'), 'rb') as file:
        sanitized = b'__asan_init' in file.read()
    failed, n = 0, 0
    for check, how in PLANTED:
        if check == 'address space' and sanitized:
            print('NOT PLANTED: address space: the address sanitizer takes terabytes of it')
            continue
        if ('processors' == check and os.cpu_count() == 1) or check in wrong:
            print('not planted, it is so already: %s' % check)
            continue
        try:
            found, fixes = plant(binaries, check, how, isolated)
            n += 1
            print('ok %s: %s | %s' % (check, found, '; '.join(fixes)))
        except AssertionError as failure:
            failed += 1
            print('FAILED %s (%s): %s' % (check, how, failure))
    print('%d planted and mended, %d failed' % (n, failed))
    return failed != 0 or n < 15


if __name__ == '__main__':
    sys.exit(main())
