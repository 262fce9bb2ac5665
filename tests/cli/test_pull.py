# SPDX-License-Identifier: MIT
"""`davit pull`, and pulls that `davit run` needs, from a small registry on loopback. Docker takes one
without TLS there; Podman would need settings of its own for it."""

import os
import re
import secrets
import signal
import threading

import pytest
from small_registry import Registry


@pytest.fixture
def registry():
    opened = []

    def start(**options):
        opened.append(Registry(seed=secrets.token_bytes(4).hex().encode(), **options))
        return opened[-1]
    yield start
    for one in opened:
        one.close()


@pytest.fixture
def docker(davit_alone):
    """The command on Docker."""
    host = os.environ.get("DAVIT_TEST_DOCKER_HOST")
    if not host:
        pytest.skip("this run is without Docker")
    davit_alone.options = ["--host", host]
    return davit_alone


def test_image_arrives_and_progress_is_told(docker, registry):
    name = f"{registry().address}/some/image:1.0"
    result = docker("pull", name, status=0)
    assert result.out == name + "\n"
    assert len(re.findall(r"^[0-9a-f]{12}: Pull complete$", result.err, re.MULTILINE)) == 2
    assert docker("images", "--format", "{{.FullName}}", name, status=0).out == name + "\n"
    docker("rmi", name, status=0)


def test_quiet_and_result(docker, registry):
    name = f"{registry().address}/some/image:1.0"
    result = docker("pull", "-q", name, status=0)
    assert (result.out, result.err) == (name + "\n", "")
    result = docker("pull", "--format", "result", name, status=0)
    assert result.json() == {"success": True, "data": {"name": name}, "error": None}
    docker("rmi", name, status=0)


def test_tag_defaults_to_latest(docker, registry):
    name = f"{registry().address}/some/image"
    assert docker("pull", "-q", name, status=0).out == f"{name}:latest\n"
    docker("rmi", name, status=0)


def test_image_the_registry_does_not_have(docker, registry):
    name = f"{registry().address}/some/image:missing"
    result = docker("pull", name, status=4)
    assert result.out == ""
    assert f"davit: pull {name}: " in result.err


def test_create_pulls_what_is_missing_only(docker, registry):
    one = registry()
    name = f"{one.address}/some/image:1.0"
    made = docker("create", name, "x", status=0)
    assert f"davit: create: image {name} is not here, pulling it" in made.err
    again = docker("create", name, "x", status=0)
    assert again.err == ""
    always = docker("create", "--pull", "always", "-q", name, "x", status=0)
    assert always.err == ""
    one.close()
    assert docker("create", "--pull=never", name, "x", status=0)
    assert docker("create", "--pull=always", name, "x", status=125)
    ids = docker("ps", "-aq", "--filter", f"ancestor={name}", status=0).lines()
    assert len(ids) == 4
    docker("rm", *ids, status=0)
    docker("rmi", name, status=0)


@pytest.mark.parametrize("verb", [["pull"], ["run", "--rm"], ["create"]])
def test_interrupted_pull_leaves_nothing(docker, registry, verb):
    name = f"{registry(hold=threading.Event()).address}/some/image:1.0"
    process = docker.start(*verb, name)
    for line in process.stderr:
        if b"Pulling fs layer" in line:
            break
    process.send_signal(signal.SIGINT)
    result = docker.finish(process)
    assert result.status == 130
    assert "cancelled" in result.err
    assert docker("images", "-q", name, status=0).out == ""
    assert docker("ps", "-aq", "--filter", f"ancestor={name}").out == ""


def test_damaged_layer_is_an_error(docker, registry):
    one = registry()
    broken = sorted(one.blobs)[0]
    one.blobs[broken] = one.blobs[broken][:-1] + b"?"
    result = docker("pull", f"{one.address}/some/image:1.0")
    assert result.status not in (0, 2)
    assert result.err.splitlines()[-1].startswith(f"davit: pull {one.address}/some/image:1.0: ")
