# SPDX-License-Identifier: MIT
"""ssh to an engine: one clear error for whatever goes wrong, and nothing left behind."""

import os
import pathlib
import signal
import time

import pytest
from sshd import make_key

BASE = "localhost/davit-test:base"


@pytest.fixture
def near(davit_alone, sshd, monkeypatch):
    """The command, with the program ssh that knows the tests' sshd."""
    monkeypatch.setenv("PATH", sshd.env["PATH"])
    return davit_alone


@pytest.fixture(autouse=True)
def nothing_left(sshd):
    """No ssh is left after a test, and on the other side nothing of what it started."""
    yield
    deadline = time.monotonic() + 10
    while (left := programs("ssh") + programs("dial-stdio")) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left


def programs(word):
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        program = [os.path.basename(one) for one in words[:2]]
        if b"python" not in words[0] and (word.encode() in program or word.encode() in words[2:]):
            found.append(words)
    return found


def refused(result, status, *parts):
    assert result.status == status, result
    assert result.out == ""
    lines = [line for line in result.err.splitlines() if not line.startswith("hint: ")]
    assert len(lines) == 1 and lines[0].startswith("davit: the host that was given: ssh://"), result
    for part in parts:
        assert part in lines[0], result


def test_usual_socket_of_the_engine_that_is_wanted(near, sshd, engine):
    usual = {"docker": "/run/docker.sock", "podman": "/run/podman/podman.sock"}[engine.kind]
    os.makedirs(os.path.dirname(usual), exist_ok=True)
    os.symlink(engine.socket_path, usual)
    try:
        shown = near("--engine", engine.kind, "--host", sshd.host(), "version", "--format",
                     "{{.Host}}", status=0).out
    finally:
        os.unlink(usual)
    assert shown == sshd.host() + "\n"


