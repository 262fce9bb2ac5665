# SPDX-License-Identifier: MIT
"""Everything that depends on the stream beneath, over each way to an engine: TCP, TLS with client
certificates, ssh."""

import hashlib
import os
import signal

import pytest
from reach_helpers import WAYS

BASE = "localhost/davit-test:base"
MANY = 3_000_000


@pytest.fixture(params=WAYS)
def far(request, davit, engine, sshd, monkeypatch):
    """The command, told to reach the engine in this way."""
    options, closed = WAYS[request.param](engine, sshd)
    command = type(davit)(davit.program, options)
    monkeypatch.setenv("PATH", sshd.env["PATH"])
    yield command
    command.clean_up()
    if closed:
        closed.close()


def test_version_says_the_address(far, engine):
    shown = far("version", "--format", "{{.Host}} {{.ChosenBy}}", status=0).out
    host = far.options[far.options.index("--host") + 1]
    assert shown == f"{host} the host that was given\n"


def test_input_ends_and_output_still_comes(far):
    """Only a half-close tells the container that its input is over."""
    text = "".join(f"line {number}\n" for number in range(2000))
    script = "cat > /tmp/all; echo read; cat /tmp/all; exit 7"
    result = far("run", "--rm", "-i", BASE, "sh", "-c", script, stdin=text)
    assert (result.status, result.err) == (7, "")
    assert result.out == "read\n" + text


def test_much_goes_both_ways_at_once(far, name):
    sent = b"".join(b"%09d\n" % number for number in range(MANY // 10))
    far("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = far("exec", "-i", name, "cat", stdin=sent, status=0)
    assert hashlib.sha256(result.raw).digest() == hashlib.sha256(sent).digest()


def test_streams_stay_apart(far, name):
    far("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = far("exec", name, "sh", "-c", "echo out; echo err >&2; exit 3")
    assert (result.status, result.out, result.err) == (3, "out\n", "err\n")


def test_followed_log_comes_to_its_end(far, name):
    far("run", "-d", "--name", name, BASE, "sh", "-c",
        "for i in 1 2 3; do echo $i; sleep 0.1; done; exit 5", status=0)
    assert far("logs", "-f", name, status=0).out == "1\n2\n3\n"
    assert far("wait", name, status=0).out == "5\n"


def test_context_of_some_megabytes(far, name, tmp_path):
    (tmp_path / "blob").write_bytes(os.urandom(MANY))
    (tmp_path / "Dockerfile").write_text(f"FROM {BASE}\nCOPY blob /blob\n")
    tag = f"localhost/{name}"
    far("build", "-q", "-t", tag, ".", cwd=tmp_path, status=0, timeout=60)
    digest = hashlib.sha256((tmp_path / "blob").read_bytes()).hexdigest()
    assert far("run", "--rm", tag, "sha256sum", "/blob", status=0).out.split()[0] == digest


def test_interrupt_ends_a_stream_at_once(far, name):
    far("run", "-d", "--name", name, BASE, "sh", "-c", "echo begun; exec sleep 100", status=0)
    process = far.start("logs", "-f", name)
    assert process.stdout.readline() == b"begun\n"
    process.send_signal(signal.SIGINT)
    assert far.finish(process).status == 130


def test_time_limit_ends_a_wait(far, name):
    far("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = far("--timeout", "300ms", "wait", name)
    assert result.status == 124, result
