# SPDX-License-Identifier: Apache-2.0
"""The package as type checkers see it: strict, and with a class of dhgen's a message has the fields of the schema."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import support

PACKAGE = support.HERE.parents[1] / "runtime" / "python"
os.environ["MYPY_CACHE_DIR"] = os.devnull
PROGRAM = """\
import dh
from all_dh import Everything
for s in dh.Consumer("a", Everything):
    reveal_type(s.grid)
with dh.Producer("a", Everything) as p, p.write(timeout=1) as m:
    m.u1 = "wrong"
reveal_type(dh.Consumer("a").read())
"""


class Checked(unittest.TestCase):
    def test_a_message_has_the_types_of_its_class(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([os.environ["DH_DHGEN"], "build", "--lang", "python", "--out", folder, support.ALL], check=True)
            pathlib.Path(folder, "use.py").write_text(PROGRAM, encoding="ascii")
            done = subprocess.run(["/usr/bin/mypy", "--strict", "--no-error-summary", "use.py"], cwd=folder, text=True,
                                  capture_output=True, check=False, env=os.environ | {"MYPYPATH": str(PACKAGE)})
        said = done.stdout.replace("builtins.", "").splitlines()
        self.assertEqual(said, [
            'use.py:4: note: Revealed type is "list[list[float]]"',
            'use.py:6: error: Incompatible types in assignment (expression has type "str", variable has type "int")'
            '  [assignment]',
            'use.py:7: note: Revealed type is "Any"'], done.stderr)

    def test_the_package_and_its_tests_pass_the_checkers(self):
        for command in (["mypy", "--strict", "--no-error-summary", "dh"],
                        ["flake8", "--max-line-length=128", "--ignore=E125", "dh", str(support.HERE)]):
            done = subprocess.run(["/usr/bin/" + command[0], *command[1:]], cwd=PACKAGE, text=True, capture_output=True,
                                  check=False)
            self.assertEqual(done.stdout + done.stderr, "", command)


if __name__ == "__main__":
    if not os.access("/usr/bin/mypy", os.X_OK) or not os.access("/usr/bin/flake8", os.X_OK):
        print("SKIPPED: there is no mypy and flake8; ./dev setup installs them")
        sys.exit(77)
    support.main()
