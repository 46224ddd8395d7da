#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whatever the schema: what dhadmin echo tells of a message determines its bytes.

    chance.py BIN PEER FILL [N [SEED]]      N schemas by chance (24; 230 by hand)

For each: a payload by chance is written by a producer; its producer is killed (the broker keeps the block), or there is no broker (the
producer itself is asked), in turn. `dhadmin echo --json` runs in an empty environment. What it prints is given to `dhadmin pub` in
another channel, whose payload must have the same bytes, each one. Both directions check the schema on their own.
"""
import os
import subprocess
import sys

from stage import Stage, alone


def run(stage, *words, **more):
    done = subprocess.run(words, env=stage.environment, capture_output=True, timeout=60, check=False, **more)
    assert done.returncode == 0, '%s ends with %d: %s' % (' '.join(words), done.returncode, done.stderr.decode())
    return done.stdout


def compare(stage, fill, number, seed):
    """One schema. Returns how many bytes were compared; None: it has a signal for a slot."""
    path = os.path.join(stage.folder, str(number))
    text, wrote, read = path + '.canon', path + '.wrote', path + '.read'
    canon = subprocess.run(['dhgen', 'canon', path + '.dhs'], env=stage.environment, capture_output=True, timeout=60, check=False)
    if canon.returncode != 0:       # chance made a range that its type cannot reach
        print('not compiled:', canon.stderr.decode().splitlines()[0])
        return None
    with open(text, 'wb') as file:
        file.write(canon.stdout)
    filled = subprocess.run([fill, 'payload', str(seed + number), text, wrote], capture_output=True, timeout=60, check=False)
    if filled.returncode == 77:     # a range that no value of the type is in
        print('not filled:', filled.stderr.decode().strip())
        return None
    assert filled.returncode == 0, filled.stderr.decode()
    if os.path.getsize(wrote) == 0:
        return None
    channel, copy = 'c%d.n%d' % (os.getpid(), number), 'c%d.copy%d' % (os.getpid(), number)
    dead = number % 2 == 0
    if dead and stage.hub is None:
        stage.start_broker()
    if not dead and stage.hub is not None:
        stage.kill_broker()
    producer = stage.start('bytes', channel, text, wrote)
    reach = ['--broker', stage.socket]
    if dead:
        producer.kill()
    done = subprocess.run([os.path.join(stage.binaries, 'dhadmin'), 'echo', channel, '--once', '--json', *reach], env={},
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and done.stdout, '%s: echo ends with %d: %s' % (path, done.returncode, done.stderr.decode())
    assert b'"damaged"' not in done.stdout, done.stdout
    pub = subprocess.Popen(['dhadmin', 'pub', copy, '--schema', text, '--keep'], env=stage.environment, stdin=subprocess.PIPE,
                           stderr=subprocess.PIPE)
    pub.stdin.write(done.stdout)
    pub.stdin.close()
    for _ in range(600):
        if pub.poll() is not None:
            raise AssertionError('%s.dhs: pub refuses what echo wrote: %s\n%s' % (path, pub.stderr.read().decode(), done.stdout.decode()))
        if subprocess.run([stage.peer, 'newest', copy, read], env=stage.environment, capture_output=True, timeout=60,
                          check=False).returncode == 0:
            break
    pub.terminate()
    pub.wait()
    pub.stderr.close()
    with open(wrote, 'rb') as a, open(read, 'rb') as b:
        wanted, got = a.read(), b.read()
    if wanted != got:
        first = next(i for i, (x, y) in enumerate(zip(wanted, got)) if x != y)
        raise AssertionError('%s.dhs: byte %d is %d, not %d:\n%s' % (path, first, got[first], wanted[first], done.stdout.decode()))
    producer.close()
    return len(wanted)


def main():
    alone()
    binaries, peer, fill = sys.argv[1:4]
    n = int(sys.argv[4]) if len(sys.argv) > 4 else 24
    seed = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    stage = Stage(binaries, peer)
    compared, n_bytes, failed = 0, 0, 0
    try:
        run(stage, fill, 'schemas', str(seed), stage.folder, str(n))
        for number in range(n):
            try:
                size = compare(stage, fill, number, seed)
                compared += size is not None
                n_bytes += size or 0
            except AssertionError as wrong:
                failed += 1
                print('FAILED', wrong)
    finally:
        stage.close()
    print('%d schemas, %d bytes, %d failed' % (compared, n_bytes, failed))
    return failed != 0 or compared < n * 3 // 4


if __name__ == '__main__':
    sys.exit(main())
