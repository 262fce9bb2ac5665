# SPDX-License-Identifier: MIT
"""The programs in examples/ do what they say."""

import os
import re

import cmocka_items
import processes
import pytest

BASE = "localhost/davit-test:base"
HOST_VARIABLES = {"docker": "DOCKER_HOST", "podman": "CONTAINER_HOST"}


def run(name, *arguments, env=None):
    """(status, stdout, stderr) of an example."""
    program = cmocka_items.build_folder() / "examples" / name
    if not program.exists():
        pytest.fail(f"{program} has not been built: use ./test.sh", False)
    known = {key: value for key, value in os.environ.items()
             if key not in ("DAVIT_HOST", *HOST_VARIABLES.values())}
    status, out, err = processes.run([program, *arguments], 60, env={**known, **(env or {})})
    return status, out.decode(), err.decode()


def inventory(engine):
    """Names of the containers and images there are."""
    names = [name for one in engine.expect("GET", "/containers/json?all=1")
             for name in one["Names"]]
    tags = [tag for one in engine.expect("GET", "/images/json") for tag in one["RepoTags"] or ()]
    return sorted(names), sorted(tags)


def test_quick_start_builds_runs_and_cleans_up(engine):
    env = {HOST_VARIABLES[engine.kind]: engine.host}
    before = inventory(engine)
    for _ in range(2):
        assert run("quick_start", engine.kind, BASE, env=env) == (0, "Python 3.11.7\n", "")
        assert inventory(engine) == before


def test_quick_start_refuses_an_engine_of_the_other_kind(engine):
    other = "podman" if engine.kind == "docker" else "docker"
    status, out, err = run("quick_start", other, BASE, env={"DAVIT_HOST": engine.host})
    assert (status, out) == (3, "")
    assert engine.host in err and f"{other.capitalize()} was asked for" in err


def test_quick_start_says_what_failed(engine):
    env = {"DAVIT_HOST": engine.host}
    status, out, err = run("quick_start", engine.kind, "127.0.0.1:1/none:1", env=env)
    assert (status, out) == (1, "")
    assert err.startswith("build: ") and err.count("\n") == 1
    assert "127.0.0.1:1" in err


def test_quick_start_says_how_it_is_called():
    status, out, err = run("quick_start", "containerd", BASE)
    assert (status, out) == (2, "")
    assert err.startswith("usage: quick_start")


def test_custom_runtime_serves_what_it_has():
    status, out, err = run("custom_runtime")
    assert (status, err) == (0, "")
    assert out == "novel is running\nkill: unsupported by this engine (shelf)\n"


def test_limits_and_health_says_what_it_sees_and_cleans_up(engine):
    before = inventory(engine)
    status, out, err = run("limits_and_health", engine.kind, BASE, env={"DAVIT_HOST": engine.host})
    assert (status, err) == (0, "")
    pattern = (f"Runtime: {engine.kind}\nTotal containers: {len(before[0])}\n"
               r"Total images: \d+\nContainer ID: [0-9a-f]{64}\nHealth: healthy\n")
    assert re.fullmatch(pattern, out), out
    assert inventory(engine) == before


def test_limits_and_health_leaves_nothing_when_it_fails(engine):
    before = inventory(engine)
    env = {"DAVIT_HOST": engine.host}
    status, out, err = run("limits_and_health", engine.kind, "127.0.0.1:1/none:1", env=env)
    assert status == 1 and "127.0.0.1:1" in err and "Container ID" not in out
    assert inventory(engine) == before
