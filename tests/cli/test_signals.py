# SPDX-License-Identifier: MIT
"""Ctrl-C and its like, at every stage."""

import signal
import socket
import time

import pytest
from cli_helpers import BASE, LOOP, container, is_running, prune_images, read_line, wait_until


@pytest.fixture(scope="module", autouse=True)
def pruned():
    yield
    prune_images()


def started(davit, name, *options):
    """A foreground run of a container that answers signals."""
    process = davit.start("run", "--name", name, *options, BASE, "sh", "-c", LOOP)
    assert read_line(process.stdout) == "ready"
    return process


@pytest.mark.parametrize("number, status, answer", [
    (signal.SIGINT, 9, "got INT"), (signal.SIGTERM, 8, "got TERM")])
def test_signals_are_passed_on(davit, name, number, status, answer):
    process = started(davit, name, "--rm")
    process.send_signal(number)
    result = davit.finish(process)
    assert (result.status, result.out, result.err) == (status, answer + "\n", "")


def test_container_goes_on_after_a_signal_that_does_not_end_it(davit, name):
    process = started(davit, name, "--rm")
    for _ in range(3):
        process.send_signal(signal.SIGUSR1)
        assert read_line(process.stdout) == "got USR1"
    process.send_signal(signal.SIGTERM)
    assert davit.finish(process).status == 8


def test_sig_proxy_can_be_switched_off(davit, engine, name):
    process = started(davit, name, "--sig-proxy=false")
    process.send_signal(signal.SIGINT)
    result = davit.finish(process)
    assert result.status == 130
    assert "cancelled, and it is left running: 'davit rm -f " in result.err
    assert "got INT" not in result.out
    assert is_running(engine, name)


def test_third_interrupt_leaves_a_deaf_container(davit, engine, name):
    process = davit.start("run", "--name", name, BASE, "sh", "-c",
                          "trap '' INT; echo ready; while :; do sleep 1; done")
    assert read_line(process.stdout) == "ready"
    for _ in range(3):
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)  # three signals at once would count as one
    result = davit.finish(process)
    assert result.status == 130
    assert "cancelled, and it is left running: 'davit rm -f " in result.err
    assert is_running(engine, name)


def test_ignored_signals_stay_ignored(davit, name):
    """As nohup has it: what the caller ignores is not brought to life."""
    process = davit.start("run", "--rm", "--name", name, BASE, "sh", "-c", LOOP,
                          preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    assert read_line(process.stdout) == "ready"
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    result = davit.finish(process)
    assert (result.status, result.out) == (8, "got TERM\n")


def test_interrupted_build_leaves_nothing(davit, engine, name, no_leftovers):
    process = davit.start("build", "--no-cache", "-t", f"localhost/{name}", "-")
    process.stdin.write(f"FROM {BASE}\nRUN echo build-{name}; sleep 60\n".encode())
    process.stdin.close()
    process.stdin = None
    for line in process.stderr:
        if f"build-{name}".encode() in line and b"RUN" not in line and b"STEP" not in line:
            break
    process.send_signal(signal.SIGINT)
    result = davit.finish(process)
    assert result.status == 130
    assert "CANCELED" in result.err
    assert "cancelled" in result.err.splitlines()[-1]


@pytest.mark.parametrize("arguments", [["build", "-"], ["build", "-f", "-", "."]])
def test_interrupt_while_waiting_for_stdin(davit, arguments):
    process = davit.start("--log-level", "debug", *arguments)
    process.stderr.readline()  # the engine is open, signals are handled
    wait_until(lambda: "do_poll" in wchan(process) or "poll" in wchan(process),
               what="reading stdin")
    process.send_signal(signal.SIGINT)
    process.stdin_kept, process.stdin = process.stdin, None
    result = davit.finish(process)
    process.stdin_kept.close()
    assert result.status == 130


def wchan(process):
    with open(f"/proc/{process.pid}/wchan", encoding="ascii") as file:
        return file.read()


def silent_engine(folder):
    """A socket that takes connections and never answers."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(folder / "s"))
    server.listen()
    return server


@pytest.mark.parametrize("arguments, status", [
    (["ps"], 130), (["doctor"], 130), (["run", "image"], 130), (["version"], 130)])
def test_interrupt_while_the_engine_is_silent(davit_alone, short_path, arguments, status):
    with silent_engine(short_path) as server:
        process = davit_alone.start("--host", f"unix://{short_path}/s", *arguments)
        connection, _ = server.accept()
        with connection:
            connection.recv(1)
            process.send_signal(signal.SIGINT)
            assert davit_alone.finish(process, timeout=10).status == status


def test_silent_engine_is_given_up_in_time(davit_alone, short_path):
    with silent_engine(short_path):
        host = f"unix://{short_path}/s"
        result = davit_alone("--host", host, "--timeout", "300ms", "ps", timeout=10, status=124)
        assert host in result.err
        assert "--timeout said how long to wait" in result.err
        davit_alone("--host", host, "--timeout", "300ms", "run", "image", timeout=10, status=125)


def test_run_that_takes_too_long_is_left(davit, engine, name):
    result = davit("--timeout", "1s", "run", "--name", name, BASE, "sleep", "100", status=125)
    assert "timeout, and it is left running: 'davit rm -f " in result.err
    assert is_running(engine, name)


def test_interrupted_follow_ends_quietly(davit, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "echo ready; sleep 100", status=0)
    process = davit.start("logs", "-f", name)
    assert read_line(process.stdout) == "ready"
    process.send_signal(signal.SIGINT)
    result = davit.finish(process)
    assert (result.status, result.out, result.err) == (130, "", "")


def test_interrupted_wait_ends_quietly(davit, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    process = davit.start("--log-level", "debug", "wait", name)
    process.stderr.readline()
    time.sleep(0.5)  # nothing tells that it waits
    process.send_signal(signal.SIGTERM)
    assert davit.finish(process).status == 143


def test_interrupted_exec_ends_and_leaves_the_container(davit, engine, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    process = davit.start("exec", name, "sh", "-c", "echo ready; sleep 100")
    assert read_line(process.stdout) == "ready"
    process.send_signal(signal.SIGINT)
    assert davit.finish(process).status == 130
    assert is_running(engine, name)


def test_interrupted_stop_ends_at_once(davit, engine, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "trap '' TERM; while :; do sleep 1; done",
          status=0)
    process = davit.start("--log-level", "debug", "stop", "-t", "60", name)
    process.stderr.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    assert davit.finish(process).status == 130
    assert container(engine, name)
