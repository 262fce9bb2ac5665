# SPDX-License-Identifier: MIT
"""start, stop, restart, kill, rm, wait: names in, names out, every failure told."""

import pytest
from cli_helpers import BASE, LOOP, container, is_running, wait_until


@pytest.fixture
def loop(davit, name):
    """A container that answers signals."""
    davit("run", "-d", "--name", name, BASE, "sh", "-c", LOOP, status=0)
    wait_until(lambda: "ready" in davit("logs", name).out, what="the loop")
    return name


def test_stop_and_start(davit, engine, loop):
    assert davit("stop", loop, status=0).out == loop + "\n"
    assert container(engine, loop)["State"]["ExitCode"] == 8
    assert davit("start", loop, status=0).out == loop + "\n"
    assert is_running(engine, loop)
    assert davit("start", loop, status=0).out == loop + "\n"


def test_stop_kills_when_time_is_up(davit, engine, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "trap '' TERM; while :; do sleep 1; done",
          status=0)
    davit("stop", "-t", "1", name, status=0)
    assert container(engine, name)["State"]["ExitCode"] == 137


def test_restart_starts_anew(davit, engine, loop):
    before = container(engine, loop)["State"]["StartedAt"]
    assert davit("restart", "--time", "5", loop, status=0).out == loop + "\n"
    after = container(engine, loop)["State"]
    assert after["Running"] and after["StartedAt"] != before


def test_kill_sends_the_signal(davit, engine, loop):
    assert davit("kill", "-s", "USR1", loop, status=0).out == loop + "\n"
    wait_until(lambda: "got USR1" in davit("logs", loop).out, what="USR1")
    assert is_running(engine, loop)
    davit("kill", loop, status=0)
    wait_until(lambda: not is_running(engine, loop), what="the end")
    assert container(engine, loop)["State"]["ExitCode"] == 137


def test_kill_refuses_what_is_no_signal(davit, engine, loop):
    result = davit("kill", "--signal", "NONSENSE", loop)
    assert result.status != 0
    assert "NONSENSE" in result.err.splitlines()[0]
    assert is_running(engine, loop)


def test_kill_of_what_does_not_run_is_a_failure(davit, name):
    davit("create", "--name", name, BASE, status=0)
    assert "davit: kill" in davit("kill", name, status=5).err


def test_rm_goes_on_after_a_failure(davit, engine, name):
    for index in "13":
        davit("create", "--name", name + index, BASE, status=0)
    result = davit("rm", name + "1", "no-such-a", name + "3", "no-such-b", status=4)
    assert result.lines() == [name + "1", name + "3"]
    assert "davit: remove no-such-a: " in result.err
    assert "davit: remove no-such-b: " in result.err
    assert result.err.count("hint: ") == 1
    assert container(engine, name + "1") is None and container(engine, name + "3") is None


def test_rm_of_a_running_container_needs_force(davit, engine, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = davit("rm", name, status=5)
    assert result.err.startswith(f"davit: remove {name}: ")
    assert is_running(engine, name)
    davit("rm", "-f", name, status=0)
    assert container(engine, name) is None


def test_rm_force_of_what_is_gone_is_no_failure(davit):
    result = davit("rm", "-f", "no-such-container", status=0)
    assert result.out == ""


def test_rm_volumes_removes_anonymous_ones(davit, engine, name):
    davit("create", "--name", name, "-v", "/data", BASE, status=0)
    volume = container(engine, name)["Mounts"][0]["Name"]
    davit("rm", "-v", name, status=0)
    assert volume not in [one["Name"] for one in engine.expect("GET", "/volumes")["Volumes"] or ()]


def test_many_are_stopped_at_a_time(davit, engine, name):
    names = [f"{name}-{index}" for index in range(5)]
    for one in names:
        davit("run", "-d", "--name", one, BASE, "sh", "-c",
              "trap '' TERM; while :; do sleep 1; done",
              status=0)
    assert davit("stop", "-t", "2", *names, status=0).lines() == names
    assert not any(is_running(engine, one) for one in names)


def test_results(davit, name):
    for index in "12":
        davit("create", "--name", name + index, BASE, status=0)
    result = davit("rm", "--format", "result", name + "1", name + "2", status=0)
    assert result.json() == {"success": True, "count": 2, "data": [name + "1", name + "2"],
                             "error": None}
    result = davit("rm", "--format", "result", "no-such-a", "no-such-b", status=4)
    assert result.json()["success"] is False and result.json()["data"] is None
    assert "no-such-a" in result.json()["error"] and "no-such-b" in result.json()["error"]
    assert result.err == ""


@pytest.mark.parametrize("verb", ["start", "stop", "restart", "kill", "rm", "wait", "logs"])
def test_missing_container_is_exit_code_4(davit, verb):
    result = davit(verb, "no-such-container", status=4)
    assert result.out == ""
    assert result.err.startswith("davit: ")
    assert "no-such-container" in result.err.splitlines()[0]
    assert result.err.splitlines()[1] == "hint: 'davit ps -a' lists the containers"


def test_wait_prints_exit_codes(davit, name):
    davit("run", "-d", "--name", name + "1", BASE, "sh", "-c", "sleep 0.5; exit 3", status=0)
    davit("run", "--name", name + "2", BASE, "sh", "-c", "exit 4", status=4)
    assert davit("wait", name + "1", name + "2", status=0).lines() == ["3", "4"]
    result = davit("wait", "--format", "result", name + "1", status=0)
    assert result.json() == {"success": True, "count": 1, "error": None,
                             "data": [{"name": name + "1", "exit_code": 3}]}


def test_wait_gives_up_in_time(davit, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = davit("wait", "--timeout", "300ms", name, status=124)
    assert result.out == ""
    assert name in result.err


def test_wait_until_removed(davit, engine, name):
    davit("run", "-d", "--rm", "--name", name, BASE, "sh", "-c", "sleep 0.3; exit 6", status=0)
    assert davit("wait", "--condition", "removed", name, status=0).out == "6\n"
    assert container(engine, name) is None
    davit("wait", "--condition", "removed", name, status=4)


def test_wait_for_the_next_exit(davit, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "sleep 0.3; exit 3", status=0)
    assert davit("wait", "--condition", "next-exit", name, status=0).out == "3\n"
    assert davit("wait", "--condition", "next-exit", "--timeout", "200ms", name, status=124).out == ""
