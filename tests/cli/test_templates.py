# SPDX-License-Identifier: MIT
"""--format with docker's names, blocks and functions."""

import os
import re

import pytest
from cli_helpers import BASE


@pytest.fixture
def made(davit, engine, name):
    """A container that never ran, with everything that docker's fields show."""
    davit("create", "--name", name, "-l", "tier=web", "-l", "stage=test", "-p", "127.0.0.1::80",
          "-v", f"{name}-volume-of-a-long-name:/data", "-v", "/tmp:/host:ro", BASE, "sh", "-c",
          "echo some long command", status=0)
    return engine.expect("GET", f"/containers/{name}/json")


@pytest.fixture
def shown(davit, name):
    def call(template, *options):
        return davit("ps", "-a", *options, "--filter", f"name={name}", "--format", template,
                     status=0).out.rstrip("\n")
    return call


def test_ps_has_dockers_fields_as_docker_writes_them(engine, name, made, shown):
    rows = {
        "{{.ID}}": made["Id"][:12],
        "{{.id}}": made["Id"],
        "{{.Image}}": BASE,
        "{{.Names}}": name,
        "{{.State}} {{.Status}}": "created Created",
        "{{.Label \"tier\"}}": "web",
        "{{.LocalVolumes}}": "1",
        "{{.Networks}}": {"docker": "bridge", "podman": "podman"}[engine.kind],
    }
    for template, expected in rows.items():
        assert shown(template) == expected, template
    assert re.fullmatch(r'"sh -c .{13}…"', shown("{{.Command}}"))
    assert {"tier=web", "stage=test"} <= set(shown("{{.Labels}}").split(","))
    assert set(shown("{{.Mounts}}").split(",")) == {"/tmp", (name + "-volume")[:14] + "…"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} \w+", shown("{{.CreatedAt}}"))
    assert re.fullmatch(r"(\d+ seconds?|Less than a second|About a minute) ago",
                        shown("{{.RunningFor}}"))


def test_no_trunc_shows_all_of_it(name, made, shown):
    assert shown("{{.ID}}", "--no-trunc") == made["Id"]
    assert re.fullmatch(r'"sh -c \'?echo some long command\'?"',
                        shown("{{.Command}}", "--no-trunc"))
    assert name + "-volume-of-a-long-name" in shown("{{.Mounts}}", "--no-trunc")


def test_table_template_has_dockers_heads(made, shown):
    template = "table {{.ID}}\t{{.Names}}\t{{.RunningFor}}\t{{.CreatedAt}}\t{{.LocalVolumes}}"
    head, row = shown(template).splitlines()
    assert head.split("   ")[0] == "CONTAINER ID"
    assert re.sub(r" {2,}", "|", head) == "CONTAINER ID|NAMES|CREATED|CREATED AT|LOCAL VOLUMES"
    assert row.startswith(made["Id"][:12] + " ")


def test_images_have_dockers_fields(davit, engine):
    image = engine.expect("GET", f"/images/{BASE}/json")

    def one(template, *options):
        return davit("images", *options, "--format", template, BASE, status=0).lines()
    assert one("{{.Repository}}:{{.Tag}} {{.ID}}") == [f"{BASE} " + image["Id"][-64:][:12]]
    assert one("{{.ID}}", "--no-trunc")[0].endswith(image["Id"][-64:])
    assert re.fullmatch(r"[\d.]+[kM]B", one("{{.Size}}")[0])
    assert one("{{.size}}") == [str(image["Size"])]
    assert one("{{if gt .Size 1000}}large{{end}}") == ["large"]
    assert one("{{.CreatedSince}}")[0].endswith(" ago")
    assert re.match(r"\d{4}-\d\d-\d\d ", one("{{.CreatedAt}}")[0])
    assert re.match(r"sha256:|<none>", one("{{.Digest}}")[0])