def test_docker_comes_first_unless_podman_is_named(near, sshd, engine, tmp_path, monkeypatch):
    """Which program is started there: what the client passes on says it."""
    said = tmp_path / "said"
    client = tmp_path / "ssh"
    client.write_text(f"#!/bin/sh\nfor last; do :; done\necho \"$last\" > {said}\n"
                      f"exec {sshd.bin}/ssh \"$@\"\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    host = sshd.host(engine.socket_path)
    near("--host", host, "ps", status=0)
    assert said.read_text().startswith("sh -c 'if command -v docker >/dev/null 2>&1; then exec "
                                       f"docker --host unix://{engine.socket_path} system dial-")
    near("--engine", engine.kind, "--host", host, "ps", status=0)
    assert said.read_text().startswith(f"{engine.kind} ")
    if engine.kind == "podman":
        near("ps", env={"CONTAINER_HOST": host}, status=0)
        assert said.read_text().startswith("podman --url unix://")


def test_host_that_nobody_listens_on(near):
    refused(near("--host", "ssh://127.0.0.1:1", "ps"), 3, "Connection refused")


def test_key_that_is_not_accepted(near, sshd):
    accepted = sshd.folder / "authorized_keys"
    text = accepted.read_text()
    accepted.write_text((sshd.folder / "unknown_key.pub").read_text())
    try:
        refused(near("--host", sshd.host(), "ps"), 6, "Permission denied (publickey)",
                "asks for no password", "ssh-add")
    finally:
        accepted.write_text(text)


def test_host_that_is_not_known_is_not_asked_about(near, sshd):
    sshd.know("")
    try:
        refused(near("--host", sshd.host(), "ps"), 3, "Host key verification failed",
                "connect once by hand")
    finally:
        sshd.know(sshd.host_line)


def test_host_whose_key_changed(near, sshd, tmp_path):
    sshd.know(f"[127.0.0.1]:{sshd.port} {make_key(tmp_path / 'other')}")
    try:
        refused(near("--host", sshd.host(), "ps"), 3, "Host key verification failed")
    finally:
        sshd.know(sshd.host_line)


def test_engine_that_is_not_there(near, sshd):
    refused(near("--host", sshd.host("/run/no-engine.sock"), "ps"), 3, "no-engine.sock")


def test_machine_without_an_engine(near, sshd, tmp_path):
    """Neither program is there: PATH of the other side leads to a folder with nothing but sh."""
    settings = sshd.folder / "authorized_keys"
    text = settings.read_text()
    settings.write_text(f'command="PATH={tmp_path}; eval \\"$SSH_ORIGINAL_COMMAND\\"" {text}')
    os.symlink("/bin/sh", tmp_path / "sh")
    try:
        refused(near("--host", sshd.host(), "ps"), 3, "podman", "neither docker nor podman")
    finally:
        settings.write_text(text)


def test_program_that_is_not_installed(davit_alone, tmp_path):
    refused(davit_alone("--host", "ssh://127.0.0.1", "ps", env={"PATH": str(tmp_path)}), 3,
            "the program ssh is not in PATH")


@pytest.mark.parametrize("host, part", [
    ("ssh://", "no host is named"), ("ssh://-oProxyCommand=x", "this is no host"),
    ("ssh://a;b", "this is no host"), ("ssh://-x@host", "no user"), ("ssh://u v@host", "no user"),
    ("ssh://host:0", "port"), ("ssh://host/a'b", "the path of the socket"),
    ("ssh://host/$(x)", "the path of the socket")])
def test_addresses_that_could_mean_something_else(davit_alone, host, part):
    result = davit_alone("--host", host, "ps")
    assert result.status == 2 and part in result.err and host in result.err, result


def test_password_in_the_address_is_refused_and_not_shown(davit_alone):
    result = davit_alone("--host", "ssh://me:geheim@host", "ps")
    assert result.status == 2 and "password" in result.err and "geheim" not in result.err, result


def test_host_that_is_silent(near, tmp_path, monkeypatch):
    """The time limit ends it, and the program with it."""
    client = tmp_path / "ssh"
    client.write_text("#!/bin/sh\nexec sleep 1000\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    result = near("--timeout", "300ms", "--host", "ssh://127.0.0.1", "ps")
    assert result.status == 124, result
    assert not programs("1000")


def test_client_that_does_not_end_by_itself(near, tmp_path, monkeypatch):
    client = tmp_path / "ssh"
    client.write_text("#!/bin/sh\ntrap '' TERM\nwhile :; do sleep 0.1; done\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert near("--timeout", "300ms", "--host", "ssh://127.0.0.1", "ps").status == 124


def test_much_to_say_is_cut(near, tmp_path, monkeypatch):
    client = tmp_path / "ssh"
    client.write_text("#!/bin/sh\nyes 'a line of a long story' | head -n 20000 >&2\n"
                      "printf 'the end\\033[2J' >&2\nexit 255\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    result = near("--host", "ssh://127.0.0.1", "ps")
    refused(result, 3, "ssh: ", "a long story")
    assert len(result.err) < 700 and "\033" not in result.err


@pytest.mark.parametrize("arguments", [["logs", "-f"], ["exec"]])
def test_host_that_vanishes(near, davit, sshd, engine, name, arguments):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "echo begun; exec sleep 100", status=0)
    command = ["sh", "-c", "echo begun; sleep 100"] if arguments == ["exec"] else []
    process = near.start("--engine", engine.kind, "--host", sshd.host(engine.socket_path),
                         *arguments, name, *command)
    assert process.stdout.readline() == b"begun\n"
    for child in sshd.children():
        os.kill(child, signal.SIGKILL)
    result = near.finish(process)
    assert result.status != 0, result
    assert result.err.startswith("davit: ") and len(result.err.splitlines()) <= 2, result
    assert "Connection to 127.0.0.1 closed by remote host" in result.err


def test_interrupt_is_not_for_the_program_ssh(near, davit, sshd, engine, name):
    """Ctrl-C goes to the whole group; the container gets it, and its output still comes."""
    process = near.start("--engine", engine.kind, "--host", sshd.host(engine.socket_path), "run",
                         "--rm", "--name", name, BASE, "sh", "-c",
                         "trap 'echo caught; exit 9' INT; echo begun; while :; do sleep 0.1; done")
    assert process.stdout.readline() == b"begun\n"
    os.killpg(process.pid, signal.SIGINT)
    result = near.finish(process)
    assert (result.status, result.out) == (9, "caught\n"), result
