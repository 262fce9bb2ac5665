# SPDX-License-Identifier: MIT
"""Makes pytest items of the C test programs in the build folder, so that one runner, one report
and one `-k` cover C and Python alike.

Naming a folder such as tests/unit stands for its programs too: everything executable under
$DAVIT_BUILD/tests/unit. Programs speak the protocol of tests/support/runner.h. Those of
tests/engine run once an engine.
"""

import os
import pathlib
import re
import shlex

import pytest

import processes

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
SUITES = ("unit", "header", "engine", "faults")
TEST_SECONDS = 60
WRAPPED_SECONDS = 600
LIST_SECONDS = 30


def build_folder():
    return pathlib.Path(os.environ.get("DAVIT_BUILD") or REPOSITORY / "build/test").resolve()


def engine_kinds(config):
    return config.getoption("--engine") or ["docker", "podman"]


def engine_host(kind):
    """The address of an engine booted for the tests. That there is none is a failure, no skip."""
    host = os.environ.get(f"DAVIT_TEST_{kind.upper()}_HOST")
    if not host:
        pytest.fail(f"no {kind} is running for the tests: use ./test.sh", pytrace=False)
    return host


def runs_on_an_engine(item):
    """Whether an item, of C or Python, is one of those that run once an engine."""
    return bool(getattr(item, "engine", None)) or "engine" in getattr(item, "fixturenames", ())


def add_program_folders(config):
    """Whoever names tests/unit, or nothing, means the C programs of the suite too."""
    wanted = [pathlib.Path(config.invocation_params.dir, arg) for arg in config.args]
    for suite in SUITES:
        source = REPOSITORY / "tests" / suite
        programs = build_folder() / "tests" / suite
        named = any(path == source or path in source.parents for path in map(_resolved, wanted))
        if named and programs.is_dir():
            config.args.append(str(programs))


def _resolved(path):
    return pathlib.Path(os.path.abspath(path))


class Plugin:
    def pytest_collect_file(self, file_path, parent):
        folder = build_folder() / "tests"
        if folder not in file_path.parents or not is_program(file_path):
            return None
        name = file_path.relative_to(folder).as_posix()
        return Program.from_parent(parent, path=file_path, nodeid=f"tests/{name}")


def is_program(path):
    if not path.is_file() or not os.access(path, os.X_OK) or ".so" in path.name:
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


class Program(pytest.File):
    def collect(self):
        suite = self.nodeid.split("/")[1]
        wrapper = shlex.split(self.config.getoption("--davit-wrapper"))
        if wrapper:  # starting it costs more than the tests do: all of them in one go
            tests = [""]
        else:
            tests = list_tests(self.path)
        for test in tests:
            yield from self.items(suite, test, wrapper)

    def items(self, suite, test, wrapper):
        shown = test or "all"
        if suite != "engine":
            yield ProgramTest.from_parent(self, name=shown, test=test, wrapper=wrapper)
            return
        for kind in engine_kinds(self.config):
            yield ProgramTest.from_parent(self, name=f"{shown}[{kind}]", test=test,
                                          wrapper=wrapper, engine=kind)


def list_tests(program):
    status, out, err = processes.run([program, "--list"], LIST_SECONDS)
    names = out.decode(errors="replace").split()
    if status != 0 or not names:
        raise Program.CollectError(f"{program} --list: status {status}, {len(names)} tests\n"
                                   f"{err.decode(errors='replace')}")
    return names


class ProgramFailed(Exception):
    pass


class ProgramTest(pytest.Item):
    def __init__(self, *, test, wrapper, engine=None, **rest):
        super().__init__(**rest)
        self.command = [*wrapper, str(self.path), *([test] if test else [])]
        self.timeout = WRAPPED_SECONDS if wrapper else TEST_SECONDS
        self.engine = engine

    def runtest(self):
        env = dict(os.environ)
        if self.engine:
            env.update(DAVIT_TEST_ENGINE=self.engine, DAVIT_TEST_HOST=engine_host(self.engine))
        try:
            status, out, _ = processes.run(self.command, self.timeout, merge=True, env=env)
        except processes.TimedOut as error:
            raise ProgramFailed(str(error)) from None
        text = out.decode(errors="replace")
        if status != 0:
            ended = f"signal {-status}" if status < 0 else f"status {status}"
            raise ProgramFailed(f"{shlex.join(self.command)}: {ended}\n{text}")
        if re.search(r"^\[  SKIPPED \] [1-9]", text, re.MULTILINE):
            pytest.skip(f"{self.nodeid} skipped itself")

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, ProgramFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        return self.path, None, f"{self.parent.nodeid}::{self.name}"
