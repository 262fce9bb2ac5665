# SPDX-License-Identifier: MIT
"""version, info, doctor, and the choice of an engine."""

import pytest


def fields(result):
    return dict(line.split(":", 1) for line in result.lines() if ":" in line)


def test_version_says_what_and_why(davit, engine):
    result = davit("version", status=0)
    shown = {name: value.strip() for name, value in fields(result).items()}
    assert shown["Kind"] == engine.kind
    assert shown["Address"] == engine.host
    assert shown["davit"]
    assert engine.expect("GET", "/version")["Version"] in shown["Engine"]
    assert "CAPABILITY" in result.out and "resource limits" in result.out.replace("_", " ")


def test_version_formats(davit, engine):
    shown = davit("version", "--format", "json", status=0).json()
    assert shown["runtime"] == engine.kind
    assert {"name", "supported", "reason"} == set(shown["capabilities"][0])
    assert davit("version", "--format", "{{.Runtime}}", status=0).out == engine.kind + "\n"
    result = davit("version", "--format", "result", status=0).json()
    assert result["success"] is True and result["data"]["capabilities"]


def test_info(davit, engine):
    shown = {name: value.strip() for name, value in fields(davit("info", status=0)).items()}
    assert shown["Runtime"] == engine.kind
    assert int(shown["CPUs"]) > 0
    assert davit("info", "--format", "json", status=0).json()["runtime"] == engine.kind
    assert davit("info", "--format", "{{.StorageDriver}}", status=0).out.strip()
    assert davit("info", "--format", "result", status=0).json()["data"]["runtime"] == engine.kind


def test_doctor_looks_at_the_engine(davit, engine):
    result = davit("doctor")
    assert result.status in (0, 1)
    assert any(line.split()[:2][1:] == ["engine"] for line in result.lines())
    shown = davit("doctor", "--format", "json").json()
    assert {"level", "subject", "text", "remedy"} <= set(shown[0])
    problems = [one for one in shown if one["level"] == "problem"]
    assert result.status == (1 if problems else 0), problems


def test_doctor_without_an_engine_finds_the_problem(davit_alone):
    result = davit_alone("--host", "unix:///nowhere/docker.sock", "doctor", status=1)
    assert any(line.startswith("problem") for line in result.lines())
    assert "remedy: " in result.out
    shown = davit_alone("--host", "unix:///nowhere/docker.sock", "doctor", "--format", "result",
                        status=1).json()
    assert any(one["level"] == "problem" for one in shown["data"])


@pytest.mark.parametrize("arguments, status", [
    (["ps"], 3), (["version"], 3), (["info"], 3), (["rm", "x"], 3), (["logs", "x"], 3),
    (["inspect", "x"], 3), (["health", "x"], 3), (["pull", "x"], 3), (["build", "."], 3),
    (["run", "x"], 125), (["create", "x"], 125), (["exec", "x", "y"], 125),
])
def test_engine_that_does_not_answer(davit_alone, arguments, status):
    result = davit_alone("--host", "unix:///nowhere/docker.sock", *arguments, status=status)
    assert "/nowhere/docker.sock" in result.err.splitlines()[0]
    assert "hint: 'davit doctor' looks for the cause" in result.err


def test_engine_of_the_other_kind_is_refused(davit, engine):
    other = {"docker": "podman", "podman": "docker"}[engine.kind]
    result = davit("--engine", other, "ps")
    assert result.status != 0
    assert engine.kind in result.err.lower() and other in result.err.lower()
    assert davit("--engine", engine.kind, "ps", "-q", status=0)


def test_version_without_an_engine_still_says_its_own(davit_alone):
    result = davit_alone("--host", "unix:///nowhere/docker.sock", "version", status=3)
    assert result.out.startswith("davit: ")


def test_failure_is_a_result_too(davit_alone):
    result = davit_alone("--host", "unix:///nowhere/docker.sock", "ps", "--format", "result",
                         status=3)
    assert result.json()["success"] is False
    assert result.json()["data"] is None
    assert "/nowhere/docker.sock" in result.json()["error"]
    assert result.err == ""


def test_host_from_the_environment(davit_alone, engine):
    shown = davit_alone("version", "--format", "json", env={"DAVIT_HOST": engine.host},
                        status=0).json()
    assert shown["host"] == engine.host
    assert "DAVIT_HOST" in shown["chosen_by"]