def test_blocks_and_functions(name, made, shown):
    assert shown("{{if eq .State \"running\"}}up{{else}}down{{end}}") == "down"
    assert shown("{{range .Mounts}}{{.Target}} {{end}}").split() in (["/data", "/host"],
                                                                    ["/host", "/data"])
    assert shown("{{range $k, $v := .Labels}}{{if eq $k \"tier\"}}{{$v}}{{end}}{{end}}") == "web"
    assert shown("{{join (split .Names \"-\") \"+\"}}") == name.replace("-", "+")
    assert shown("{{.Names | upper | printf \"%s!\"}}") == name.upper() + "!"
    assert shown("{{- /* nothing */ -}} {{truncate .ID 4}}") == made["Id"][:4]
    assert shown("{{len .Mounts}}{{println}}{{pad .State 1 1}}|") == "2\n created |"


def test_inspect_takes_dockers_own_templates(davit, engine, name, made):
    def one(template):
        return davit("inspect", "-f", template, name, status=0).out.rstrip("\n")
    assert one("{{.Id}}") == made["Id"]
    assert sorted(one("{{range .Mounts}}{{.Destination}} {{end}}").split()) == ["/data", "/host"]
    assert one("{{range $p, $conf := .HostConfig.PortBindings}}{{$p}} -> "
               "{{(index $conf 0).HostIp}}{{end}}") == "80/tcp -> 127.0.0.1"
    assert one("{{if .State.Running}}up{{else}}{{.State.Status}}{{end}}") == "created"
    assert one("{{json .Config.Cmd}}") == '["sh","-c","echo some long command"]'
    assert one("{{with .HostConfig}}{{.Privileged}}{{end}}") == "false"
    assert one("{{with .State}}{{.Status}}{{end}}") == "created"
    assert one("{{index .Config.Labels \"tier\"}} {{len .Mounts}}") == "web 2"


def test_version_and_info_have_dockers_names(davit, engine):
    version = engine.expect("GET", "/version")

    def one(verb, template):
        return davit(verb, "--format", template, status=0).out.rstrip("\n")
    shown = one("version", "{{.Server.Version}} {{.Server.Os}}/{{.Server.Arch}} "
                           "{{with .Server}}{{.ApiVersion}}{{end}} {{eq .Client.Version .Davit}}")
    assert shown == (f"{version['Version']} {version['Os']}/{version['Arch']} "
                     f"{version['ApiVersion']} true")
    shown = one("info", "{{.ServerVersion}} {{.NCPU}} {{.Driver}} {{.MemTotal}} "
                        "{{.OperatingSystem}}")
    start = f"{version['Version']} {os.cpu_count()} "
    assert re.fullmatch(re.escape(start) + r"(vfs|overlay2?|fuse-overlayfs) \d{8,} \w.*", shown)


@pytest.mark.parametrize("template, message", [
    ("{{if .ID}}x", "template, position 3: the block is not closed by {{end}}"),
    ("{{.ID}}{{end}}", "template, position 10: {{end}} belongs to no block"),
    ("{{range .Ports}}{{.Foo}}{{end}}", "template, position 19: port has no field 'Foo'"),
    ("{{frobnicate .ID}}", "template, position 3: no function 'frobnicate'; there are and, eq,"),
    ("table {{.ID}}\t{{.Nope}}", "template, position 11: container has no field 'Nope'"),
    ("{{$x}}", "template, position 3: no variable 'x' was set before"),
])
def test_template_that_does_not_parse_names_the_position(davit_alone, template, message):
    result = davit_alone("ps", "--format", template, env={"DAVIT_HOST": "unix:///nowhere"},
                         status=2)
    assert result.err.startswith(f"davit: ps: --format: {message}")
    assert result.out == ""


def test_template_that_cannot_be_rendered_is_an_error(davit, name, made):
    refused = davit("ps", "-a", "--filter", f"name={name}", "--format", "{{range .State}}{{end}}")
    assert refused.status != 0
    assert "position 3: range goes through lists and objects only" in refused.err
    refused = davit("version", "--format", "{{.Nope}}")
    assert refused.status != 0
    assert "version has no field 'Nope'; it has runtime" in refused.err
