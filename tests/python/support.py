# SPDX-License-Identifier: Apache-2.0
"""What the tests of the binding share: where things are, and Python programs that run beside."""
import os
import pathlib
import subprocess
import sys
import textwrap
import unittest

HERE = pathlib.Path(__file__).resolve().parent
TYPED = HERE.parent / "process" / "languages" / "typed.dhs"
ALL = HERE / "all.dhs"
os.environ["DH_BROKER"] = "/nonexistent/dh.sock"  # directly


class Program:
    """Another Python that runs `code`, which says a line by say() and waits for one by hear()."""

    PRELUDE = textwrap.dedent("""\
        import os, sys, threading, time
        import dh
        def say(text='ready'): print(text, flush=True)
        def hear(): return sys.stdin.readline().strip()
        """)

    def __init__(self, code, *args):
        self.process = subprocess.Popen([sys.executable, "-c", self.PRELUDE + textwrap.dedent(code), *map(str, args)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def line(self):
        line = self.process.stdout.readline().strip()
        assert line, self.process.communicate()[1]
        return line

    def tell(self, text="go"):
        print(text, file=self.process.stdin, flush=True)

    def end(self, timeout=60):
        """Its status, and what it said on standard error."""
        _, said = self.process.communicate(timeout=timeout)
        return self.process.returncode, said

    def kill(self):
        self.process.kill()
        self.process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()


def main():
    unittest.main(argv=[sys.argv[0], *sys.argv[1:]], verbosity=1)
