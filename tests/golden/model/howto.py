# SPDX-License-Identifier: Apache-2.0
"""howto.py DHGEN PAGE: what docs/howto/templates.md says is what happens. A block behind a line that names a file
(`row.mustache`) is that file; a block of `sh` is run; a block behind it is what it prints. What came of it is then read by a
parser of CSV and by a database."""
import csv
import os
import pathlib
import re
import sqlite3
import subprocess
import sys
import tempfile

FENCE = re.compile(r'^```(\w+)\n(.*?)^```$', re.M | re.S)
FILE = re.compile(r'`([\w./]+\.(?:mustache|dhs))`[^`]*\Z')


def blocks(page):
    """(language, text, the file that the words in front name, or None)"""
    before = 0
    for match in FENCE.finditer(page):
        named = FILE.search(page[before:match.start()])
        before = match.end()
        yield match[1], match[2], named and named[1]


def main():
    dhgen = os.path.abspath(sys.argv[1])
    page = pathlib.Path(sys.argv[2]).read_text(encoding='utf-8')
    said = None
    counts = {'file': 0, 'run': 0, 'shown': 0}
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ['PATH'] = os.path.dirname(dhgen) + os.pathsep + os.environ['PATH']
        for language, text, file in blocks(page):
            if language == 'sh':
                run = subprocess.run(['sh', '-c', text], capture_output=True, text=True, check=False)
                said = run.stdout + run.stderr
                counts['run'] += 1
            elif language in ('mustache', 'dhs'):
                assert file, f'no file is named in front of {text!r}'
                pathlib.Path(file).parent.mkdir(exist_ok=True)
                pathlib.Path(file).write_text(text, encoding='utf-8')
                counts['file'] += 1
            else:
                assert said == text, f'the page says\n{text}\nbut it is\n{said}'
                counts['shown'] += 1
        assert counts == {'file': 5, 'run': 3, 'shown': 3}, counts

        with open('heater.dictionary.csv', newline='', encoding='utf-8') as table:
            rows = list(csv.DictReader(table))
        assert [row['field'] for row in rows] == ['time', 'temp', 'power', 'mode', 'note', 'coils'], rows
        assert rows[1]['meaning'] == 'At the tip, not "in the oven".', rows[1]
        assert all(len(row) == 9 and None not in row for row in rows), rows

        database = sqlite3.connect(':memory:')
        database.execute('PRAGMA foreign_keys = ON')
        database.executescript(pathlib.Path('heater.sql').read_text(encoding='utf-8'))
        database.execute('INSERT INTO Sample (time, temp, power, mode, note) VALUES (1, 21.5, 10, 2, ?)', ('fine',))
        joined = database.execute('SELECT Mode.name, temp FROM Sample JOIN Mode ON Sample.mode = Mode.value').fetchall()
        assert joined == [('steady', 21.5)], joined
        try:
            database.execute('INSERT INTO Sample (mode) VALUES (7)')
            raise AssertionError('a mode that is none was taken')
        except sqlite3.IntegrityError:
            pass
    print('the page is true')


main()
