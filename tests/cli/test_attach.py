# SPDX-License-Identifier: MIT
"""attach, detach keys, the size of the terminal: as somebody at one sees them."""

import fcntl
import os
import signal
import struct
import termios

import pytest
from cli_helpers import BASE, container, is_running
from test_terminal import terminal  # noqa: F401  # pylint: disable=unused-import

NO_ENGINE = {"DAVIT_HOST": "unix:///nowhere/docker.sock"}
SHELL = "stty -echo; while read line; do echo \"got $line\"; [ $line = end ] && exit 6; done"


@pytest.fixture
def shell(davit, name):
    """A container with a terminal that answers what is typed."""
    davit("run", "-d", "-it", "--stop-timeout", "0", "--name", name, BASE, "sh", "-c", SHELL,
          status=0)
    return name


def test_attach_to_a_terminal(terminal, shell):  # noqa: F811
    seat = terminal("attach", shell)
    seat.type("one\r")
    seat.expect("got one")
    assert not seat.is_cooked()
    seat.type("end\r")
    assert seat.end() == 6
    assert seat.is_cooked()


@pytest.mark.parametrize("arguments, keys", [
    ([], "\x10\x11"), (["--detach-keys", "ctrl-a,d"], "\x01d"),
])
def test_keys_detach_and_it_goes_on(engine, terminal, shell, arguments, keys):  # noqa: F811
    seat = terminal("container", "attach", *arguments, shell)
    seat.type("one\r")
    seat.expect("got one")
    seat.type(keys)
    assert seat.end() == 0
    assert seat.is_cooked()
    assert is_running(engine, shell)
    again = terminal("attach", shell)
    again.type("end\r")
    assert again.end() == 6


def test_keys_detach_from_run_and_exec(engine, terminal, name):  # noqa: F811
    seat = terminal("run", "-it", "--name", name, BASE, "sh")
    seat.expect("# ")
    seat.type("\x10\x11")
    assert seat.end() == 0
    assert is_running(engine, name)
    seat = terminal("exec", "-it", "--detach-keys", "ctrl-x", name, "sh")
    seat.expect("# ")
    seat.type("\x18")
    assert seat.end() == 0
    assert is_running(engine, name)


def resize(seat, columns, rows):
    fcntl.ioctl(seat.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    os.kill(seat.process.pid, signal.SIGWINCH)


WATCH = "old=; while :; do new=$(stty size); [ \"$new\" = \"$old\" ] || echo \"size $new.\"; " \
        "old=$new; sleep 0.05; done"


@pytest.mark.parametrize("verb", ["run", "exec", "attach"])
def test_size_of_the_terminal_is_followed(davit, terminal, name, verb):  # noqa: F811
    if verb == "run":
        command = ["run", "--rm", "-it", "--name", name, BASE, "sh", "-c", WATCH]
    else:
        script = WATCH if verb == "attach" else "exec sleep 1000"
        davit("run", "-d", "-it", "--name", name, BASE, "sh", "-c", script, status=0)
        command = ["attach", name] if verb == "attach" else \
            ["exec", "-it", name, "sh", "-c", WATCH]
    seat = terminal(*command, columns=97, rows=31)
    seat.expect(r"size 31 97\.")
    resize(seat, 120, 40)
    seat.expect(r"size 40 120\.")
    davit("rm", "-f", name, status=0)
    seat.end()


def test_attach_without_a_terminal(davit, name):
    davit("run", "-d", "-i", "--name", name, BASE, "sh", "-c",
          "read line; echo got $line; echo oops >&2; exit 3", status=0)
    result = davit("attach", name, stdin="hello\n", status=3)
    assert (result.out, result.err) == ("got hello\n", "oops\n")


def test_signals_reach_what_is_attached_to(davit, engine, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c",
          "trap 'echo got TERM; exit 9' TERM; while :; do echo beat; sleep 0.1; done", status=0)
    process = davit.start("attach", "--no-stdin", name)
    assert process.stdout.readline() == b"beat\n"
    process.send_signal(signal.SIGTERM)
    result = davit.finish(process)
    assert result.status == 9 and "got TERM" in result.out
    assert container(engine, name)["State"]["ExitCode"] == 9


def test_signals_end_davit_alone_without_the_proxy(davit, engine, name):
    davit("run", "-d", "--stop-timeout", "0", "--name", name, BASE, "sh", "-c",
          "while :; do echo beat; sleep 0.1; done", status=0)
    process = davit.start("attach", "--no-stdin", "--sig-proxy=false", name)
    assert process.stdout.readline() == b"beat\n"
    process.send_signal(signal.SIGINT)
    assert davit.finish(process).status == 130
    assert is_running(engine, name)


def test_attach_needs_a_running_container(davit, name):
    davit("create", "--name", name, BASE, status=0)
    assert f"davit: attach {name}: it is not running" in davit("attach", name, status=5).err
    assert "no-such-container" in davit("attach", "no-such-container", status=4).err


def test_attach_ends_in_time(davit, name):
    davit("run", "-d", "--stop-timeout", "0", "--name", name, BASE, "sleep", "1000", status=0)
    assert name in davit("--timeout", "300ms", "attach", "--no-stdin", name, status=124).err


@pytest.mark.parametrize("verb, status", [("attach", 2), ("exec", 125), ("run", 125)])
@pytest.mark.parametrize("keys", ["", "ctrl-", "alt-x", "a,,b", "ctrl-p,"])
def test_keys_that_are_none_are_refused(davit_alone, verb, status, keys):
    result = davit_alone(verb, "--detach-keys", keys, "x", "true", env=NO_ENGINE, status=status) \
        if verb != "attach" else davit_alone(verb, "--detach-keys", keys, "x", env=NO_ENGINE,
                                             status=status)
    assert result.err.startswith(
        f"davit: {verb}: --detach-keys '{keys}': expected keys such as ctrl-p,ctrl-q or ctrl-a,d")
