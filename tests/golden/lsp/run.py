#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run.py DHGEN [NAME...]: plays transcripts (*.txt) to `dhgen lsp` and compares what it says. UPDATE=1 rewrites.

A transcript has blocks. `>> COMMAND` and the lines below it go to the server, `<< ...` is what came back. A cursor is shown
by a bar: `>> hover imu.dhs "acc|el:"` asks at that place of the text as it is then (the first that fits; of several: `#2`).

  disk NAME          the lines become a file              open NAME [VERSION]     ... a text that nobody has saved
  change NAME "a|b|c" [VERSION]   what stands between the bars is replaced by the lines (or one JSON string)   text NAME [VERSION]  all of it is
  close NAME, remove NAME, saved NAME       METHOD NAME "cursor" [JSON]     a request; the JSON is added to its parameters
  completion shows one line an item, sorted as an editor sorts them; textDocument/completion all of it
  send, notify METHOD, raw, burst           any message; bytes as they are; several commands in one write
  start [OPTION...]  a new server; the lines below are parameters of `initialize`. `bare`: without it; `shown`: with its answer
  stop               shutdown and exit          exit, end      without shutdown; without even that
In JSON `$W` is the folder's URI.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BARRIER = "barrier"
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1, 2]}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "completion": {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
    },
}
SHORT = {"hover", "definition", "typeDefinition", "references", "documentHighlight", "documentSymbol", "completion",
         "formatting", "codeAction", "foldingRange", "inlayHint", "prepareRename", "rename"}


class Failure(Exception):
    pass


# ---- what is shown -----------------------------------------------------------------------------

def place(p):
    return f"{p['line']}:{p['character']}"


def shorten(value):
    """Ranges as one word, texts of several lines as lists of lines."""
    if isinstance(value, dict):
        if set(value) == {"start", "end"} and "line" in value["start"]:
            return f"{place(value['start'])}-{place(value['end'])}"
        if set(value) == {"line", "character"}:
            return place(value)
        return {k: shorten(v) for k, v in value.items()}
    if isinstance(value, list):
        return [shorten(v) for v in value]
    if isinstance(value, str) and "\n" in value:
        return value.split("\n")
    return value


def brief(items):
    """Completions, one line each; the edit's range is the same for all."""
    lines, ranges = [], set()
    for item in items:
        edit, docs = item["textEdit"], item.get("documentation", {}).get("value", "")
        ranges.add(f"{place(edit['range']['start'])}-{place(edit['range']['end'])}")
        text = edit["newText"] if edit["newText"] != item["label"] else ""
        parts = [text.replace("\n", "\\n").replace("\t", "\\t"), item.get("detail", ""), docs.replace("\n", " ")]
        lines.append((item.get("sortText", item["label"]), " | ".join([item["label"], *filter(None, parts)])))
    return [f"replaces {', '.join(sorted(ranges))}"] + [line for _, line in sorted(lines, key=lambda l: l[0])]


def show(value, indent=0, width=132):
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent + 20 <= width or not isinstance(value, (dict, list)) or not value:
        return flat
    pad = " " * (indent + 2)
    if isinstance(value, dict):
        items = [f"{pad}{json.dumps(k)}: {show(v, indent + 2, width)}" for k, v in value.items()]
        return "{\n" + ",\n".join(items) + "\n" + " " * indent + "}"
    return "[\n" + ",\n".join(pad + show(v, indent + 2, width) for v in value) + "\n" + " " * indent + "]"


# ---- the server --------------------------------------------------------------------------------

