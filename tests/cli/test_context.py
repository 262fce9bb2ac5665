# SPDX-License-Identifier: MIT
"""Contexts, in docker's own store: docker sees davit's and davit sees docker's."""

import json
import shutil
import subprocess

import pytest
from reach_helpers import CERTIFICATES, open_tls

MISSING = "tcp://127.0.0.1:1"


@pytest.fixture
def store(tmp_path, monkeypatch):
    """An empty store."""
    folder = tmp_path / "store"
    monkeypatch.setenv("DOCKER_CONFIG", str(folder))
    return folder


def docker(*arguments):
    done = subprocess.run([shutil.which("docker"), *map(str, arguments)], text=True, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    return done.stdout


def test_nothing_is_stored_at_first(davit_alone, store):
    assert davit_alone("context", "ls", "-q", status=0).out == "default\n"
    assert davit_alone("context", "show", status=0).out == "default\n"
    assert not store.exists()


def test_docker_sees_what_davit_makes(davit_alone, store):
    davit_alone("context", "create", "far", "--description", "over there", "--docker",
                "host=ssh://me@engine.example", status=0)
    seen = json.loads(docker("context", "inspect", "far"))[0]
    assert seen["Name"] == "far"
    assert seen["Metadata"]["Description"] == "over there"
    assert seen["Endpoints"]["docker"]["Host"] == "ssh://me@engine.example"
    davit_alone("context", "use", "far", status=0)
    current = docker("context", "ls", "--format", "{{.Name}} {{.Current}}")
    assert "far true" in current.splitlines()
    davit_alone("context", "rm", "-f", "far", status=0)
    assert docker("context", "ls", "-q").split() == ["default"]
    assert "currentContext" not in (store / "config.json").read_text()


def test_davit_sees_what_docker_makes(davit_alone, store):
    docker("context", "create", "far", "--description", "over there", "--docker",
           f"host={MISSING}")
    docker("context", "use", "far")
    shown = davit_alone("context", "ls", status=0).out
    assert shown.splitlines()[0].split()[:2] == ["NAME", "CURRENT"]
    assert davit_alone("context", "show", status=0).out == "far\n"
    shown = davit_alone("context", "inspect", "--format", "{{.Host}} {{.Description}}", status=0)
    assert shown.out == f"{MISSING} over there\n"
    result = davit_alone("ps")
    assert result.status == 3
    assert f'docker context "far": {MISSING}: nothing listens there' in result.err


def test_use_leaves_other_settings_alone(davit_alone, store):
    store.mkdir()
    (store / "config.json").write_text('{"psFormat": "x", "currentContext": "gone", "b": [1.5]}')
    davit_alone("context", "create", "one", "--docker", f"host={MISSING}", status=0)
    davit_alone("context", "use", "one", status=0)
    settings = json.loads((store / "config.json").read_text())
    assert settings == {"psFormat": "x", "currentContext": "one", "b": [1.5]}
    davit_alone("context", "use", "default", status=0)
    assert json.loads((store / "config.json").read_text()) == {"psFormat": "x", "b": [1.5]}


def test_option_names_a_context(davit_alone, store, engine):
    davit_alone("context", "create", "here", "--docker", f"host={engine.host}", status=0)
    davit_alone("context", "create", "away", "--docker", f"host={MISSING}", status=0)
    davit_alone("context", "use", "away", status=0)
    template = ["version", "--format", "{{.Host}} {{.ChosenBy}}"]
    shown = davit_alone("--context", "here", *template, env={"DOCKER_HOST": MISSING}, status=0)
    assert shown.out == f'{engine.host} context "here"\n'
    shown = davit_alone("--context", "default", *template, env={"DAVIT_HOST": engine.host},
                        status=0)
    assert shown.out == f"{engine.host} DAVIT_HOST\n"
    result = davit_alone("--context", "here", "--host", MISSING, "ps")
    assert result.status == 2 and "expected one of them" in result.err
    result = davit_alone("--context", "nowhere", "ps")
    assert result.status == 2 and 'context "nowhere" does not exist' in result.err


def test_certificates_are_copied(davit_alone, store, engine, tmp_path):
    options, relay = open_tls(engine)
    copies = {name: shutil.copy(CERTIFICATES / name, tmp_path)
              for name in ("ca.pem", "cert.pem", "key.pem")}
    davit_alone("context", "create", "safe", "--docker",
                f"host={options[1]},ca={copies['ca.pem']},cert={copies['cert.pem']},"
                f"key={copies['key.pem']}", status=0)
    for path in copies.values():
        shutil.os.unlink(path)
    davit_alone("--context", "safe", "ps", status=0)
    key, = store.glob("contexts/tls/*/docker/key.pem")
    assert key.stat().st_mode & 0o077 == 0
    if engine.kind == "docker":
        assert docker("--context", "safe", "ps", "-q") is not None
    davit_alone("context", "rm", "safe", status=0)
    assert not list(store.glob("contexts/*/*"))
    if relay:
        relay.close()


@pytest.mark.parametrize("arguments, status, part", [
    (["create", "x", "--docker", f"host={MISSING}"], 2, "two or more letters"),
    (["create", "a/b", "--docker", f"host={MISSING}"], 2, "two or more letters"),
    (["create", "default", "--docker", f"host={MISSING}"], 2, "stands for no context"),
    (["create", "ab"], 2, "expected host=URL"),
    (["create", "ab", "--docker", "host"], 2, "'host': expected host=URL"),
    (["create", "ab", "--docker", "colour=red"], 2, "'colour'"),
    (["create", "ab", "--docker", "host=npipe://x"], 2, "cannot reach engines by npipe"),
    (["create", "ab", "--docker", f"host={MISSING},ca=/nowhere"], 2, "/nowhere"),
    (["create", "ab", "--docker", "host=ssh://h,ca=/nowhere"], 2, "certificates are for tcp://"),
    (["use", "nowhere"], 2, "does not exist"),
    (["rm", "nowhere"], 2, "does not exist"),
    (["rm", "default"], 2, "stands for no context"),
    (["inspect", "nowhere"], 2, "does not exist")])
def test_what_cannot_be_meant_is_refused(davit_alone, store, arguments, status, part):
    result = davit_alone("context", *arguments)
    assert result.status == status and part in result.err, result
    assert result.err.startswith("davit: ") and result.out == "", result
    assert not list(store.glob("contexts/*/*"))


def test_name_is_taken_and_current_stays(davit_alone, store):
    create = ["context", "create", "one", "--docker", f"host={MISSING}"]
    davit_alone(*create, status=0)
    result = davit_alone(*create)
    assert result.status != 0 and "there is a context \"one\" already" in result.err
    davit_alone("context", "use", "one", status=0)
    result = davit_alone("context", "rm", "one")
    assert result.status != 0 and "is the current one" in result.err
    assert davit_alone("context", "show", status=0).out == "one\n"
