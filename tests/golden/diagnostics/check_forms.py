# SPDX-License-Identifier: Apache-2.0
"""Looks at what programs are told: python3 check_forms.py JSON-FOLDER SARIF-FOLDER [SCHEMA]

Every document must have the documented members and no others, positions must lie in the file and
agree with its bytes, and JSON and SARIF must say the same. With the public schema of SARIF 2.1.0 and
python3-jsonschema each SARIF file is validated too; without them this ends with 77.
"""

import json
import pathlib
import sys
from urllib.parse import unquote

PLACE = {"file", "line", "column", "end_line", "end_column", "offset", "length"}
DIAGNOSTIC = {"code", "severity", "message", "notes", "edits"}
complaints = []


def require(condition, name, text):
    if not condition:
        complaints.append(f"{name}: {text}")


def position(data, offset):
    """Line and column of an offset, found another way than the compiler's."""
    start = data.rfind(b"\n", 0, offset) + 1
    if start == 0 and data.startswith(b"\xef\xbb\xbf"):
        start = 3
    before = data[start:offset]
    return data.count(b"\n", 0, offset) + 1, sum(1 for byte in before if byte & 0xC0 != 0x80) + 1


def check_place(name, place):
    require(PLACE <= place.keys(), name, f"a place lacks {PLACE - place.keys()}")
    path = pathlib.Path(place["file"])
    if not path.is_file():
        return  # standard input
    data = path.read_bytes()
    end = place["offset"] + place["length"]
    require(end <= len(data), name, f"{place} lies behind the end")
    require(position(data, place["offset"]) == (place["line"], place["column"]), name, f"{place} starts elsewhere")
    require(position(data, end) == (place["end_line"], place["end_column"]), name, f"{place} ends elsewhere")


def check_json(path):
    name, document = path.name, json.loads(path.read_text(encoding="utf-8"))
    require(document.keys() == {"version", "errors", "warnings", "not_listed", "diagnostics"}, name, "members of the document")
    require(document["version"] == 1, name, "version")
    listed = document["diagnostics"]
    count = {kind: sum(d["severity"] == kind for d in listed) for kind in ("error", "warning")}
    require(document["not_listed"] == document["errors"] + document["warnings"] - len(listed), name, "not_listed")
    if document["not_listed"] == 0:
        require(count == {"error": document["errors"], "warning": document["warnings"]}, name, "counts")
    for d in listed:
        optional = d.keys() - DIAGNOSTIC - PLACE
        require(DIAGNOSTIC <= d.keys() and optional <= {"label", "help"}, name, f"members {sorted(d)}")
        if "file" in d:
            check_place(name, d)
        for note in d["notes"]:
            require(note.keys() - PLACE == {"text"}, name, f"a note of {sorted(note)}")
            if "file" in note:
                check_place(name, note)
        for edit in d["edits"]:
            require(edit.keys() == PLACE | {"text"}, name, f"an edit of {sorted(edit)}")
            check_place(name, edit)
    return document


def check_region(name, region):
    start = region["startLine"], region["startColumn"]
    require(min(start) >= 1 and (region["endLine"], region["endColumn"]) >= start, name, f"region {region}")


def check_sarif(path):
    name, document = path.name, json.loads(path.read_text(encoding="utf-8"))
    require(document["version"] == "2.1.0" and len(document["runs"]) == 1, name, "one run of version 2.1.0")
    run = document["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    require(rules == sorted(set(rules)), name, "rules are in order, each once")
    require(set(rules) == {result["ruleId"] for result in run["results"]}, name, "exactly the rules in use")
    for rule in run["tool"]["driver"]["rules"]:
        require(len(rule["help"]["text"]) > 20 and rule["shortDescription"]["text"], name, f"no help for {rule['id']}")
    for result in run["results"]:
        require(rules[result["ruleIndex"]] == result["ruleId"], name, "ruleIndex points at another rule")
        for location in result["locations"] + result.get("relatedLocations", []):
            place = location["physicalLocation"]
            uri = place["artifactLocation"]["uri"]
            require(not uri.startswith("/") and "\\" not in uri and " " not in uri, name, f"URI {uri}")
            check_region(name, place["region"])
        for fix in result.get("fixes", []):
            for change in fix["artifactChanges"]:
                for replacement in change["replacements"]:
                    check_region(name, replacement["deletedRegion"])
    return document


def compare(name, own, sarif):
    """Both forms come from one object."""
    results = sarif["runs"][0]["results"]
    require(len(results) == len(own["diagnostics"]), name, "JSON and SARIF have other lengths")
    for d, result in zip(own["diagnostics"], results):
        require((d["code"], d["severity"]) == (result["ruleId"], result["level"]), name, f"{d['code']} differs")
        require(result["message"]["text"].startswith(d["message"]), name, f"the text of {d['code']} differs")
        require(bool(d["edits"]) == ("fixes" in result), name, f"the fixes of {d['code']} differ")
        if result["locations"]:
            place = result["locations"][0]["physicalLocation"]
            require(unquote(place["artifactLocation"]["uri"]) == d["file"], name, f"the file of {d['code']} differs")
            region = place["region"]
            require((region["startLine"], region["startColumn"]) == (d["line"], d["column"]), name, "the place differs")


def validate(documents, schema_path):
    if not schema_path:
        print("check_forms: SKIPPED validation by the public schema: npm gives no @microsoft/jest-sarif, and SARIF_SCHEMA names none")
        return 77
    try:
        import jsonschema
    except ImportError:
        print("check_forms: SKIPPED validation by the public schema: there is no python3-jsonschema")
        return 77
    validator = jsonschema.Draft7Validator(json.loads(pathlib.Path(schema_path).read_text(encoding="utf-8")))
    broken = json.loads(json.dumps(documents["imu.json"]))
    broken["runs"][0]["results"][0]["level"] = "catastrophe"
    require(list(validator.iter_errors(broken)), "schema", "accepts what it must not: it checks nothing")
    for name, document in documents.items():
        for error in validator.iter_errors(document):
            complaints.append(f"{name}: {list(error.path)}: {error.message[:200]}")
    print(f"check_forms: {len(documents)} documents are valid by {pathlib.Path(schema_path).name}")
    return 0


def main():
    own = {path.name: check_json(path) for path in sorted(pathlib.Path(sys.argv[1]).iterdir())}
    sarif = {path.name: check_sarif(path) for path in sorted(pathlib.Path(sys.argv[2]).iterdir())}
    require(len(own) > 50, "json", "hardly any document to look at")
    for name in own:
        compare(name, own[name], sarif[name])
    status = validate(sarif, sys.argv[3] if len(sys.argv) > 3 else "")
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else status


sys.exit(main())