class Server:
    def __init__(self, dhgen, folder, arguments):
        self.folder = folder
        environment = dict(os.environ, LC_ALL="C.UTF-8")
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([dhgen, "lsp", *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors, env=environment, cwd=folder)

    def write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError:
            pass

    def read(self):
        length = None
        while True:
            line = self.process.stdout.readline()
            if not line:
                return None
            if line == b"\r\n":
                break
            name, _, value = line.decode("ascii").partition(":")
            if not line.endswith(b"\r\n") or name != "Content-Length":
                raise Failure(f"a bad header: {line!r}")
            length = int(value)
        body = self.process.stdout.read(length)
        return json.loads(body.decode("utf-8"))

    def wait(self):
        self.process.stdin.close()
        rest = []
        while (message := self.read()) is not None:
            rest.append(message)
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors.seek(0)
        text = self.errors.read().decode("utf-8", "replace")
        self.errors.close()
        return rest, status, text


def frame(message):
    body = json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


# ---- playing -----------------------------------------------------------------------------------

class Player:
    def __init__(self, dhgen, folder, std):
        self.dhgen, self.folder, self.std = dhgen, folder, std
        self.server, self.texts, self.next_id, self.encoding = None, {}, 0, "utf-16"
        self.is_brief = False

    def uri(self, name):
        if name.startswith("STD/"):
            return "file://" + self.std + name[3:]
        return name if ":" in name else f"file://{self.folder}/{name}"

    def tidy(self, text):
        text = text.replace(f"file://{self.folder}/", "").replace(self.folder + "/", "").replace(self.folder, ".")
        return text.replace("file://" + self.std, "STD").replace(self.std, "STD")

    def render(self, message):
        if "method" in message:
            head, value = message["method"], message.get("params")
            if "id" in message:
                head += f" {message['id']}"
        elif "error" in message:
            head, value = "error", message["error"]
        else:
            head, value = "result", message["result"]
        if isinstance(value, dict) and "serverInfo" in value:
            value["serverInfo"]["version"] = "VERSION"
        value = json.loads(self.tidy(json.dumps(value)))
        if self.is_brief and head == "result" and value and value["items"]:
            return "<< result\n" + "\n".join(brief(value["items"])) + "\n"
        shown = shorten(value)
        return f"<< {head}\n{show(shown)}\n"

    def position(self, name, needle):
        """Of the bar, or of all bars, in the needle."""
        number = 1
        if match := re.fullmatch(r'(".*")#(\d+)', needle):
            needle, number = match[1], int(match[2])
        parts = json.loads(needle).split("|")
        text, at = self.texts[name], -1
        for _ in range(number):
            at = text.find("".join(parts), at + 1)
        if at < 0:
            raise Failure(f"{needle} is not in {name}")
        found = []
        for part in parts[:-1]:
            at += len(part)
            found.append(self.count(text[:at]))
        return found

    def count(self, before):
        line = before.count("\n")
        last = before[before.rfind("\n") + 1:]
        units = last.encode("utf-8") if self.encoding == "utf-8" else last.encode("utf-16-le")
        return {"line": line, "character": len(units) // (1 if self.encoding == "utf-8" else 2)}

    # what a command sends: a list of messages

    def request(self, method, params):
        self.next_id += 1
        return {"jsonrpc": "2.0", "id": self.next_id, "method": method, "params": params}

    @staticmethod
    def notice(method, params):
        return {"jsonrpc": "2.0", "method": method, "params": params}

    def change(self, name, words, body):
        where = self.position(name, words[0])
        text, replaced = self.texts[name], json.loads(words[0].partition('"#')[0] + ('"' if '"#' in words[0] else ""))
        parts = replaced.split("|")
        at = text.find("".join(parts))
        begin = at + len(parts[0])
        end = begin + (len(parts[1]) if len(parts) > 2 else 0)
        self.texts[name] = text[:begin] + body + text[end:]
        span = {"start": where[0], "end": where[-1]}
        return self.did_change(name, words[1:], [{"range": span, "text": body}])

    def did_change(self, name, words, changes):
        version = int(words[0]) if words else None
        document = {"uri": self.uri(name), "version": version}
        return [self.notice("textDocument/didChange", {"textDocument": document, "contentChanges": changes})]

    def messages(self, words, body):
        verb, rest = words[0], words[1:]
        if verb == "disk":
            path = pathlib.Path(self.folder, rest[0])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
            return []
        if verb == "remove":
            os.remove(os.path.join(self.folder, rest[0]))
            return []
        if verb == "open":
            self.texts[rest[0]] = body
            document = {"uri": self.uri(rest[0]), "languageId": "dhs", "version": int(rest[1]) if rest[1:] else 1, "text": body}
            return [self.notice("textDocument/didOpen", {"textDocument": document})]
        if verb == "text":
            self.texts[rest[0]] = body
            return self.did_change(rest[0], rest[1:], [{"text": body}])
        if verb == "change":
            body = body[:-1] if body.endswith("\n") else body
            return self.change(rest[0], rest[1:], json.loads(body) if re.fullmatch(r'".*"', body) else body)
        if verb in ("close", "saved"):
            method = "textDocument/did" + ("Close" if verb == "close" else "Save")
            return [self.notice(method, {"textDocument": {"uri": self.uri(rest[0])}})]
        if verb == "send":
            return [json.loads(body)]
        if verb == "notify":
            return [self.notice(rest[0], json.loads(body) if body.strip() else {})]
        if verb in SHORT or "/" in verb:
            return [self.ask(verb, rest)]
        raise Failure(f"no command '{verb}'")

    def ask(self, verb, rest):
        params = {"textDocument": {"uri": self.uri(rest[0])}} if rest else {}
        for word in rest[1:]:
            if word.startswith('"'):
                found = self.position(rest[0], word)
                if verb in ("codeAction", "inlayHint"):
                    params["range"] = {"start": found[0], "end": found[-1]}
                else:
                    params["position"] = found[0]
            else:
                params.update(json.loads(word))
        if verb == "formatting":
            params["options"] = {"tabSize": 4, "insertSpaces": True}
        if verb == "codeAction":
            params.setdefault("context", {"diagnostics": []})
        if verb == "references":
            params.setdefault("context", {"includeDeclaration": True})
        return self.request(verb if "/" in verb else "textDocument/" + verb, params)

    def start(self, words, body):
        bare, shown = words[:1] == ["bare"], words[:1] == ["shown"]
        words = words[1:] if bare or shown else words
        self.server = Server(self.dhgen, self.folder, words)
        if bare:
            return []
        params = {"processId": None, "rootUri": f"file://{self.folder}", "capabilities": CAPABILITIES}
        extra = json.loads(body) if body.strip() else {}
        params.update(extra)
        offered = params["capabilities"].get("general", {}).get("positionEncodings", [])
        self.encoding = "utf-8" if "utf-8" in offered else "utf-16"
        said = self.exchange(frame(self.request("initialize", params)))
        said += self.exchange(frame(self.notice("initialized", {})))
        return said if shown else []

    def exchange(self, data):
        """Sends, and a request that nobody knows behind it: what comes before its answer was said of the data."""
        self.server.write(data + frame({"jsonrpc": "2.0", "id": BARRIER, "method": "test/barrier"}))
        said = []
        while True:
            message = self.server.read()
            if message is None:
                return said
            if message.get("id") == BARRIER:
                return said
            said.append(message)

    def finish(self, data=b""):
        if data:
            self.server.write(data)
        rest, status, errors = self.server.wait()
        self.server = None
        text = "".join(self.render(m) for m in rest)
        return text + f"<< ends with {status}\n" + self.tidy(errors)

    def play(self, line, body):
        words = split(line)
        self.is_brief = words[0] == "completion"
        if words[0] in ("start", "send", "notify", "raw"):
            body = body.replace("$W", f"file://{self.folder}")
        if words[0] == "start":
            return "".join(self.render(m) for m in self.start(words[1:], body))
        if self.server is None:
            self.start([], "")
        if words[0] == "stop":
            said = self.exchange(frame(self.request("shutdown", None)))
            return "".join(self.render(m) for m in said) + self.finish(frame(self.notice("exit", None)))
        if words[0] == "exit":
            return self.finish(frame(self.notice("exit", None)))
        if words[0] == "end":
            return self.finish()
        if words[0] == "raw":
            data = body.rstrip("\n").encode("utf-8").decode("unicode_escape").encode("latin-1")
            return self.finish(data) if words[1:] == ["end"] else self.said(data)
        if words[0] == "burst":
            return self.said(b"".join(frame(m) for part in body.splitlines() for m in self.messages(split(part), "x\n")))
        return self.said(b"".join(frame(m) for m in self.messages(words, body)))

    def said(self, data):
        return "".join(self.render(m) for m in self.exchange(data)) if data else ""


def split(line):
    """Words; one that begins with a quote or a brace goes to where its JSON ends."""
    words, decoder, at = [], json.JSONDecoder(), 0
    while at < len(line):
        if line[at] == " ":
            at += 1
        elif line[at] in '"{[':
            _, end = decoder.raw_decode(line, at)
            tail = re.match(r"#\d+", line[end:])
            end += tail.end() if tail else 0
            words.append(line[at:end])
            at = end
        else:
            end = line.find(" ", at)
            end = len(line) if end < 0 else end
            words.append(line[at:end])
            at = end
    return words


# ---- transcripts -------------------------------------------------------------------------------

def blocks(text):
    """(line, body) of each command; what is said of it comes behind, and is made anew. Comments belong to what follows."""
    found, comment, current = [], [], None
    for line in text.splitlines():
        if line.startswith(">> "):
            current = ["\n".join(comment) + "\n" if comment else "", line[3:], []]
            comment = []
            found.append(current)
        elif line.startswith("<< "):
            current = None
        elif line.startswith("# "):
            comment.append(line)
            current = None
        elif current is not None:
            current[2].append(line)
    return found


def body_of(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return "".join(line + "\n" for line in lines)


def replay(dhgen, path, std):
    with tempfile.TemporaryDirectory() as folder:
        player, out = Player(dhgen, os.path.realpath(folder), std), []
        for comment, line, lines in blocks(path.read_text(encoding="utf-8")):
            body = body_of(lines)
            try:
                said = player.play(line, body)
            except (Failure, ValueError, KeyError) as error:
                raise Failure(f"{path.name}: '>> {line}': {error!r}") from error
            out.append(f"{comment}>> {line}\n{body}{said}")
        if player.server:
            out.append(player.play("stop", ""))
            out[-1] = ">> stop\n" + out[-1]
        return "\n".join(out)


def differences(path, wanted, got):
    import difflib
    return "".join(difflib.unified_diff(wanted.splitlines(True), got.splitlines(True), str(path), "what it says now"))


def main():
    dhgen = os.path.realpath(sys.argv[1])
    std = os.path.realpath(HERE / "../../../idl/std")
    os.environ["DH_IDL_STD"] = std
    names = sys.argv[2:] or sorted(p.stem for p in HERE.glob("*.txt") if p.name != "CMakeLists.txt")
    failed = 0
    for name in names:
        path = HERE / f"{name}.txt"
        wanted, got = path.read_text(encoding="utf-8"), replay(dhgen, path, std)
        if os.environ.get("UPDATE"):
            path.write_text(got, encoding="utf-8")
        elif wanted != got:
            failed += 1
            sys.stdout.write(differences(path, wanted, got))
    print(f"{len(names) - failed} transcripts passed, {failed} failed")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"lsp: {failure}")
