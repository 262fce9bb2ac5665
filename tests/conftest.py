# SPDX-License-Identifier: MIT
"""Options, fixtures and the report that every suite shares. `./test.sh` sets the stage: it builds,
boots the engines and calls pytest."""

import json
import os
import pathlib
import re
import secrets
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent / "support"))

import cmocka_items  # noqa: E402
import processes  # noqa: E402
from engine_api import EngineApi  # noqa: E402
from sshd import Sshd  # noqa: E402

DAVIT_SECONDS = 30
TEST_SECONDS = 300
STDERR_LIMIT = 4000


def pytest_addoption(parser):
    group = parser.getgroup("davit")
    group.addoption("--engine", action="append", choices=("docker", "podman"),
                    help="only on this engine (both unless given)")
    group.addoption("--davit-part", choices=("engine", "no-engine"),
                    help="only tests that run on an engine, or only those that do not")
    group.addoption("--davit-wrapper", default="", metavar="COMMAND",
                    help="run the C test programs under this command, such as "
                         "'valgrind -q --error-exitcode=99 --leak-check=full'")


def pytest_configure(config):
    config.addinivalue_line("markers", "seconds(N): the test may take that long")
    config.pluginmanager.register(cmocka_items.Plugin(), "davit-cmocka")
    cmocka_items.add_program_folders(config)


def pytest_collection_modifyitems(config, items):
    part = config.getoption("--davit-part")
    if not part:
        return
    others = [item for item in items
              if cmocka_items.runs_on_an_engine(item) != (part == "engine")]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in set(others)]


# ---- no test hangs for ever ----


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item):
    """Fails a test that takes longer than 300 seconds, or what @pytest.mark.seconds(N) says."""
    marker = item.get_closest_marker("seconds")
    limit = marker.args[0] if marker else TEST_SECONDS
    if isinstance(item, cmocka_items.ProgramTest):
        limit = 0  # has a limit of its own

    def expired(_signal, _frame):
        raise processes.TimedOut(f"the test took longer than {limit} seconds")

    signal.signal(signal.SIGALRM, expired)
    signal.alarm(limit)
    yield
    signal.alarm(0)


# ---- counts for the last line of test.sh ----


def pytest_terminal_summary(terminalreporter):
    target = os.environ.get("DAVIT_TEST_COUNTS")
    if not target:
        return
    stats = {kind: len(reports) for kind, reports in terminalreporter.stats.items()}
    counts = {
        "passed": stats.get("passed", 0) + stats.get("xpassed", 0),
        "failed": stats.get("failed", 0) + stats.get("error", 0),
        "skipped": stats.get("skipped", 0) + stats.get("xfailed", 0),
    }
    with open(target, "w", encoding="utf-8") as file:
        file.write("{passed} {failed} {skipped}\n".format(**counts))


# ---- engines ----


def pytest_generate_tests(metafunc):
    if "engine" in metafunc.fixturenames:
        kinds = cmocka_items.engine_kinds(metafunc.config)
        metafunc.parametrize("engine", kinds, indirect=True)


@pytest.fixture
def engine(request):
    """An engine booted for the tests: .kind, .host, .request(method, path, body) straight to its
    socket. A test that takes it runs once on each engine."""
    return EngineApi(request.param, cmocka_items.engine_host(request.param))


@pytest.fixture
def name(request):
    """A name no other test uses, valid for containers, images, volumes and networks. What is
    named so, or starts so, is removed after the test."""
    words = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower()).strip("-")[:32].strip("-")
    unique = f"{words}-{secrets.token_hex(3)}"
    if "engine" not in request.fixturenames:
        yield unique
        return
    api = request.getfixturevalue("engine")
    yield unique
    remove_all_named(api, unique)


@pytest.fixture
def no_leftovers(engine, name):  # after `name`, so that it looks before that one tidies up
    """Fails the test if the engine holds more or fewer objects after it than before."""
    before = inventory(engine)
    yield
    after = inventory(engine)
    changed = {kind: sorted(before[kind] ^ after[kind]) for kind in before}
    changed = {kind: names for kind, names in changed.items() if names}
    assert not changed, f"left behind or missing on {engine.kind}: {changed}"


def inventory(api):
    """The names of everything an engine holds."""
    images = api.expect("GET", "/images/json?all=1")
    return {
        "containers": {one["Id"] for one in api.expect("GET", "/containers/json?all=1")},
        "images": {one["Id"] for one in images}
        | {tag for one in images for tag in one["RepoTags"] or ()},
        "volumes": {one["Name"] for one in api.expect("GET", "/volumes")["Volumes"] or ()},
        "networks": {one["Name"] for one in api.expect("GET", "/networks")},
    }


