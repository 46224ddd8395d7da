#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores dhgen against the planted mistakes of expected.tsv.

A mistake is reported if a diagnostic stands on the line of one of its spans and inside or touching
it, or at most NEAR columns away (reported, but inexact). A diagnostic matches one mistake at most;
exact matches are made first, then the nearest. Exact: the same start. Lengths are not compared:
`--diagnostics short` does not tell them.
"""
import argparse, collections, glob, json, os, re, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
NEAR = 8
SHORT = re.compile(r'^(.*?):(\d+):(\d+): (error|warning): (.*?)(?: \[(DH\d+)\])?$')


def run(dhgen, name):
    std = os.path.join(HERE, '../../../idl/std')
    done = subprocess.run([dhgen, 'check', '--diagnostics', 'short', '-I', std, name], cwd=HERE,
                          capture_output=True, text=True, errors='replace', timeout=60)
    if done.returncode not in (0, 1):
        sys.exit('%s: dhgen ended with %d: %s' % (name, done.returncode, done.stderr[:400]))
    found = [SHORT.match(line) for line in done.stderr.splitlines()]
    return [(int(m[2]), int(m[3]), m[5], m[6]) for m in found if m]


def distance(span, line, col):
    if span[0] != line:
        return None
    return max(span[1] - col, col - span[1] - span[2], 0)


def pair(mistakes, diagnostics):
    """All pairs, best first: exact start, then touching, then near."""
    pairs = []
    for i, (spans, _, _) in enumerate(mistakes):
        for j, d in enumerate(diagnostics):
            for s in spans:
                far = distance(s, d[0], d[1])
                if far is not None and far <= NEAR:
                    pairs.append((s[:2] != (d[0], d[1]), far, i, j))
    taken, used = {}, set()
    for inexact, _, i, j in sorted(pairs):
        if i not in taken and j not in used:
            taken[i] = not inexact
            used.add(j)
    return taken, used


def main():
    p = argparse.ArgumentParser()
    p.add_argument('dhgen')
    p.add_argument('--measure', action='store_true', help='never fail because of the bar')
    p.add_argument('--verbose', action='store_true')
    p.add_argument('--json', metavar='FILE')
    o = p.parse_args()
    dhgen = os.path.abspath(o.dhgen)
    planted = collections.defaultdict(list)
    with open(os.path.join(HERE, 'expected.tsv'), encoding='utf-8') as f:
        for row in f:
            if row.startswith('#'):
                continue
            name, spans, kind, sentence = row.rstrip('\n').split('\t')
            spans = [tuple(map(int, re.split('[:+]', s))) for s in spans.split('|')]
            planted[name].append((spans, kind, sentence))
    total = reported = exact = said = spurious = 0
    kinds = collections.defaultdict(lambda: [0, 0, 0])
    worst = []
    for name, mistakes in sorted(planted.items()):
        diagnostics = run(dhgen, name)
        taken, used = pair(mistakes, diagnostics)
        for i, (spans, kind, _) in enumerate(mistakes):
            kinds[kind][0] += 1
            kinds[kind][1] += i in taken
            kinds[kind][2] += taken.get(i, False)
            if o.verbose and not taken.get(i):
                print('%s:%d:%d: %s: %s' % (name, *spans[0][:2], 'inexact' if i in taken else 'missed', kind))
        if o.verbose:
            for j, d in enumerate(diagnostics):
                if j not in used:
                    print('%s:%d:%d: spurious: %s [%s]' % (name, *d))
        total += len(mistakes)
        reported += len(taken)
        exact += sum(taken.values())
        said += len(diagnostics)
        spurious += len(diagnostics) - len(used)
        worst.append((len(mistakes) - len(taken) + len(diagnostics) - len(used), name))
    controls = sorted(glob.glob(os.path.join(HERE, 'control-*.dhs')))
    dirty = [c for c in map(os.path.basename, controls) if run(dhgen, c)]
    report = {'files': len(planted), 'mistakes': total, 'controls': len(controls), 'dirty_controls': dirty,
              'reported': 100 * reported / max(total, 1), 'spurious': 100 * spurious / max(said, 1),
              'exact': 100 * exact / max(reported, 1), 'kinds': {k: kinds[k] for k in sorted(kinds)},
              'worst': [n for bad, n in sorted(worst, reverse=True)[:10] if bad]}
    for k, (n, r, e) in report['kinds'].items():
        print('%-26s %3d planted %3d reported %3d exact' % (k, n, r, e))
    print('%(files)d files, %(mistakes)d mistakes: %(reported).1f %% reported, %(spurious).1f %% spurious, '
          '%(exact).1f %% of those reported exact' % report)
    print('worst:', ' '.join(report['worst']))
    print('%d controls, with diagnostics: %s' % (len(controls), ' '.join(dirty) or 'none'))
    if o.json:
        with open(o.json, 'w', encoding='utf-8') as f:
            json.dump(report, f, indent=1)
    good = report['reported'] >= 95 and report['spurious'] <= 5 and report['exact'] >= 90 and not dirty
    return 0 if good or o.measure else 1


sys.exit(main())
