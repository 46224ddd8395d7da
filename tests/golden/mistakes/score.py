#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scores dhgen against the planted mistakes of expected.tsv.

A mistake is reported if a diagnostic stands on the line of one of its spans and inside or touching
it, or at most NEAR columns away (reported, but inexact). A diagnostic matches one mistake at most;
exact matches are made first, then the nearest. Exact: the same start and the same length; of a
place where something is missing (length 0) a tool may mark the one character that follows. An old
dhgen without `--diagnostics json` tells no lengths: then the same start is enough, and that is said.
"""
import argparse, collections, glob, json, os, re, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
NEAR = 8
SHORT = re.compile(r'^(.*?):(\d+):(\d+): (error|warning): (.*?)(?: \[(DH\d+)\])?$')


HAND = set(range(1, 13)) | {53} | set(range(241, 301))      # the files that no generator made


def check(dhgen, name, form):
    std = os.path.join(HERE, '../../../idl/std')
    done = subprocess.run([dhgen, 'check', '--diagnostics', form, '-I', std, name], cwd=HERE,
                          capture_output=True, text=True, errors='replace', timeout=60)
    if done.returncode not in (0, 1):
        sys.exit('%s: dhgen ended with %d: %s' % (name, done.returncode, done.stderr[:400]))
    return done.stderr


def knows_json(dhgen):
    with tempfile.NamedTemporaryFile('w', suffix='.dhs') as f:
        f.write('package p;\n')
        f.flush()
        return subprocess.run([dhgen, 'check', '--diagnostics', 'json', f.name],
                              capture_output=True).stderr.startswith(b'{')


def from_json(d, name):
    """Line, column, length (None: over several lines), message, code; line 0 if in another file."""
    here = os.path.basename(d.get('file', '')) == name
    one_line = here and d['line'] == d['end_line']
    return (d['line'] if here else 0, d['column'] if here else 0,
            d['end_column'] - d['column'] if one_line else None, d['message'], d['code'])


# What dhgen admits that it cannot do yet is no mistake of the schema, and none that it invents.
OWN_LIMITS = {'DH0341'}


def run(dhgen, name, form):
    said = check(dhgen, name, form)
    if form == 'json':
        listed = json.loads(said)['diagnostics']
        return [from_json(d, name) for d in listed if d['code'] not in OWN_LIMITS]
    found = [SHORT.match(line) for line in said.splitlines()]
    return [(int(m[2]), int(m[3]), None, m[5], m[6]) for m in found if m and m[6] not in OWN_LIMITS]


def distance(span, d):
    """Columns between an expected span and a diagnostic, None on another line."""
    line, col, length = d[:3]
    if span[0] != line:
        return None
    return max(span[1] - col - (length or 0), col - span[1] - span[2], 0)


def same(span, d, form):
    if span[:2] != d[:2]:
        return False
    return form == 'short' or d[2] == span[2] or (span[2] == 0 and d[2] == 1)


def pair(mistakes, diagnostics, form):
    """The best pairs: exact ones first, then the same start, then the nearest."""
    pairs = []
    for i, (spans, _, _) in enumerate(mistakes):
        for j, d in enumerate(diagnostics):
            for s in spans:
                far = distance(s, d)
                if far is not None and far <= NEAR:
                    pairs.append((not same(s, d, form), s[:2] != d[:2], far, i, j))
    taken, used = {}, set()
    for inexact, _, _, i, j in sorted(pairs):
        if i not in taken and j not in used:
            taken[i] = (not inexact, j)
            used.add(j)
    return taken


def read_expected():
    planted = collections.defaultdict(list)
    with open(os.path.join(HERE, 'expected.tsv'), encoding='utf-8') as f:
        for row in f:
            if row.startswith('#'):
                continue
            name, spans, kind, sentence = row.rstrip('\n').split('\t')
            spans = [tuple(map(int, re.split('[:+]', s))) for s in spans.split('|')]
            planted[name].append((spans, kind, sentence))
    return planted


class Tally:
    def __init__(self):
        self.files = self.mistakes = self.reported = self.exact = self.said = self.spurious = 0

    def add(self, mistakes, diagnostics, taken):
        self.files += 1
        self.mistakes += len(mistakes)
        self.reported += len(taken)
        self.exact += sum(exact for exact, _ in taken.values())
        self.said += len(diagnostics)
        self.spurious += len(diagnostics) - len(taken)

    def shares(self):
        return {'files': self.files, 'mistakes': self.mistakes,
                'reported': 100 * self.reported / max(self.mistakes, 1),
                'spurious': 100 * self.spurious / max(self.said, 1),
                'exact': 100 * self.exact / max(self.reported, 1)}


def tell(name, mistakes, diagnostics, taken):
    for i, (spans, kind, sentence) in enumerate(mistakes):
        if i not in taken:
            print('%s:%d:%d: missed: %s: %s' % (name, *spans[0][:2], kind, sentence))
        elif not taken[i][0]:
            print('%s:%d:%d: inexact: %s: not %s but %d:%d+%s: %s [%s]' % (
                name, *spans[0][:2], kind, '|'.join('%d:%d+%d' % s for s in spans), *diagnostics[taken[i][1]]))
    for j in sorted(set(range(len(diagnostics))) - {j for _, j in taken.values()}):
        print('%s:%d:%d+%s: spurious: %s [%s]' % (name, *diagnostics[j]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument('dhgen')
    p.add_argument('--measure', action='store_true', help='never fail because of the bar')
    p.add_argument('--verbose', action='store_true')
    p.add_argument('--json', metavar='FILE')
    o = p.parse_args()
    dhgen = os.path.abspath(o.dhgen)
    form = 'json' if knows_json(dhgen) else 'short'
    tallies = {'all': Tally(), 'by hand': Tally(), 'generated': Tally()}
    kinds = collections.defaultdict(lambda: [0, 0, 0])
    worst = []
    for name, mistakes in sorted(read_expected().items()):
        diagnostics = run(dhgen, name, form)
        taken = pair(mistakes, diagnostics, form)
        for i, (_, kind, _) in enumerate(mistakes):
            kinds[kind] = [a + b for a, b in zip(kinds[kind], (1, i in taken, i in taken and taken[i][0]))]
        for which in ('all', 'by hand' if int(name[:3]) in HAND else 'generated'):
            tallies[which].add(mistakes, diagnostics, taken)
        if o.verbose:
            tell(name, mistakes, diagnostics, taken)
        worst.append((len(mistakes) + len(diagnostics) - 2 * len(taken), name))
    controls = sorted(map(os.path.basename, glob.glob(os.path.join(HERE, 'control-*.dhs'))))
    dirty = [c for c in controls if run(dhgen, c, form)]
    report = dict(tallies['all'].shares(), lengths=form == 'json', controls=len(controls), dirty_controls=dirty,
                  by_hand=tallies['by hand'].shares(), generated=tallies['generated'].shares(),
                  kinds={k: kinds[k] for k in sorted(kinds)},
                  worst=[n for bad, n in sorted(worst, reverse=True)[:10] if bad])
    for k, counts in report['kinds'].items():
        print('%-26s %3d planted %3d reported %3d exact' % (k, *counts))
    for which, tally in tallies.items():
        print('%-9s ' % which + '%(files)3d files, %(mistakes)3d mistakes: %(reported).1f %% reported, '
              '%(spurious).1f %% spurious, %(exact).1f %% of those reported exact' % tally.shares())
    print('exact means', 'start and length' if form == 'json' else 'the start: this dhgen tells no lengths')
    print('worst:', ' '.join(report['worst']))
    print('%d controls, with diagnostics: %s' % (len(controls), ' '.join(dirty) or 'none'))
    if o.json:
        with open(o.json, 'w', encoding='utf-8') as f:
            json.dump(report, f, indent=1)
    good = report['reported'] >= 95 and report['spurious'] <= 5 and report['exact'] >= 90 and not dirty
    return 0 if good or o.measure else 1


sys.exit(main())
