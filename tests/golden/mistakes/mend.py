#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `dhgen fmt --fix` makes of the planted mistakes: mend.py DHGEN [--json FILE]

It never crashes, tells what the written file still has, never leaves more diagnostics than there
were, leaves nothing that is certain, and is done after one run. Of the diagnostics that carry a fix
nearly all are gone afterwards; where one is not, another mistake was hidden behind it. A correct
schema keeps its canonical texts.
"""
import argparse, glob, json, os, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
STD = os.path.join(HERE, '../../../idl/std')
BAR = 95        # per cent of the diagnostics with a fix
complaints = []


def require(condition, name, text):
    if not condition:
        complaints.append('%s: %s' % (name, text))


def run(dhgen, *words):
    done = subprocess.run([dhgen, *words], capture_output=True, timeout=60)
    require(done.returncode in (0, 1), words[-1], 'ended with %d: %s' % (done.returncode, done.stderr[:300]))
    return done


def diagnostics(dhgen, name):
    return json.loads(run(dhgen, 'check', '--diagnostics', 'json', '-I', STD, name).stderr)['diagnostics']


def mend(dhgen, name):
    """The diagnostics before and after."""
    before = diagnostics(dhgen, name)
    told = json.loads(run(dhgen, 'fmt', '--fix', '--diagnostics', 'json', '-I', STD, name).stderr)['diagnostics']
    with open(name, 'rb') as f:
        once = f.read()
    after = diagnostics(dhgen, name)
    require(told == after, name, 'fmt --fix tells other mistakes, or other places, than the file has')
    status = run(dhgen, 'fmt', '--fix', '-I', STD, name).returncode
    with open(name, 'rb') as f:
        require(f.read() == once, name, 'mended twice is something else')
    errors = sum(d['severity'] == 'error' for d in after)
    require(status == (errors > 0), name, 'status %d with %d errors left' % (status, errors))
    return before, after


def main():
    p = argparse.ArgumentParser()
    p.add_argument('dhgen')
    p.add_argument('--verbose', action='store_true')
    p.add_argument('--json', metavar='FILE')
    o = p.parse_args()
    dhgen, figures = os.path.abspath(o.dhgen), o.json and os.path.abspath(o.json)
    files = clean = n_before = n_after = fixable = gone = 0
    with tempfile.TemporaryDirectory() as work:
        os.chdir(work)
        shutil.copytree(os.path.join(HERE, 'lib'), 'lib')
        for path in sorted(glob.glob(os.path.join(HERE, '*.dhs'))):
            name = os.path.basename(path)
            shutil.copy(path, name)
            canon = run(dhgen, 'lock', '--force', '-I', STD, name) if name.startswith('control') else None
            before, after = mend(dhgen, name)
            if canon:
                require(run(dhgen, 'check', '-I', STD, name).returncode == 0, name, 'the lock does not hold')
                continue
            n_fixes = sum(bool(d['edits']) for d in before)
            if o.verbose and len(before) - len(after) < n_fixes:
                print('%s: %d of %d with a fix are gone' % (name, len(before) - len(after), n_fixes))
            require(len(after) <= len(before), name, '%d diagnostics became %d' % (len(before), len(after)))
            require(not any(d['edits'] for d in after), name, 'something certain is left')
            files, clean = files + 1, clean + (not after)
            n_before, n_after = n_before + len(before), n_after + len(after)
            fixable, gone = fixable + n_fixes, gone + min(n_fixes, len(before) - len(after))
    report = {'files': files, 'clean': clean, 'diagnostics': n_before, 'left': n_after, 'with_fix': fixable,
              'mended': gone, 'mended_percent': round(100 * gone / max(fixable, 1), 1)}
    print('%(files)d files, %(diagnostics)d diagnostics, %(with_fix)d of them with a fix: %(mended)d '
          '(%(mended_percent).1f %%) are gone after one run, %(left)d are left; %(clean)d files are clean' % report)
    for complaint in complaints:
        print(complaint)
    if figures:
        with open(figures, 'w', encoding='utf-8') as f:
            json.dump(report, f, indent=1)
    return 1 if complaints or report['mended_percent'] < BAR else 0


sys.exit(main())
