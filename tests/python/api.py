# SPDX-License-Identifier: Apache-2.0
"""The reference page names every call, member and error of the module, and none that is not there."""
import pathlib
import re
import subprocess
import sysconfig
import unittest

import dh
import support

PAGE = (support.HERE.parents[1] / "docs" / "reference" / "python-api.md").read_text(encoding="utf-8")


def section(title):
    return re.search(rf"^## {title}.*?(?=^## |\Z)", PAGE, re.M | re.S).group(0)


def members(cls):
    return {name for one in cls.__mro__[:-1] for name in vars(one) if name[0] != "_"}


class Api(unittest.TestCase):
    def test_each_class_has_the_members_that_its_table_names(self):
        for cls in (dh.Consumer, dh.Producer, dh.Observer, dh.Zone):
            table = "\n".join(re.findall(r"^\| (.*?) \|", section(cls.__name__), re.M))
            named = set(re.findall(r"`(\w+)[(`]", table)) - {"member", "with", "next"}
            self.assertEqual(named, members(cls), cls.__name__)
        text = section("Struct, Array")
        for name in members(dh.Array):
            self.assertRegex(text, rf"`{name}[(`]")

    def test_each_public_name_is_on_the_page(self):
        functions = section("Functions") + section("Errors")
        for name in dh.__all__:
            if name not in ("recovery", "Consumer", "Producer", "Observer", "Zone", "Struct", "Array", "Error"):
                self.assertRegex(functions, rf"`{name}[(`]")

    def test_each_call_of_recovery_is_on_the_page(self):
        self.assertEqual(set(re.findall(r"^\| `(\w+)\(", section("recovery"), re.M)), set(dh.recovery.__all__))

    def test_each_error_is_caught_as_it_says_and_of_the_code_it_says(self):
        rows = re.findall(r"^\| (`\w+Error`[^|]*) \|([^|]*)\| ([^|]*) \|$", section("Errors"), re.M)
        said = set()
        for names, builtin, codes in rows:
            names, codes = re.findall(r"`(\w+)`", names), re.findall(r"`(DH_\w+)`", codes)
            self.assertEqual(len(names), len(codes), names)
            for name, code in zip(names, codes):
                cls = getattr(dh, name)
                said.add(cls)
                self.assertEqual([one.__name__ for one in cls.__bases__[1:]], re.findall(r"`(\w+)`", builtin), name)
                self.assertEqual(cls.code, CODES[code])
        self.assertEqual(said, {c for c in vars(dh).values() if isinstance(c, type) and issubclass(c, dh.Error)} - {dh.Error})


class StableAbi(unittest.TestCase):
    def test_the_extension_asks_python_for_nothing_that_a_later_one_may_not_have(self):
        binary = pathlib.Path(dh._dh.__file__)
        self.assertTrue(binary.name.endswith(".abi3.so"), binary.name)
        wanted = set(re.findall(r" U (_?Py\w+)", run("nm", "-D", "--undefined-only", binary)))
        self.assertIn("PyType_FromModuleAndSpec", wanted)
        promised = run("cc", "-E", "-DPy_LIMITED_API=0x030B0000", "-DPY_SSIZE_T_CLEAN", "-I", sysconfig.get_paths()["include"],
                       "-include", "Python.h", "-x", "c", "/dev/null")
        self.assertEqual(wanted - set(re.findall(r"\w+", promised)), set())


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


CODES = {"DH_" + name: int(number) for name, number in re.findall(
    r"^DH_ERROR\((\w+), *(-\d+)", (support.HERE.parents[1] / "include" / "dh" / "error.def").read_text(encoding="utf-8"), re.M)}

if __name__ == "__main__":
    support.main()
