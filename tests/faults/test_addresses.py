# SPDX-License-Identifier: MIT
"""Addresses that were given and are no good: one clear error, in time, and no other engine."""

import os
import pathlib
import shutil
import socket
import subprocess
import threading

import pytest

NOBODY = 65534

HTML = (b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
        b"<html><head><title>500</title></head><body>nginx</body></html>")
PING = (b"HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nServer: Docker/20.10.24 (linux)\r\n"
        b"Content-Length: 2\r\n\r\nOK")


class FakeEngine:
    """Answers GET /_ping and everything else with fixed bytes, then closes; None: no answer."""

    def __init__(self, path, ping, rest=b""):
        self.answers = (ping, rest)
        self.host = f"unix://{path}"
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(16)
        self.held = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        while request := connection.recv(65536):
            is_ping = b"/_ping " in request.split(b"\r\n", 1)[0]
            answer = self.answers[0 if is_ping else 1]
            if answer is None:
                self.held.append(connection)
                return
            try:
                connection.sendall(answer)
            except OSError:  # it has seen enough
                break
            if answer is not PING:
                break
        connection.close()

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for connection in self.held:
            connection.close()


@pytest.fixture
def fake(short_path):
    engines = []

    def start(ping, rest=b""):
        engines.append(FakeEngine(short_path / f"{len(engines)}.sock", ping, rest))
        return engines[-1].host

    yield start
    for engine in engines:
        engine.close()


def refused(davit, host, status, *parts):
    """The command fails so; the message is one line and names the address."""
    result = davit("--host", host, "ps", timeout=60)
    assert result.status == status, result
    assert result.out == ""
    lines = [line for line in result.err.splitlines() if not line.startswith("hint:")]
    assert len(lines) == 1 and lines[0].startswith("davit: "), result
    for part in (host, *parts):
        assert part in lines[0], result


def test_nothing_there(davit_alone, short_path):
    refused(davit_alone, f"unix://{short_path}/none.sock", 3, "no such socket")


def test_stale_socket(davit_alone, short_path):
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(f"{short_path}/stale.sock")
    refused(davit_alone, f"unix://{short_path}/stale.sock", 3, "nothing listens there")


def test_file_that_is_no_socket(davit_alone, short_path):
    (short_path / "file").write_text("")
    refused(davit_alone, f"unix://{short_path}/file", 3, "not a socket")


GARBAGE = {
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "tls": b"\x16\x03\x01\x00\xa5\x01\x00",
    "cut in the first line": b"HTTP/1.1 2",
    "cut in the body": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nOK",
    "empty lines": b"\r\n\r\n\r\n",
    "nothing": b"",
    "zeros": b"\x00" * 300000,
}
BROKEN = {
    "page": HTML,
    "garbage": b"nonsense\r\n\r\n",
    "nothing": b"",
    "cut JSON": b"HTTP/1.1 200 OK\r\n\r\n[{",
    "cut body": b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n[]",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_and_cut_answers(davit_alone, fake, kind):
    refused(davit_alone, fake(GARBAGE[kind]), 1, "GET /_ping: ")


def test_page_of_a_web_server(davit_alone, fake):
    refused(davit_alone, fake(HTML), 1, "status 500 (text/html: <html>", "not how a container engine")


@pytest.mark.seconds(60)
def test_silence(davit_alone, fake):
    refused(davit_alone, fake(None), 124, "no answer")


@pytest.mark.parametrize("kind", BROKEN)
def test_engine_that_breaks_after_the_first_answer(davit_alone, fake, kind):
    result = davit_alone("--host", fake(PING, BROKEN[kind]), "ps")
    assert result.status == 1, result
    assert result.err.startswith("davit: ")


def test_other_kind_of_engine(davit_alone, fake):
    host = fake(PING)
    result = davit_alone("--engine", "podman", "--host", host, "ps")
    assert result.status == 3
    assert "Docker 20.10.24 answers there, but Podman was asked for" in result.err


def test_engine_of_the_future(davit_alone, fake):
    host = fake(PING.replace(b"1.41", b"1.99"),
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                b'{"ApiVersion": "1.99", "MinAPIVersion": "1.60", "Version": "77.0"}')
    result = davit_alone("--host", host, "ps")
    assert result.status == 7
    assert "too new: its API begins at 1.60" in result.err


def test_variable_is_named(davit_alone, short_path):
    for variable in ("DAVIT_HOST", "DOCKER_HOST", "CONTAINER_HOST"):
        result = davit_alone("ps", env={variable: f"unix://{short_path}/none"})
        assert result.status == 3
        assert f"davit: {variable}: unix://{short_path}/none: no such socket" in result.err


def test_addresses_of_no_known_kind(davit_alone):
    for host in ("npipe:////./pipe/docker_engine", "tcp://", "tcp://host:0", "tcp://host/path"):
        result = davit_alone("ps", env={"DOCKER_HOST": host})
        assert result.status == 2
        assert f"davit: DOCKER_HOST: {host}: " in result.err


@pytest.fixture
def as_nobody(davit_program):
    """Runs the command as a user without any rights."""
    folder = pathlib.Path("/run/davit-test-public")
    folder.mkdir(mode=0o755)
    program = shutil.copy(davit_program, folder / "davit")
    os.chmod(program, 0o755)

    def run(*arguments):
        env = {"PATH": "/nonexistent", "HOME": "/nonexistent"}
        return subprocess.run([program, *arguments], env=env, user=NOBODY, group=NOBODY,
                              extra_groups=[], cwd="/", capture_output=True, text=True, timeout=30,
                              check=False)

    yield run
    shutil.rmtree(folder)


def place_socket(path, mode):
    listener = socket.socket(socket.AF_UNIX)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    listener.bind(path)
    os.chmod(path, mode)
    listener.listen()
    return listener


def test_socket_without_permission(as_nobody):
    with place_socket("/run/davit-test-public/engine.sock", 0o600):
        result = as_nobody("--host", "unix:///run/davit-test-public/engine.sock", "ps")
    assert result.returncode == 6
    assert "no permission to use this socket" in result.stderr
    assert "run as root" in result.stderr


def test_usual_socket_without_permission_is_told(as_nobody):
    path = "/run/docker.sock"
    if not os.path.samefile("/var/run", "/run"):
        path = "/var/run/docker.sock"
    assert not os.path.exists(path)  # the world of the tests has an empty /run
    try:
        with place_socket(path, 0o660):
            result = as_nobody("ps")
            doctor = as_nobody("doctor")
    finally:
        os.unlink(path)
    assert result.returncode == 6
    assert "docker.sock: no permission to use this socket" in result.stderr
    assert "no other engine answers" in result.stderr
    assert any(line.split()[1:2] == ["permission"] for line in doctor.stdout.splitlines()), doctor
