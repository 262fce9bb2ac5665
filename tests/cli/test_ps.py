# SPDX-License-Identifier: MIT
"""`davit ps`: columns, filters, formats."""

import re

import pytest
from cli_helpers import BASE, container

COLUMNS = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"]


@pytest.fixture
def three(davit, name):
    """One running, one exited with 3, one created; their names."""
    names = [name + "-running", name + "-exited", name + "-created"]
    davit("run", "-d", "--name", names[0], "-p", "127.0.0.1:18081:80", "-l", f"test={name}", BASE,
          "sleep", "1000", status=0)
    davit("run", "--name", names[1], "-l", f"test={name}", BASE, "sh", "-c", "exit 3", status=3)
    davit("create", "--name", names[2], "-l", f"test={name}", BASE, "true", status=0)
    return names


def columns_of(line, head):
    """The cells of a line, cut where the columns of the head begin."""
    starts = [head.index(title) for title in COLUMNS]
    ends = starts[1:] + [None]
    return [line[start:end].strip() for start, end in zip(starts, ends)]


def test_table_has_dockers_columns(davit, engine, name, three):
    result = davit("ps", "-a", "--filter", f"label=test={name}", status=0)
    head, *rows = result.lines()
    assert re.split(r" {2,}", head) == COLUMNS
    cells = {row[-1]: row for row in (columns_of(line, head) for line in rows)}
    assert set(cells) == set(three)
    running = cells[three[0]]
    assert running[0] == container(engine, three[0])["Id"][:12]
    assert running[1] == BASE
    assert "sleep 1000" in running[2]
    assert running[3].endswith(" ago")
    assert running[4].startswith("Up ")
    assert running[5] == "127.0.0.1:18081->80/tcp"
    assert cells[three[1]][4].startswith("Exited (3) ")
    assert cells[three[2]][4] == "Created"


def test_running_ones_are_listed_unless_all_are_wanted(davit, name, three):
    shown = davit("ps", "--filter", f"label=test={name}", "--format", "{{.Name}}", status=0)
    assert shown.lines() == [three[0]]
    shown = davit("ps", "-a", "-f", f"label=test={name}", "--format", "{{.Name}}", status=0)
    assert sorted(shown.lines()) == sorted(three)


def test_quiet_prints_ids(davit, engine, name, three):
    ids = [container(engine, one)["Id"] for one in three]
    short = davit("ps", "-aq", "--filter", f"label=test={name}", status=0)
    assert sorted(short.lines()) == sorted(one[:12] for one in ids)
    whole = davit("ps", "-aq", "--no-trunc", "--filter", f"label=test={name}", status=0)
    assert sorted(whole.lines()) == sorted(ids)


@pytest.mark.parametrize("filters, expected", [
    (["status=exited"], ["exited"]),
    (["status=created"], ["created"]),
    (["status=running", "status=exited"], ["exited", "running"]),
    (["exited=3"], ["exited"]),
])
def test_filters(davit, name, three, filters, expected):
    options = [word for one in filters for word in ("--filter", one)]
    shown = davit("ps", "-a", "--filter", f"name={name}", *options, "--format", "{{.Name}}",
                  status=0)
    assert sorted(shown.lines()) == [f"{name}-{kind}" for kind in expected]


def test_unknown_filter_is_an_error(davit):
    result = davit("ps", "--filter", "nonsense=1")
    assert result.status != 0
    assert "nonsense" in result.err


def test_last_and_latest(davit, three):
    assert davit("ps", "-l", "--format", "{{.Name}}", status=0).lines() == [three[2]]
    assert davit("ps", "-n", "2", "--format", "{{.Name}}", status=0).out.splitlines()[0] == three[2]
    assert len(davit("ps", "--last=2", "-q", status=0).lines()) == 2


def test_template_fields_of_docker_and_of_davit(davit, name, three):
    result = davit("ps", "-a", "--filter", f"name={three[1]}", "--format",
                   "{{.Names}}|{{.Image}}|{{.State}}|{{.ExitCode}}|{{.exit_code}}", status=0)
    assert result.out == f"{three[1]}|{BASE}|exited|3|3\n"


def test_table_template_has_a_head(davit, three):
    result = davit("ps", "-a", "--filter", f"name={three[1]}", "--format",
                   r"table {{.Names}}\t{{.State}}\t{{.ExitCode}}", status=0)
    head, row = result.lines()
    assert re.split(r" {2,}", head) == ["NAMES", "STATE", "EXIT CODE"]
    assert row.split() == [three[1], "exited", "3"]
    assert head.index("STATE") == row.rindex("exited")


def test_json_is_one_document(davit, engine, three):
    shown = davit("ps", "-a", "--filter", f"name={three[1]}", "--format", "json", status=0).json()
    assert len(shown) == 1
    assert shown[0]["id"] == container(engine, three[1])["Id"]
    assert shown[0]["name"] == three[1]
    assert shown[0]["state"] == "exited"
    assert shown[0]["exit_code"] == 3
    assert shown[0]["is_running"] is False


def test_result_has_a_count(davit, name, three):
    shown = davit("ps", "-a", "--filter", f"label=test={name}", "--format", "result",
                  status=0).json()
    assert shown["success"] is True and shown["error"] is None
    assert shown["count"] == len(shown["data"]) == 3


def test_empty_list(davit, name):
    options = ["--filter", f"name={name}"]
    assert re.split(r" {2,}", davit("ps", *options, status=0).out.strip()) == COLUMNS
    assert davit("ps", "-q", *options, status=0).out == ""
    assert davit("ps", "--format", "json", *options, status=0).out == "[]\n"
    result = davit("ps", "--format", "result", *options, status=0)
    assert result.json() == {"success": True, "count": 0, "data": [], "error": None}


def test_table_is_whole_when_it_goes_to_a_file(davit, name):
    davit("create", "--name", name, "-l", "x", BASE, "echo", "word " * 60, status=0)
    cut = davit("ps", "-a", "--filter", f"name={name}", status=0)
    whole = davit("ps", "-a", "--no-trunc", "--filter", f"name={name}", status=0)
    assert name in cut.out
    assert "word " * 50 in whole.out
