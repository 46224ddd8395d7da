# SPDX-License-Identifier: Apache-2.0
"""tables.py DHGEN TOP SCHEMA...: what dhgen --lang markdown makes, read by a real parser: each row of a table has the cells
of its heading, each link leads somewhere, and what authors write comes out as text, whatever markup is in it."""
import html.parser
import pathlib
import re
import subprocess
import sys
import tempfile

try:
    import markdown
except ImportError:
    print('NOT TRIED: there is no python3-markdown; ./dev setup installs it')
    sys.exit(77)

TAGS = {'h1', 'h2', 'p', 'em', 'strong', 'a', 'code', 'pre', 'table', 'thead', 'tbody', 'tr', 'th', 'td'}


class Page(html.parser.HTMLParser):
    """Tags that occur, headings, links, and the text of each cell by row."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.headings, self.links, self.rows, self.text = set(), [], [], [], ''
        self.open = []
        self.feed(markdown.markdown(text, extensions=['tables', 'fenced_code']))

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.open.append(tag)
        if tag == 'a':
            self.links.append(dict(attrs)['href'])
        elif tag == 'tr':
            self.rows.append([])
        elif tag in ('td', 'th'):
            self.rows[-1].append('')
        elif tag in ('h1', 'h2'):
            self.headings.append('')

    def handle_endtag(self, tag):
        self.open.pop()

    def handle_data(self, data):
        self.text += data
        if 'td' in self.open or 'th' in self.open:
            self.rows[-1][-1] += data
        if self.open and self.open[0] in ('h1', 'h2'):
            self.headings[-1] += data


def raw_tables(text):
    """The rows of each table in the text itself, as counts of bars that no backslash stands before."""
    table = []
    for line in re.sub(r'^```.*?^```$', '', text, flags=re.M | re.S).splitlines() + ['']:
        if line.startswith('|'):
            table.append(len(re.findall(r'(?<!\\)(?:\\\\)*\|', line)))
        elif table:
            yield table
            table = []


def main():
    dhgen, top, schemas = sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3:]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([dhgen, '--lang', 'markdown', '--out', folder, *schemas], cwd=top, check=True)
        texts = {path.name: path.read_text(encoding='utf-8') for path in pathlib.Path(folder).iterdir()}
    pages = {name: Page(text) for name, text in texts.items()}
    anchors = {name: {h.lower().replace(' ', '-') for h in page.headings} for name, page in pages.items()}
    tables = links = 0
    for name, page in pages.items():
        assert page.tags <= TAGS, f'{name}: markup of the author came through: {page.tags - TAGS}'
        assert not re.search(r'\s,', page.text[:400]), f'{name}: a space before a comma'
        for rows in raw_tables(texts[name]):
            assert len(rows) > 1 and len(set(rows)) == 1, f'{name}: rows of {rows} bars'
            tables += 1
        for link in page.links:
            file, _, anchor = link.partition('#')
            assert (file or name) in pages and (not anchor or anchor in anchors[file or name]), f'{name}: {link} leads nowhere'
            links += 1
    assert tables > 50 and links > 50, (tables, links)

    odd = pages['nasty_dh.md']
    cells = {cell.strip() for row in odd.rows for cell in row}
    for wanted in ('m|s', '[label](x) A | in a cell, `ticks`, **stars**, <tags>, &amp; and a \\ at the end\\',
                   'Frame: a|b*c*.', 'Default: second.', 'Default: default | with `ticks` and <b>.', 'Deprecated. lines of several | kinds',
                   '|x|', 'Deprecated: use `a_b` | or <i>not</i>.', 'What | it *tells*.', 'Pipe[2][3]'):
        assert wanted in cells, f'{wanted!r} is no cell: {sorted(cells)}'
    for wanted in ('# Not a heading, and *not* emphasised | not a cell <b>not bold</b> & `no code`',
                   '- not a list\n[not](a link) ![no](picture) ~~nor struck~~ __nor this__',
                   '1. not a list | nor a cell \\| nor this \\\\ end\\', '<script>alert("no")</script> snake_case_name *x*'):
        assert wanted in odd.text, f'{wanted!r} is not in {odd.text!r}'
    print(f'{len(pages)} pages, {tables} tables, {links} links')


main()
