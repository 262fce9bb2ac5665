# SPDX-License-Identifier: MIT
"""image prune, image parse, the filters of images."""

import json
import os
import re

import pytest
from cli_helpers import BASE, images


@pytest.fixture
def dangling(davit, engine, name):
    """The id of an image of this test's own that has lost its name; the name is another's now."""
    for size in (300000, 200000):
        davit("build", "-q", "-t", f"localhost/{name}:1", "-", status=0,
              stdin=f"FROM {BASE}\nLABEL test={name}\nRUN head -c {size} /dev/zero > /zeros\n")
        if size == 300000:
            old = engine.expect("GET", f"/images/localhost/{name}:1/json")["Id"]
    yield old
    engine.request("DELETE", f"/images/{old}?force=1")


def exists(engine, identifier):
    return engine.request("GET", f"/images/{identifier}/json")[0] == 200


def mine(name):
    return ["--filter", f"label=test={name}"]


def test_dry_run_shows_what_would_go(davit, engine, name, dangling):
    result = davit("image", "prune", "--dry-run", *mine(name), status=0)
    head, row, total = result.lines()
    assert re.split(r" {2,}", head) == ["IMAGE ID", "NAMES", "CREATED", "SIZE"]
    assert row.startswith(dangling.removeprefix("sha256:")[:12])
    assert re.fullmatch(r"1 image, 30[0-9](\.[0-9]+)?kB", total)
    assert exists(engine, dangling)
    result = davit("image", "prune", "--dry-run", "--format", "result", *mine(name), status=0)
    data = result.json()["data"]
    assert [one["id"] for one in data["images"]] == [dangling] and data["images"][0]["names"] == []
    assert 300000 <= data["bytes"] < 320000


def test_without_a_terminal_it_needs_force(davit, engine, name, dangling):
    result = davit("image", "prune", *mine(name), status=2)
    assert "nothing was removed: there is no terminal to ask at, and no --force" in result.err
    assert "1 image, " in result.out
    assert exists(engine, dangling)
    result = davit("image", "prune", "--format", "result", *mine(name), status=2)
    assert result.json()["success"] is False and exists(engine, dangling)


def test_force_removes_and_tells(davit, engine, name, dangling):
    result = davit("image", "prune", "--force", *mine(name), status=0)
    assert any(line.startswith("Deleted: ") for line in result.lines())
    assert re.fullmatch(r"Total reclaimed space: 30[0-9](\.[0-9]+)?kB", result.lines()[-1])
    assert not exists(engine, dangling) and f"localhost/{name}:1" in images(engine)
    result = davit("image", "prune", "-f", *mine(name), status=0)
    assert result.out == "Total reclaimed space: 0B\n"
    result = davit("image", "prune", "-f", "-a", "--format", "result", *mine(name), status=0)
    assert {"untagged": f"localhost/{name}:1"} in result.json()["data"]["removed"]
    assert result.json()["data"]["bytes"] >= 200000
    assert f"localhost/{name}:1" not in images(engine)


@pytest.mark.parametrize("answer, goes", [(b"y\n", True), (b"n\n", False), (b"\n", False)])
def test_terminal_is_asked(davit, engine, name, dangling, answer, goes):
    primary, secondary = os.openpty()
    process = davit.start("image", "prune", *mine(name), stdin=secondary)
    os.close(secondary)
    asked = b""
    while b"[y/N]" not in asked:
        asked += os.read(process.stderr.fileno(), 1000)
    os.write(primary, answer)
    result = davit.finish(process)
    os.close(primary)
    assert result.status == 0 and "1 image, " in result.out
    assert ("Total reclaimed space" in result.out) == goes
    assert exists(engine, dangling) != goes


def test_label_protects(davit, engine, name):
    davit("build", "-q", "-t", f"localhost/{name}:1", "-", status=0,
          stdin=f"FROM {BASE}\nLABEL test={name} davit.keep=yes\n")
    assert davit("image", "prune", "-a", "-f", *mine(name),
                 status=0).out == "Total reclaimed space: 0B\n"
    assert f"localhost/{name}:1" in images(engine)


@pytest.mark.parametrize("value, reason", [
    ("colour=red", "prune images: filter 'colour': expected dangling, label, label! or until"),
    ("reference=web", "prune images: filter 'reference': expected dangling, label"),
    ("until=soon", "prune images: filter until: 'soon'"),
    ("label=", "prune images: filter label: '': expected a value"),
    ("until", "--filter 'until': expected NAME=VALUE"),
])
def test_prune_refuses_filters_that_cannot_be_meant(davit, value, reason):
    result = davit("image", "prune", "-f", "--filter", value, status=2)
    assert reason in result.err and result.out == ""


# ---- filters of images ----


@pytest.mark.parametrize("value, status, reason", [
    ("colour=red", 2, "list images: filter 'colour': expected before, dangling, label, label!, "
                      "reference, since or until"),
    ("dangling=maybe", 2, "list images: filter dangling: 'maybe': expected true or false"),
    ("before=localhost/no-such:x", 4, "list images: filter before: inspect image "
                                      "localhost/no-such:x: "),
])
def test_filters_that_cannot_be_meant_are_one_error_on_every_engine(davit, value, status, reason):
    result = davit("images", "--filter", value, status=status)
    assert result.err.startswith(f"davit: {reason}")


def test_dangling_images_are_found(davit, name, dangling):
    result = davit("images", "-q", "--no-trunc", "--filter", "dangling=true", *mine(name), status=0)
    assert result.lines() == [dangling]
    result = davit("images", "--filter", "dangling=false", *mine(name), "--format",
                   "{{.Repository}}:{{.Tag}}", status=0)
    assert result.lines() == [f"localhost/{name}:1"]


# ---- parse ----


def test_parse_takes_a_reference_apart(davit_alone):
    digest = "sha256:" + "1" * 64
    result = davit_alone("image", "parse", "--format", "json", "nginx", status=0)
    assert result.json() == {
        "domain": "docker.io", "path": "library/nginx", "tag": "latest", "digest": None,
        "full_name": "docker.io/library/nginx:latest", "familiar_name": "nginx:latest"}
    result = davit_alone("image", "parse", f"localhost:5000/team/shop@{digest}", status=0)
    assert result.lines() == [
        "domain: localhost:5000", "path: team/shop", f"digest: {digest}",
        f"full_name: localhost:5000/team/shop@{digest}",
        f"familiar_name: localhost:5000/team/shop@{digest}"]
    assert davit_alone("image", "parse", "--format", "{{.Tag}} {{.Domain}}", "a.b/c:1",
                       status=0).out == "1 a.b\n"
    result = davit_alone("image", "parse", "--format", "result", "nginx", status=0)
    assert json.loads(result.out)["data"]["path"] == "library/nginx"


@pytest.mark.parametrize("reference", ["UPPER", "a:b:c", "a b", "a@sha256:1"])
def test_parse_refuses_what_is_no_reference(davit_alone, reference):
    result = davit_alone("image", "parse", reference, status=2)
    assert result.out == "" and f"'{reference}'" in result.err
