#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the site of these pages: `./dev docs`.    build.py OUT

Pages are written for readers of the tree, and stay so. Into OUT/pages go the same pages for mkdocs: those under docs/ where they are, others
beside them; the API's pages made of the headers (api.py), the manual pages, and a page for each source file that a page links to. Links
are turned to where things are now. Navigation follows the folders: a new page is found by itself. Into OUT/html goes the site, which needs no
server and no network: open index.html.
"""
import json
import os
import re
import shutil
import subprocess
import sys

import api

TOP = api.TOP
HERE = os.path.dirname(os.path.abspath(__file__))
LINK = re.compile(r"(!?\[(?:[^\[\]]|\[[^\]]*\])*\])\(([^()\s]+(?:\([^()]*\))?)\)")
FENCE = re.compile(r"^ *(```+|~~~+)")
MARK = re.compile(r"<!-- (file|edit): (\S+) -->$")
LANGUAGES = {".dhs": "dhs", ".c": "c", ".h": "c", ".def": "c", ".hpp": "cpp", ".cpp": "cpp", ".py": "python", ".sh": "sh", ".json": "json", ".re": "c",
             ".y": "c", ".mustache": "html", ".svg": "xml"}
PROJECT = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
SECTIONS = [("Tutorial", "tutorial"), ("How to", "howto"), ("Reference", "reference"), ("Explanation", "explain"), ("Examples", "examples"),
            ("Decisions", "decisions")]


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns], cwd=TOP, capture_output=True,
                            text=True, check=True).stdout.split("\n")
    return sorted({path for path in listed if path and os.path.exists(os.path.join(TOP, path))})


class Site:
    def __init__(self, out):
        self.out = os.path.join(out, "pages")
        self.sources = {}  # path in the tree: path of its page, of files that pages link to
        self.pages = {page: self.place(page) for page in tracked("docs/*.md", "examples/*.md") + PROJECT}

    @staticmethod
    def place(page):
        """Where a page of the tree lies in the site."""
        if page == "README.md":
            return "index.md"
        if page == "docs/README.md":
            return "project/pages.md"
        if page in PROJECT or page == "docs/ARCHITECTURE.md":
            return "project/" + os.path.basename(page).lower()
        placed = page.removeprefix("docs/")
        return re.sub(r"README\.md$", "index.md", placed)

    def target(self, path):
        """Where in the site that is which lies at `path` in the tree."""
        if path in self.pages:
            return self.pages[path]
        if path == "include/dh/error.def":
            return "reference/errors.md"
        if path.startswith("include/dh/"):
            return f"reference/api/{os.path.basename(path)}.md"
        if path.startswith("docs/man/"):
            return f"reference/{os.path.basename(path)}.md"
        if path.startswith("docs/pictures/"):
            return path.removeprefix("docs/")
        if os.path.isdir(os.path.join(TOP, path)):
            for index in ("README.md", "index.md"):
                if f"{path}/{index}" in self.pages:
                    return self.pages[f"{path}/{index}"]
            inside = [page for page in self.pages if page.startswith(path + "/")]
            if inside:
                return self.pages[inside[0]]
        self.sources.setdefault(path, f"source/{path}.md")
        return self.sources[path]

    def write(self, path, text):
        whole = os.path.join(self.out, path)
        os.makedirs(os.path.dirname(whole), exist_ok=True)
        with open(whole, "w", encoding="utf-8") as file:
            file.write(text)

    # What GitHub reads in one way and mkdocs in another

    def link(self, page, match):
        text, goal = match.groups()
        path, hash_, anchor = goal.partition("#")
        if re.match(r"[a-z][a-z0-9+.-]*:", goal) or not path:
            return match.group(0)
        target = self.target(os.path.normpath(os.path.join(os.path.dirname(page), path)))
        target = os.path.relpath(target, os.path.dirname(self.pages[page]) or ".")
        if target.endswith(".svg") and text.startswith("!"):  # a picture has its colours for light and for dark
            return "".join(f"{text}({target[:-4]}.{scheme}.svg#only-{scheme})" for scheme in ("light", "dark"))
        return f"{text}({target}{hash_}{anchor})"

    def prose(self, page, line):
        pieces = re.split(r"(`[^`]*`)", line)
        whole = re.sub(r"\x00(\d+)\x00", lambda match: pieces[int(match.group(1))],
                       LINK.sub(lambda match: self.link(page, match),
                                "".join(piece if at % 2 == 0 else f"\x00{at}\x00" for at, piece in enumerate(pieces))))
        return whole

    def page(self, page):
        """The text of a page of the tree, for mkdocs."""
        out, fence, mark, before = [], None, None, ""
        for line in api.read(page).split("\n"):
            found = FENCE.match(line)
            if fence:
                fence = None if found and line.strip() == fence else fence
            elif found:
                fence = found.group(1)
                if mark:
                    language = line.strip()[len(fence):] or LANGUAGES.get(os.path.splitext(mark.group(2))[1], "text")
                    title = mark.group(2) if mark.group(1) == "file" else f"change {mark.group(2)}"
                    line, mark = f'{fence}{language} title="{title}"', None
            else:
                mark = MARK.match(line) or (mark if not line else None)
                if re.match(r"(?:[-*]|\d+\.) ", line) and before and not re.match(r"(?:[-*]|\d+\.|  |\||#)", before):
                    out.append("")  # a list may follow a line at once there, not here
                line = self.prose(page, line)
            out.append(line)
            before = line
        return "\n".join(out)

    # Pages that are made

    def make_pages(self):
        for page, placed in self.pages.items():
            self.write(placed, self.page(page))
        words = api.Words()
        self.write("reference/errors.md", api.errors_page(words))
        self.write("reference/api/index.md", self.api_index())
        for name in api.headers():
            text = api.page(name, words)
            self.write(f"reference/api/{name}.md", text)
            for source in re.findall(r"\]\(\.\./\.\./source/(\S+)\.md\)", text):
                self.target(source)
        for path in tracked("docs/man/*.[0-9]"):
            self.write(self.target(path), self.manual(path))
        for path in list(self.sources):
            self.write(self.sources[path], self.source(path))

    @staticmethod
    def api_index():
        rows = [f"| [`{name}`]({name}.md) | {' '.join(api.Header(name).title()[0].split())} |".replace("<", "&lt;") for name in api.headers()]
        return ("# The API, header by header\n\nMade from the comments in `include/dh`, which say what a call does, its arguments, its errors, who may "
                "call it and whether it waits. Generated code is typed names for these calls. [All errors](../errors.md).\n\n| header | |\n|---|---|\n"
                + "\n".join(rows) + "\n")

    @staticmethod
    def manual(path):
        run = subprocess.run(["mandoc", "-T", "markdown", path], cwd=TOP, capture_output=True, text=True, check=True)
        name, section = os.path.basename(path).rsplit(".", 1)
        text = re.sub(r"\A.*?(?=^# )", "", run.stdout, flags=re.S | re.M)
        text = re.sub(r"^(#+) ", r"#\1 ", re.sub(r"\n[^\n]*\Z", "\n", text.rstrip() + "\n"), flags=re.M)
        return f"# {name}({section})\n\n{text}"

    @staticmethod
    def source(path):
        """A file of the tree as a page; of a folder, what is in it."""
        whole = os.path.join(TOP, path)
        if os.path.isdir(whole):
            return f"# {path}\n\n" + "\n".join(f"- `{name}`" for name in tracked(path)) + "\n"
        language = LANGUAGES.get(os.path.splitext(path)[1], "text")
        return f"---\nsearch:\n  exclude: true\n---\n\n# {os.path.basename(path)}\n\n`{path}`\n\n``````{language}\n{api.read(path)}``````\n"

    def pictures(self):
        for path in tracked("docs/pictures/*.svg"):
            text = api.read(path)
            media = re.compile(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n( *)\}\n", re.S)
            self.write(path.removeprefix("docs/")[:-4] + ".light.svg", media.sub("", text))
            self.write(path.removeprefix("docs/")[:-4] + ".dark.svg", media.sub(r"\1\n", text))
        for path in tracked("docs/pictures/*.png"):
            target = os.path.join(self.out, path.removeprefix("docs/"))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(TOP, path), target)

    # Navigation

    def heading(self, placed):
        with open(os.path.join(self.out, placed), encoding="utf-8") as file:
            found = re.search(r"^# (.*?)(?: \{.*\})?$", file.read(), re.M)
        title = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", found.group(1)) if found else placed
        return title or placed

    def section(self, folder):
        pages = sorted(placed for placed in self.listed() if os.path.dirname(placed) == folder and not placed.endswith("index.md"))
        index = [f"{folder}/index.md"] if os.path.exists(os.path.join(self.out, folder, "index.md")) else []
        if folder not in ("tutorial", "decisions", "examples"):
            pages.sort(key=lambda placed: self.heading(placed).lower())
        items = [{self.heading(placed): placed} for placed in index + pages]
        for placed in sorted(self.listed()):
            if os.path.dirname(os.path.dirname(placed)) == folder and placed.endswith("/index.md"):
                inside = os.path.dirname(placed)
                if folder == "reference":
                    items.append({"API": [{self.heading(placed): placed}] + [{name: f"{inside}/{name}.md"} for name in api.headers()]})
                else:
                    items.append({f"{os.path.basename(inside)[:3]} {self.heading(placed)}": placed})
        return items

    def listed(self):
        found = []
        for folder, _, names in os.walk(self.out):
            found += [os.path.relpath(os.path.join(folder, name), self.out) for name in names if name.endswith(".md")]
        return found

    def navigation(self):
        project = [{self.heading(placed): placed} for placed in sorted(self.listed()) if placed.startswith("project/")]
        return [{"Home": "index.md"}] + [{title: self.section(folder)} for title, folder in SECTIONS] + [{"Project": project}]


def configure(site, out):
    """mkdocs.yml with the navigation; mkdocs reads JSON for YAML, and so does nobody have to quote titles."""
    with open(os.path.join(HERE, "mkdocs.yml"), encoding="utf-8") as file:
        text = file.read()
    text = text.replace("@HERE@", HERE).replace("@OUT@", out)
    with open(os.path.join(out, "mkdocs.yml"), "w", encoding="utf-8") as file:
        file.write(f"{text}nav: {json.dumps(site.navigation())}\n")


def search_without_server(out):
    """Browsers fetch nothing for a page that was opened as a file: so the index is a script, too."""
    with open(os.path.join(out, "html/search/search_index.json"), encoding="utf-8") as file:
        index = file.read()
    worker = os.path.join(out, "html/assets/javascripts/workers")
    name = next(name for name in os.listdir(worker) if re.match(r"search\.\w+\.min\.js$", name))
    with open(os.path.join(worker, name), encoding="utf-8") as file:
        code = file.read()
    with open(os.path.join(out, "html/search/search_index.js"), "w", encoding="utf-8") as file:
        file.write(f"var dhSearch = {{ index: {index}, worker: {json.dumps(code)} }};\n".replace("</", "<\\/"))


def outside(out):
    """What pages of the site would fetch from elsewhere."""
    fetched = re.compile(r'<(?:script|img|iframe|source|video)\b[^>]*\bsrc="(?:https?:)?//[^"]*"|<link\b[^>]*\brel="(?:stylesheet|preconnect|icon|preload)"'
                         r'[^>]*\bhref="(?:https?:)?//[^"]*"|<link\b[^>]*\bhref="(?:https?:)?//[^"]*"[^>]*\brel="(?:stylesheet|preconnect|icon|preload)"'
                         r'|@import|url\((?:https?:)?//')
    for folder, _, names in os.walk(os.path.join(out, "html")):
        for name in names:
            if name.endswith((".html", ".css")):
                path = os.path.join(folder, name)
                with open(path, encoding="utf-8") as file:
                    text = re.sub(r"<pre.*?</pre>", "", file.read(), flags=re.S)
                yield from (f"{os.path.relpath(path, out)}: {found.group(0)}" for found in fetched.finditer(text))


def main(arguments):
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    out = os.path.abspath(arguments[0])
    shutil.rmtree(out, ignore_errors=True)
    site = Site(out)
    site.make_pages()
    site.pictures()
    configure(site, out)
    run = subprocess.run(["mkdocs", "build", "--strict", "--quiet", "-f", os.path.join(out, "mkdocs.yml")], check=False,
                         env=dict(os.environ, PYTHONPATH=HERE))
    if run.returncode != 0:
        return 1
    search_without_server(out)
    wrong = list(outside(out))
    for line in wrong:
        print(f"FAILED: a page fetches from elsewhere: {line}")
    print(f"{len(site.listed())} pages: {os.path.relpath(os.path.join(out, 'html/index.html'))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