def remove_all_named(api, prefix):
    """Remove every object whose name begins so, or whose image reference has such a part."""
    for container in api.expect("GET", "/containers/json?all=1"):
        if any(one.lstrip("/").startswith(prefix) for one in container["Names"]):
            path = f"/containers/{container['Id']}?force=1&v=1"
            if api.kind == "podman":  # the compatible route can wait out the stop timeout
                path = f"/v4.0.0/libpod/containers/{container['Id']}?force=true&timeout=0&volumes=true"
            api.request("DELETE", path)
    for image in api.expect("GET", "/images/json"):
        for tag in image["RepoTags"] or ():
            if any(part.startswith(prefix) for part in tag.split("/")):
                api.request("DELETE", f"/images/{tag}?force=1")
    for volume in api.expect("GET", "/volumes")["Volumes"] or ():
        if volume["Name"].startswith(prefix):
            api.request("DELETE", f"/volumes/{volume['Name']}?force=1")
    for network in api.expect("GET", "/networks"):
        if network["Name"].startswith(prefix):
            api.request("DELETE", f"/networks/{network['Name']}")


# ---- the command under test ----


class Result:
    """What a command did: .status (negative: the signal that ended it), .out, .err, as text."""

    def __init__(self, command, status, out, err):
        self.command = command
        self.status = status
        self.raw = out
        self.out = out.decode(errors="replace")
        self.err = err.decode(errors="replace")

    def __repr__(self):
        return (f"$ {shlex.join(map(str, self.command))}\nstatus {self.status}\n"
                f"stdout: {self.out[-STDERR_LIMIT:]}\nstderr: {self.err[-STDERR_LIMIT:]}")

    def json(self):
        return json.loads(self.out)

    def lines(self):
        return self.out.splitlines()


class Davit:
    """The command, called with its arguments: davit("ps", "-a", stdin="", env={}, timeout=30)."""

    def __init__(self, program, options):
        self.program = program
        self.options = options
        self.started = []

    def command(self, arguments):
        return [str(self.program), *self.options, *map(str, arguments)]

    def environment(self, env):
        merged = {**os.environ, **(env or {})}
        return {key: value for key, value in merged.items() if value is not None}

    def __call__(self, *arguments, stdin=b"", env=None, cwd=None, timeout=DAVIT_SECONDS,
                 status=None):
        """Run it to its end. `status`, if given, is the exit status it must have. An environment
        variable set to None is unset."""
        command = self.command(arguments)
        sent = stdin.encode() if isinstance(stdin, str) else stdin
        result = Result(command, *processes.run(command, timeout, sent, self.environment(env), cwd))
        assert status is None or result.status == status, f"expected status {status}: {result}"
        return result

    def start(self, *arguments, env=None, **options):
        """Start it and return the subprocess.Popen, in a session of its own; it is killed at the
        end of the test if it still runs. Streams are pipes unless told otherwise."""
        streams = {stream: subprocess.PIPE for stream in ("stdin", "stdout", "stderr")}
        process = subprocess.Popen(self.command(arguments), env=self.environment(env),
                                   start_new_session=True, **{**streams, **options})
        self.started.append(process)
        return process

    def finish(self, process, timeout=DAVIT_SECONDS):
        """Wait for what start() returned, closing its stdin: a Result."""
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            processes.kill_group(process)
            raise processes.TimedOut(f"killed after {timeout} seconds: {process.args}") from None
        return Result(process.args, process.returncode, out or b"", err or b"")

    def clean_up(self):
        for process in self.started:
            processes.kill_group(process)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()


@pytest.fixture(scope="session")
def davit_program():
    program = cmocka_items.build_folder() / "davit"
    if not program.exists():
        pytest.fail(f"{program} has not been built: use ./test.sh", False)
    return program


@pytest.fixture
def davit(davit_program, engine):
    """The command, told to use the engine of this test."""
    command = Davit(davit_program, ["--host", engine.host])
    yield command
    command.clean_up()


@pytest.fixture
def davit_alone(davit_program):
    """The command without an engine: it finds one by itself, or does not need one."""
    command = Davit(davit_program, [])
    yield command
    command.clean_up()


@pytest.fixture(scope="session")
def sshd(tmp_path_factory):
    """An sshd on the loopback, see support/sshd.py."""
    one = Sshd(tmp_path_factory.mktemp("sshd"))
    yield one
    one.close()


@pytest.fixture
def short_path():
    """A private folder with a path short enough for unix sockets."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix="d", dir=os.environ.get("TMPDIR")))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
