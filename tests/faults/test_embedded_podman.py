# SPDX-License-Identifier: MIT
"""The command where no engine answers and the podman program is installed: davit runs it itself.
Each test has storage of its own, and with it a service of its own."""

import concurrent.futures
import os
import pathlib
import signal
import stat
import time

import pytest

import base_image
from engine_api import EngineApi

IMAGE = f"{base_image.NAME}:{base_image.TAG}"


class Alone:
    """The command, and the service that it starts."""

    def __init__(self, davit, folder):
        self.davit = davit
        self.folder = folder
        settings = folder / "storage.conf"
        settings.write_text(f'[storage]\ndriver = "vfs"\ngraphroot = "{folder}/root"\n'
                            f'runroot = "{folder}/run"\n')
        self.env = {"CONTAINERS_STORAGE_CONF": str(settings)}

    def __call__(self, *arguments, env=None, **options):
        return self.davit(*arguments, env={**self.env, **(env or {})}, **options)

    def host(self):
        return self("version", "--format", "json", status=0).json()["host"]

    def services(self):
        """Process ids of the services on our storage."""
        return [pid for pid in processes() if self.env["CONTAINERS_STORAGE_CONF"] in environ(pid)
                and "\0system\0service\0" in cmdline(pid)]

    def api(self):
        return EngineApi("podman", self.host())

    def clean_up(self):
        if (self.folder / "root").exists():
            self("rm", "--force", *self("ps", "--all", "--quiet").lines())
        for pid in self.services():
            os.kill(pid, signal.SIGKILL)


def processes():
    return [int(entry.name) for entry in pathlib.Path("/proc").iterdir() if entry.name.isdigit()]


def read(path):
    try:
        return path.read_bytes().decode(errors="replace")
    except OSError:  # it ended meanwhile
        return ""


def cmdline(pid):
    return read(pathlib.Path(f"/proc/{pid}/cmdline"))


def environ(pid):
    return read(pathlib.Path(f"/proc/{pid}/environ"))


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.fixture
def alone(davit_alone, tmp_path):
    command = Alone(davit_alone, tmp_path)
    yield command
    command.clean_up()


def put_podman(folder, script):
    """A program of that name, for PATH."""
    program = folder / "bin" / "podman"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o755)
    return {"PATH": f"{program.parent}:{os.environ['PATH']}"}


def test_it_is_started_and_said_why(alone):
    version = alone("version", "--format", "json", status=0).json()
    assert version["runtime"] == "podman"
    assert version["host"].startswith("unix:///run/davit/podman-")
    assert version["chosen_by"] == "no other engine answers: Podman run by davit"
    folder = os.path.dirname(version["host"].removeprefix("unix://"))
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    assert len(alone.services()) == 1


def test_containers_run_on_it_with_settings_that_fit_this_machine(alone):
    base_image.load(alone.api(), base_image.root_archive())
    result = alone("run", "--rm", IMAGE, "sh", "-c", "ulimit -n; echo done", timeout=60)
    assert result.status == 0, result
    assert result.lines()[-1] == "done"


def test_containers_outlive_it(alone):
    base_image.load(alone.api(), base_image.root_archive())
    alone("run", "--detach", "--name", "stays", IMAGE, "sleep", "1000", status=0, timeout=60)
    [first] = alone.services()
    os.kill(first, signal.SIGKILL)
    wait_until(lambda: not alone.services())
    listed = alone("ps", "--format", "{{.Names}} {{.State}}", status=0)
    assert listed.out.split() == ["stays", "running"]
    assert alone("exec", "stays", "echo", "hello", status=0).out == "hello\n"
    alone("rm", "--force", "stays", status=0)
    assert alone.services() != [first]


def test_commands_at_once_share_one(alone):
    with concurrent.futures.ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda _: alone("ps", timeout=60), range(8)))
    assert [result.status for result in results] == [0] * 8, results
    assert len(alone.services()) == 1


def test_it_is_not_started_where_docker_was_asked_for(alone):
    result = alone("--engine", "docker", "ps")
    assert result.status == 3
    assert "no Docker answers" in result.err
    assert not alone.services()


def test_program_that_fails_is_quoted(alone):
    env = put_podman(alone.folder, "echo 'Error: the moon is in the wrong phase' >&2; exit 1\n")
    result = alone("ps", env=env)
    assert result.status == 3
    assert result.out == ""
    assert "bin/podman system service does not start" in result.err
    assert "it ended, saying: Error: the moon is in the wrong phase" in result.err
    assert "service.log" in result.err
    assert not alone.services()


@pytest.mark.seconds(120)
def test_program_that_hangs_is_ended_in_time(alone):
    env = put_podman(alone.folder, "sleep 1000 & sleep 1000\n")
    result = alone("ps", env=env, timeout=90)
    assert result.status == 3
    assert "no answer" in result.err
    wait_until(lambda: not any("sleep\x001000" in cmdline(pid) for pid in processes()))


def test_interrupted_start_leaves_nothing_running(alone):
    env = put_podman(alone.folder, "sleep 2000 & sleep 2000\n")
    process = alone.davit.start("ps", env={**alone.env, **env})
    wait_until(lambda: any("sleep\x002000" in cmdline(pid) for pid in processes()))
    process.send_signal(signal.SIGINT)
    result = alone.davit.finish(process)
    assert result.status in (130, -signal.SIGINT), result
    if result.status == 130:
        wait_until(lambda: not any("sleep\x002000" in cmdline(pid) for pid in processes()))


def test_program_that_writes_nonsense_is_an_error(alone):
    env = put_podman(alone.folder, "head -c 3000000 /dev/urandom; exit 0\n")
    result = alone("ps", env=env)
    assert result.status == 3
    assert "it ended, saying: " in result.err
    assert all(character.isprintable() or character == "\n" for character in result.err)


def test_folder_prepared_by_somebody_else_is_refused(alone):
    folder = os.path.dirname(alone.host().removeprefix("unix://"))
    for pid in alone.services():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not alone.services())
    os.chmod(folder, 0o777)
    result = alone("ps")
    os.chmod(folder, 0o700)
    assert result.status == 6
    assert "open to other users (mode 0777)" in result.err


def test_doctor_says_what_was_set_for_this_machine(alone):
    result = alone("doctor")
    assert "Podman run by davit" in result.out
    assert "no such socket" in result.out
    for subject in ("engine", "cgroup", "runtime", "limits", "disk", "dns", "storage"):
        assert any(subject in line.split()[:2] for line in result.lines()), (subject, result)
