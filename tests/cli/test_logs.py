# SPDX-License-Identifier: MIT
"""`davit logs`."""

import re

import pytest
from cli_helpers import BASE, wait_until


@pytest.fixture
def done(davit, name):
    davit("run", "--name", name, BASE, "sh", "-c",
          "for i in 1 2 3 4 5; do echo out $i; sleep 0.05; echo err $i >&2; sleep 0.05; done",
          status=0)
    return name


def test_streams_are_apart(davit, done):
    result = davit("logs", done, status=0)
    assert result.lines() == [f"out {i}" for i in range(1, 6)]
    assert result.err.splitlines() == [f"err {i}" for i in range(1, 6)]


def test_order_is_kept_when_both_go_to_one_file(davit, done, tmp_path):
    with open(tmp_path / "both", "wb") as both:
        process = davit.start("logs", done, stdout=both, stderr=both)
        assert davit.finish(process).status == 0
    expected = [f"{stream} {i}" for i in range(1, 6) for stream in ("out", "err")]
    assert (tmp_path / "both").read_text().splitlines() == expected


def test_tail(davit, done):
    last = davit("logs", "--tail", "2", done, status=0)
    assert len(last.lines()) + len(last.err.splitlines()) == 2
    assert davit("logs", "-n0", done, status=0).out == ""
    assert len(davit("logs", "--tail=all", done, status=0).lines()) == 5


def test_timestamps(davit, done):
    for line in davit("logs", "-t", done, status=0).lines():
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d) out \d$", line)


def test_since_and_until(davit, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c",
          "echo early; sleep 2; echo late; sleep 100",
          status=0)
    wait_until(lambda: "late" in davit("logs", name).out, what="the second line")
    first = davit("logs", "-t", name, status=0).lines()[0].split()[0]
    assert "early" in davit("logs", "--since", "10m", name, status=0).out
    assert "early" not in davit("logs", "--until", "10m", name, status=0).out
    assert "late" in davit("logs", "--since", first, name, status=0).out
    assert davit("logs", "--since", "2040-01-01", name, status=0).out == ""


def test_follow_ends_with_the_container(davit, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "echo a; sleep 1; echo b; exit 3",
          status=0)
    result = davit("logs", "-f", name, status=0)
    assert result.lines() == ["a", "b"]


def test_follow_shows_lines_as_they_come(davit, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c",
          "echo a; while [ ! -e /go ]; do sleep 0.1; "
          "done; echo b; sleep 100", status=0)
    process = davit.start("logs", "--follow", name)
    assert process.stdout.readline() == b"a\n"
    davit("exec", name, "touch", "/go", status=0)
    assert process.stdout.readline() == b"b\n"


def test_long_output_is_whole(davit, name):
    davit("run", "--name", name, BASE, "seq", "1", "20000", status=0)
    assert davit("logs", name, status=0).lines() == [str(i) for i in range(1, 20001)]


def test_line_without_an_end_and_binary_bytes(davit, name):
    davit("run", "--name", name, BASE, "printf", r"\001no newline", status=0)
    assert davit("logs", name, status=0).raw.rstrip(b"\n") == b"\x01no newline"


def test_terminal_output_is_raw(davit, name):
    davit("run", "-t", "--name", name, BASE, "echo", "hello", status=0)
    assert davit("logs", name, status=0).raw == b"hello\r\n"


def test_result(davit, done):
    shown = davit("logs", "--format", "result", done, status=0).json()["data"]
    assert shown["stdout"].splitlines() == [f"out {i}" for i in range(1, 6)]
    assert shown["stderr"].splitlines() == [f"err {i}" for i in range(1, 6)]
