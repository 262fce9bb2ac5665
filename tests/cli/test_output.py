# SPDX-License-Identifier: MIT
"""Streams that are closed, full or broken."""

import os
import subprocess

import pytest
from cli_helpers import BASE, is_running


def run(davit, *arguments, **streams):
    """The command with other streams than pipes; a closed one is None."""
    def close():
        for number, stream in enumerate(("stdin", "stdout", "stderr")):
            if stream in streams and streams[stream] is None:
                os.close(number)
    given = {name: subprocess.PIPE if stream is None else stream for name,
             stream in streams.items()}
    return davit.finish(davit.start(*arguments, preexec_fn=close, **given))


@pytest.fixture
def full():
    with open("/dev/full", "wb") as file:
        yield file


@pytest.mark.parametrize("arguments", [
    ["ps", "-a"], ["images"], ["version"], ["info"], ["--help"], ["help", "run"], ["--version"],
    ["completion", "bash"], ["inspect", BASE], ["ps", "--format", "json"]])
def test_full_disk_is_an_error(davit, full, arguments):
    result = run(davit, *arguments, stdout=full)
    assert result.status == 1
    assert result.err == "davit: standard output: No space left on device\n"


def test_full_disk_in_a_container_s_output(davit, name, full):
    davit("run", "--name", name, BASE, "seq", "1", "10", status=0)
    result = run(davit, "logs", name, stdout=full)
    assert result.status == 1
    assert result.err == "davit: logs: writing the output: No space left on device\n"
    result = run(davit, "run", "--rm", BASE, "echo", "x", stdout=full)
    assert result.status == 125
    assert "No space left on device" in result.err


def test_failure_keeps_its_exit_code_on_a_full_disk(davit, full):
    result = run(davit, "rm", "no-such-container", stdout=full)
    assert result.status == 4


@pytest.mark.parametrize("arguments", [["ps", "-a"], ["help"], ["images"]])
def test_closed_stdout_is_an_error(davit, arguments):
    result = run(davit, *arguments, stdout=None)
    assert result.status == 1
    assert result.err.startswith("davit: standard output: ")


def test_closed_stdin_is_an_empty_one(davit, name):
    result = run(davit, "run", "--rm", "-i", BASE, "sh", "-c", "cat; echo end", stdin=None)
    assert (result.status, result.out) == (0, "end\n")
    result = run(davit, "build", "-", stdin=None)
    assert result.status == 2 and "standard input is empty" in result.err


def test_all_streams_closed(davit, engine, name):
    result = run(davit, "run", "-d", "--name", name, BASE, "sleep", "100", stdin=None, stdout=None,
                 stderr=None)
    assert result.status == 1  # the id could not be printed
    assert is_running(engine, name)


def broken_pipe(davit, *arguments):
    """The command, writing to a reader that has gone away after the first bytes."""
    process = davit.start(*arguments)
    process.stdout.read(1)
    process.stdout.close()
    process.stdout = None
    return davit.finish(process)


def test_reader_that_goes_away_is_no_error(davit, name):
    davit("run", "--name", name, BASE, "seq", "1", "200000", status=0)
    result = broken_pipe(davit, "logs", name)
    assert (result.status, result.err) == (141, "")
    result = broken_pipe(davit, "run", "--rm", BASE, "seq", "1", "200000")
    assert (result.status, result.err) == (141, "")


def test_messages_stay_on_one_line(davit, name):
    """What a container is called or runs cannot draw on the terminal."""
    davit("create", "--name", name, BASE, "echo", "\033[31mred\nline", status=0)
    result = davit("ps", "-a", "--no-trunc", "--filter", f"name={name}", status=0)
    assert len(result.lines()) == 2
    assert "\033" not in result.out


def test_json_is_utf8_whatever_a_container_says(davit, name):
    davit("run", "--name", name, BASE, "printf", r"a\377\000b\303\251", status=0)
    shown = davit("logs", "--format", "result", name, status=0).json()
    assert shown["data"]["stdout"].rstrip("\n") == "a\ufffd\0b\u00e9"
