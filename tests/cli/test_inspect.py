# SPDX-License-Identifier: MIT
"""`davit inspect`: typed, raw, templates."""

import pytest
from cli_helpers import BASE, container


@pytest.fixture
def made(davit, name):
    davit("create", "--name", name, "-m", "64m", "-e", "A=1", "-l", "k=v", BASE, "sleep", "5",
          status=0)
    return name


def test_typed_json_is_an_array(davit, engine, made):
    shown = davit("inspect", made, BASE, status=0).json()
    assert [one["id"].removeprefix("sha256:") for one in shown] == [
        container(engine, made)["Id"],
        engine.expect("GET", f"/images/{BASE}/json")["Id"].removeprefix("sha256:"),
    ]
    assert shown[0]["name"] == made
    assert shown[0]["memory"] == 64 * 1024 * 1024
    assert shown[0]["labels"]["k"] == "v"
    assert "A=1" in shown[0]["environment"]
    assert shown[1]["full_name"] == BASE


def test_container_comes_before_an_image_of_the_same_name(davit, engine, name):
    davit("tag", BASE, f"{name}:latest", status=0)
    davit("create", "--name", name, BASE, status=0)
    assert davit("inspect", name, status=0).json()[0]["id"] == container(engine, name)["Id"]
    image = davit("inspect", "--type", "image", f"{name}:latest", status=0).json()[0]
    assert "repository" in image
    davit("rmi", f"{name}:latest", status=0)


def test_id_and_its_beginning_are_names_too(davit, engine, made):
    whole = container(engine, made)["Id"]
    assert davit("inspect", whole, status=0).json()[0]["name"] == made
    assert davit("inspect", whole[:12], status=0).json()[0]["name"] == made


def test_raw_is_what_the_engine_says(davit, engine, made):
    shown = davit("inspect", "--raw", made, status=0).json()
    assert shown[0] == container(engine, made)


def test_template_takes_typed_fields_first_and_raw_ones_then(davit, made):
    assert davit("inspect", "-f", "{{.Name}} {{.memory}}", made,
                 status=0).out == f"{made} 67108864\n"
    result = davit("inspect", "-f", "{{.State}} {{.HostConfig.Memory}} {{.Config.Image}}", made,
                   status=0)
    assert result.out == f"created 67108864 {BASE}\n"


def test_missing_one_is_told_and_the_others_are_shown(davit, made):
    result = davit("inspect", "no-such-thing", made, status=4)
    assert [one["name"] for one in result.json()] == [made]
    assert "davit: inspect no-such-thing: no such container or image" in result.err
    assert davit("inspect", "no-such-thing", status=4).json() == []


def test_type_narrows_the_search(davit, made):
    assert davit("inspect", "--type", "image", made, status=4).json() == []
    assert davit("inspect", "--type=container", BASE, status=4).json() == []


def test_result(davit, made):
    shown = davit("inspect", "--format", "result", made, status=0).json()
    assert (shown["success"], shown["count"], shown["error"]) == (True, 1, None)
    assert shown["data"][0]["name"] == made
    failed = davit("inspect", "--format", "result", made, "no-such-thing", status=4)
    assert failed.json() == {"success": False, "data": None,
                             "error": "inspect no-such-thing: no such container or image"}
