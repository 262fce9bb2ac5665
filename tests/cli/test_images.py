# SPDX-License-Identifier: MIT
"""images, tag, rmi, pull."""

import re

import pytest
from cli_helpers import BASE, images


def test_table_has_dockers_columns(davit):
    result = davit("images", BASE, status=0)
    head, row = result.lines()
    assert re.split(r" {2,}", head) == ["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"]
    cells = re.split(r" {2,}", row)
    assert cells[:2] == ["localhost/davit-test", "base"]
    assert re.fullmatch("[0-9a-f]{12}", cells[2])
    assert cells[3].endswith(" ago")
    assert re.fullmatch(r"[0-9.]+MB", cells[4])


def test_quiet_digests_and_formats(davit, engine):
    short = davit("images", "-q", BASE, status=0).out.strip()
    whole = davit("images", "-q", "--no-trunc", BASE, status=0).out.strip()
    shown = davit("images", "--format", "json", BASE, status=0).json()
    assert whole.endswith(shown[0]["id"].removeprefix("sha256:"))
    assert shown[0]["id"].removeprefix("sha256:").startswith(short)
    assert shown[0]["full_name"] == BASE
    assert shown[0]["architecture"]
    assert "DIGEST" in davit("images", "--digests", BASE, status=0).lines()[0]
    assert davit("images", "--format", "{{.Repository}}:{{.Tag}}", BASE,
                 status=0).out == BASE + "\n"
    assert davit("images", "--format", "result", BASE, status=0).json()["count"] == 1


def test_pattern_and_filter(davit, name):
    davit("tag", BASE, f"localhost/{name}:one", status=0)
    davit("tag", BASE, f"localhost/{name}:two", status=0)
    shown = davit("images", f"localhost/{name}", "--format", "{{.Tag}}", status=0)
    assert sorted(shown.lines()) == ["one", "two"]
    shown = davit("images", "--filter", f"reference=localhost/{name}:t*", "--format", "{{.Tag}}",
                  status=0)
    assert shown.lines() == ["two"]
    assert davit("images", "-q", "localhost/no-such", status=0).out == ""


def test_tag_and_rmi(davit, engine, name):
    target = f"localhost/{name}:1.2"
    assert davit("tag", BASE, target, status=0).out == ""
    assert target in images(engine)
    result = davit("rmi", target, status=0)
    assert result.out == f"Untagged: {target}\n"
    assert target not in images(engine) and BASE in images(engine)


def test_last_name_takes_the_image_with_it(davit, engine, name):
    target = f"localhost/{name}:1"
    davit("build", "-q", "-t", target, "-", stdin=f"FROM {BASE}\nLABEL unique={name}\n", status=0)
    result = davit("rmi", target, status=0)
    assert f"Untagged: {target}" in result.lines()
    assert any(line.startswith("Deleted: ") for line in result.lines())


def test_rmi_goes_on_after_a_failure(davit, engine, name):
    for index in "13":
        davit("tag", BASE, f"localhost/{name}:{index}", status=0)
    result = davit("rmi", f"localhost/{name}:1", "localhost/no-such:x", f"localhost/{name}:3",
                   status=4)
    assert result.lines() == [f"Untagged: localhost/{name}:1", f"Untagged: localhost/{name}:3"]
    assert "localhost/no-such:x" in result.err
    assert davit("rmi", "-f", "localhost/no-such:x", status=0).out == ""


def test_image_in_use_is_a_conflict(davit, name):
    target = f"localhost/{name}:1"
    davit("build", "-q", "-t", target, "-", stdin=f"FROM {BASE}\nLABEL unique={name}\n", status=0)
    davit("create", "--name", name, target, status=0)
    result = davit("rmi", target, status=5)
    assert result.err.startswith(f"davit: remove image {target}: ")


def test_results(davit, name):
    target = f"localhost/{name}:1"
    result = davit("tag", "--format", "result", BASE, target, status=0)
    assert result.json() == {"success": True, "error": None,
                             "data": {"source": BASE, "target": target}}
    result = davit("rmi", "--format", "result", target, status=0)
    assert result.json() == {"success": True, "count": 1, "data": [{"untagged": target}],
                             "error": None}
    result = davit("rmi", "--format", "result", "localhost/no-such", status=4)
    assert result.json()["success"] is False and "localhost/no-such" in result.json()["error"]


@pytest.mark.parametrize("arguments", [
    ["tag", "localhost/no-such:x", "localhost/y:z"],
    ["rmi", "localhost/no-such:x"],
    ["inspect", "--type", "image", "localhost/no-such:x"],
])
def test_missing_image_is_exit_code_4(davit, arguments):
    result = davit(*arguments, status=4)
    assert "localhost/no-such:x" in result.err
    assert "hint: 'davit images' lists the images that are here" in result.err


def test_tag_refuses_a_bad_name(davit):
    result = davit("tag", BASE, "UPPER", status=2)
    assert "UPPER" in result.err or "lower case" in result.err


def test_pull_that_fails_says_why(davit):
    result = davit("pull", "localhost:1/no/such:image")
    assert result.status not in (0, 2)
    assert result.out == ""
    assert result.err.startswith("davit: pull localhost:1/no/such:image: ")
    result = davit("pull", "--format", "result", "localhost:1/no/such:image")
    assert result.json()["success"] is False
