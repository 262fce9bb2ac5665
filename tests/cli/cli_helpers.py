# SPDX-License-Identifier: MIT
"""What several tests of the command need."""

import json
import os
import time

from engine_api import EngineApi

BASE = "localhost/davit-test:base"
LOOP = "trap 'echo got TERM; exit 8' TERM; trap 'echo got INT; exit 9' INT; " \
       "trap 'echo got USR1' USR1; echo ready; while :; do sleep 0.1; done"


def wait_until(condition, seconds=20, what="the condition"):
    """Until `condition()` is true; its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come true in {seconds} seconds"
        time.sleep(0.05)


def container(engine, name):
    """The engine's own view of a container, None if there is none."""
    status, reply = engine.request("GET", f"/containers/{name}/json")
    return reply if status == 200 else None


def is_running(engine, name):
    found = container(engine, name)
    return bool(found and found["State"]["Running"])


def images(engine):
    listed = engine.expect("GET", "/images/json")
    return {tag for image in listed for tag in image["RepoTags"] or ()}


def read_line(stream):
    """A line of a started process's output, without the newline."""
    return stream.readline().decode().rstrip("\n")


def prune_images():
    """Remove what builds without a name, and builds that failed, leave on Podman: its lists of
    images grow slow with them."""
    host = os.environ.get("DAVIT_TEST_PODMAN_HOST")
    if host:
        query = {"filters": json.dumps({"dangling": ["true"]})}
        EngineApi("podman", host).request("POST", "/images/prune", query=query)
