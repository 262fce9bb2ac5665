# SPDX-License-Identifier: MIT
"""`davit health`, `davit health watch`, `davit wait --healthy`."""

import signal

import pytest
from cli_helpers import BASE, container, wait_until

CHECK = ["--health-interval", "1s", "--health-timeout", "5s", "--health-retries", "2"]


@pytest.fixture
def checked(davit, name):
    """A container whose check looks for /sick."""
    davit("run", "-d", "--name", name, "--health-cmd", "echo looked; test ! -e /sick", *CHECK, BASE,
          "sleep", "1000", status=0)
    return name


def test_container_without_a_check(davit, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "100", status=0)
    result = davit("health", name, status=0)
    assert result.lines()[0].split() == ["Status:", "none"]
    assert davit("health", "-q", name, status=0).out == "none\n"
    result = davit("wait", "--healthy", name, status=1)
    assert "no health check" in result.err


def test_wait_until_healthy(davit, engine, checked):
    assert davit("wait", "--healthy", "--timeout", "30s", checked,
                 status=0).out == f"{checked}: healthy\n"
    assert container(engine, checked)["State"]["Health"]["Status"] == "healthy"
    assert davit("health", "-q", checked, status=0).out == "healthy\n"


def test_health_shows_the_log(davit, checked):
    davit("wait", "--healthy", checked, status=0)
    lines = davit("health", checked, status=0).lines()
    assert lines[0].split() == ["Status:", "healthy"]
    assert lines[1].split() == ["Failing", "streak:", "0"]
    assert "Checks:" in lines
    assert any("exit 0" in line for line in lines)
    assert any(line.strip() == "looked" for line in lines)
    shown = davit("health", "--format", "json", checked, status=0).json()
    assert shown["status"] == "healthy" and shown["failing_streak"] == 0
    assert shown["log"][-1]["exit_code"] == 0 and shown["log"][-1]["output"].startswith("looked")
    assert davit("health", "--format", "{{.Status}}", checked, status=0).out == "healthy\n"
    assert davit("health", "--format", "result", checked,
                 status=0).json()["data"]["status"] == "healthy"


def test_status_that_nobody_keeps_is_marked_stale(davit, engine, checked):
    if engine.kind == "docker":
        davit("wait", "--healthy", checked, status=0)
        assert "Stale" not in davit("health", checked, status=0).out
        return
    wait_until(lambda: "Stale: " in davit("health", checked, status=0).out, what="staleness")
    assert davit("health", "--format", "{{.Stale}}", checked, status=0).out == "true\n"


def test_wait_fails_when_it_turns_unhealthy(davit, checked):
    davit("exec", checked, "touch", "/sick", status=0)
    result = davit("wait", "--healthy", "--timeout", "40s", checked, timeout=60, status=1)
    assert "unhealthy" in result.err
    shown = davit("health", "--format", "json", checked, status=0).json()
    assert shown["status"] == "unhealthy" and shown["failing_streak"] >= 2


def test_wait_fails_when_it_ends(davit, name):
    davit("run", "-d", "--name", name, "--health-cmd", "false", "--health-interval", "1s",
          "--health-retries", "100", BASE, "sleep", "1", status=0)
    assert davit("wait", "--healthy", "--timeout", "40s", name, timeout=60, status=1).err


def test_watch_tells_changes_until_stopped(davit, engine, checked):
    if engine.kind == "docker":
        result = davit("health", "watch", checked, status=7)
        assert "this engine runs the health checks itself" in result.err
        return
    process = davit.start("health", "watch", checked)
    assert process.stdout.readline().decode().startswith(f"{checked}: ")
    wait_until(lambda: davit("health", "-q", checked).out == "healthy\n", what="healthy")
    process.send_signal(signal.SIGTERM)
    result = davit.finish(process)
    assert result.status == 0
    assert result.err == ""


def test_watch_ends_with_the_container(davit, engine, checked):
    if engine.kind == "docker":
        davit("health", "watch", status=7)
        return
    process = davit.start("health", "watch", checked)
    process.stdout.readline()
    davit("rm", "-f", checked, status=0)
    assert davit.finish(process).status == 0


def test_missing_container_is_exit_code_4(davit):
    assert "no-such-container" in davit("health", "no-such-container", status=4).err
    assert davit("health", "--format", "result", "no-such-container",
                 status=4).json()["success"] is False
