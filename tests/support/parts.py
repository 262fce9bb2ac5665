#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Run the tests in parts, side by side, each beside engines of its own.

    parts.py [--engine docker|podman]... [--logs DIR] -- PYTEST [ARGUMENT...]

One part an engine with the tests that run on it, and one with those that take no engine of their
own, beside all of them. The parts share nothing, neither network nor folders, so a test may use a
fixed port or look at everything an engine holds: within a part tests run one after the other.

Dots are shown as they come, the rest of a part's report when it ends. The counts of all parts are
added up in the file that DAVIT_TEST_COUNTS names. Exits with the first status that is neither
success nor pytest's "no tests", if there is one.
"""

import argparse
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading

import engines
import isolation
from supervisor import PASSED_ON, handle_signals

DOTS = re.compile(r"[.FEsxX]+ *\[ *\d+%\]$")
NO_TESTS = 5


class Part:
    """The tests of one engine, or those of none, in a world with these engines."""

    def __init__(self, name, kinds, selection, options, folder):
        self.name = name
        self.counts = folder / name
        self.report = []
        kinds = [f"--engine={kind}" for kind in kinds]
        logs = [f"--logs={options.logs}/{name}"] if options.logs else []
        env = {**os.environ, "DAVIT_TEST_COUNTS": str(self.counts), "PYTHONUNBUFFERED": "1"}
        # A session of its own: a signal that the terminal sends to everybody arrives once, from us.
        self.process = subprocess.Popen(
            [engines.__file__, "run", "--with-parent", *logs, *kinds, "--", *options.command,
             *kinds, f"--davit-part={selection}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=env,
            start_new_session=True, text=True, errors="replace")
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if DOTS.match(line):
                print(f"{self.name:>10} {line}", end="", flush=True)
            else:
                self.report.append(line)
        print(f"\n---- {self.name} ----\n" + "".join(self.report), end="", flush=True)

    def finish(self):
        """Its exit status and counts."""
        self.reader.join()
        counted = self.counts.read_text() if self.counts.exists() else "0 0 0"
        return self.process.wait(), [int(number) for number in counted.split()]


def start(options, folder):
    parts = [Part(kind, [kind], "engine", options, folder) for kind in options.engine]
    return parts + [Part("no-engine", options.engine, "no-engine", options, folder)]


def run(options):
    isolation.die_with_parent(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    with tempfile.TemporaryDirectory(prefix="davit-parts-") as folder:
        parts = start(options, pathlib.Path(folder))
        handle_signals(lambda number, _frame: [part.process.send_signal(number) for part in parts])
        outcomes = [part.finish() for part in parts]
    total = [sum(numbers) for numbers in zip(*(counts for _status, counts in outcomes))]
    if os.environ.get("DAVIT_TEST_COUNTS"):
        pathlib.Path(os.environ["DAVIT_TEST_COUNTS"]).write_text("{} {} {}\n".format(*total))
    return next((status for status, _counts in outcomes if status not in (0, NO_TESTS)), 0)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="parts.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", choices=engines.KINDS)
    parser.add_argument("--logs", metavar="DIR")
    parser.add_argument("command", nargs="+", metavar="PYTEST")
    options = parser.parse_args(arguments)
    options.engine = list(dict.fromkeys(options.engine or engines.KINDS))
    return options


if __name__ == "__main__":
    sys.exit(run(parse(sys.argv[1:])))
