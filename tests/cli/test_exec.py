# SPDX-License-Identifier: MIT
"""`davit exec`."""

import pytest
from cli_helpers import BASE, wait_until


@pytest.fixture
def box(davit, name):
    davit("run", "-d", "--name", name, "-e", "OUTER=1", BASE, "sleep", "1000", status=0)
    return name


def test_output_and_exit_code_are_passed_on(davit, box):
    result = davit("exec", box, "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (result.status, result.out, result.err) == (7, "out\n", "err\n")


def test_stdin_is_passed_on_with_i_only(davit, box):
    data = b"some\0bytes\n" * 10000
    assert davit("exec", "-i", box, "cat", stdin=data, status=0).raw == data
    assert davit("exec", box, "cat", stdin=data, status=0).raw == b""


def test_user_workdir_and_environment(davit, box):
    result = davit("exec", "-u", "app", "-w", "/var/www", "-e", "A=1", "-e", "HERE", box, "sh",
                   "-c",
                   "id -un; pwd; echo $A $HERE $OUTER", env={"HERE": "here"}, status=0)
    assert result.lines() == ["app", "/var/www", "1 here 1"]


def test_flags_behind_the_container_are_the_commands(davit, box):
    assert davit("exec", box, "echo", "-n", "-i", "--user", status=0).out == "-i --user"


def test_command_that_is_not_there(davit, box):
    result = davit("exec", box, "no-such-command")
    assert result.status in (126, 127)
    assert "no-such-command" in result.out + result.err


def test_detached_goes_on(davit, box):
    result = davit("exec", "-d", box, "sh", "-c", "sleep 0.3; touch /done", status=0)
    assert result.out == ""
    wait_until(lambda: davit("exec", box, "test", "-e", "/done").status == 0, what="/done")


def test_missing_container_is_125(davit):
    result = davit("exec", "no-such-container", "true", status=125)
    assert "no-such-container" in result.err
    assert "'davit ps -a'" in result.err


def test_stopped_container_is_125(davit, name):
    davit("create", "--name", name, BASE, status=0)
    result = davit("exec", name, "true", status=125)
    assert "running" in result.err


def test_result_format(davit, box):
    result = davit("exec", "--format", "result", box, "sh", "-c", "echo a; echo b >&2; exit 2",
                   status=2)
    assert result.json() == {"success": True, "error": None,
                             "data": {"exit_code": 2, "stdout": "a\n", "stderr": "b\n"}}
