# SPDX-License-Identifier: MIT
"""`davit login`, `logout`, `push`, and pulls and builds that need credentials, with real registries
(tests/support/account_registries.py)."""

import base64
import io
import json
import os
import pathlib
import re
import stat
import tarfile

import pytest
from account_registries import FOREIGN, PASSWORD, PLAIN, TRUSTED, USER
from cli_helpers import BASE
from test_terminal import Terminal

CREDS = f"{USER}:{PASSWORD}"


@pytest.fixture
def settings(davit, tmp_path):
    """Folders of the test's own for credentials, given to every call of davit."""
    env = {"DOCKER_CONFIG": str(tmp_path), "REGISTRY_AUTH_FILE": str(tmp_path / "auth.json")}
    plain = davit.environment
    davit.environment = lambda more: plain({**env, **(more or {})})
    return tmp_path


@pytest.fixture
def stored(settings, engine):
    """The credentials that are stored, as JSON."""
    file = settings / ("auth.json" if engine.kind == "podman" else "config.json")
    return lambda: json.loads(file.read_text()) if file.exists() else {}


def image(davit, name, registry=TRUSTED, tag="1"):
    full = f"{registry}/{name}/app:{tag}"
    davit("tag", BASE, full, status=0)
    return full


def test_push_prints_the_name_with_its_digest(davit, settings, name):
    full = image(davit, name)
    pushed = davit("push", "--creds", CREDS, full, status=0)
    assert re.fullmatch(re.escape(full) + r"@sha256:[0-9a-f]{64}\n", pushed.out)
    digest = pushed.out.strip().split("@")[1]
    assert davit("push", "-q", "--creds", CREDS, full, status=0).out == full + "\n"
    result = davit("push", "--format", "result", "--creds", CREDS, full, status=0).json()
    assert result["data"] == {"name": full, "digest": digest}
    davit("rmi", "-f", full, status=0)
    repository = full.rsplit(":", 1)[0]
    davit("pull", "--creds-stdin", f"{repository}@{digest}", stdin=CREDS + "\n", status=0)
    davit("rmi", "-f", f"{repository}@{digest}", status=0)


def test_push_tells_of_layers_where_the_engine_does(davit, engine, settings, name):
    told = davit("push", "--creds", CREDS, image(davit, name), status=0).err
    assert bool(re.search(r"^[0-9a-f]{12}: (Pushed|Mounted from .+)$", told, re.MULTILINE)) \
        == (engine.kind == "docker")


def test_push_of_all_tags(davit, settings, name):
    first, second = image(davit, name), image(davit, name, tag="2")
    repository = first.rsplit(":", 1)[0]
    pushed = davit("push", "-q", "-a", "--creds", CREDS, repository, status=0)
    assert sorted(pushed.lines()) == [first, second]
    result = davit("push", "-a", "--format=result", "--creds", CREDS, repository, status=0).json()
    assert result["count"] == 2
    assert "without a tag" in davit("push", "-a", first, status=2).err
    assert "no tag of it is here" in davit("push", "-a", repository + "x", status=4).err


@pytest.mark.parametrize("creds", [[], ["--creds", f"{USER}:mistaken"]])
def test_wrong_credentials_are_told_without_them(davit, settings, name, creds):
    full = image(davit, name)
    for verb in ("push", "pull"):
        refused = davit(verb, *creds, full, status=6, env={"LOG_LEVEL": "DEBUG"})
        assert f"davit: {verb} {full}: " in refused.err
        assert "'davit login'" in refused.err
        assert "mistaken" not in refused.err
        assert base64.urlsafe_b64encode(b"mistaken").decode()[:8] not in refused.err


def test_foreign_authority_and_unknown_image(davit, settings, name):
    refused = davit("push", "--creds", CREDS, image(davit, name, FOREIGN), status=1)
    assert "certificate signed by unknown authority" in refused.err
    davit("pull", "--creds", CREDS, f"{TRUSTED}/{name}/none:1", status=4)


def test_secrets_are_not_in_the_arguments_of_the_process(davit, settings, name, engine):
    registry = os.environ["DAVIT_TEST_REGISTRY"]
    process = davit.start("pull", "--creds", "alice:visible", f"{registry}/{name}/slow:1")
    for line in process.stderr:  # once there is progress the options have been read long ago
        if b": " in line:
            break
    words = pathlib.Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0")
    assert b"alice:visible" not in words
    assert b"*" * len("alice:visible") in words


def test_login_keeps_them_for_the_user_alone(davit, settings, stored, engine, name):
    (settings / "config.json").write_text('{"auths": {}, "detachKeys": "ctrl-x"}')
    done = davit("login", "-u", USER, "--password-stdin", TRUSTED, stdin=PASSWORD + "\n",
                 status=0)
    assert done.out == "Login Succeeded\n"
    assert "unencrypted" in done.err
    auth = base64.b64encode(CREDS.encode()).decode()
    assert stored()["auths"] == {TRUSTED: {"auth": auth}}
    kept = settings / ("auth.json" if engine.kind == "podman" else "config.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert json.loads((settings / "config.json").read_text())["detachKeys"] == "ctrl-x"
    full = image(davit, name)
    davit("push", full, status=0)
    davit("pull", full, status=0)
    assert davit("logout", TRUSTED, status=0).out == f"Removed login credentials for {TRUSTED}\n"
    assert stored()["auths"] == {}
    assert davit("logout", TRUSTED, status=0).out == f"Not logged in to {TRUSTED}\n"
    davit("pull", full, status=6)


def test_login_that_is_refused_stores_nothing(davit, settings, stored):
    refused = davit("login", "-u", USER, "-p", "mistaken", TRUSTED, status=6)
    assert f"davit: login {TRUSTED}: " in refused.err
    assert "mistaken" not in refused.err
    davit("login", "-u", USER, "-p", PASSWORD, FOREIGN, status=1)
    assert stored() == {}


def test_login_without_tls_is_checked_by_docker_alone(davit, settings, stored, engine):
    done = davit("login", "-u", USER, "-p", PASSWORD, PLAIN, status=0)
    assert ("not checked" in done.err) == (engine.kind == "podman")
    assert PLAIN in stored()["auths"]


def test_login_asks_on_a_terminal_without_echo(davit, settings, stored):
    terminal = Terminal(davit.command(["login", TRUSTED]),
                        env={"DOCKER_CONFIG": str(settings),
                             "REGISTRY_AUTH_FILE": str(settings / "auth.json")})
    try:
        terminal.expect("Username: ")
        terminal.type(USER + "\n")
        terminal.expect("Password: ")
        terminal.type(PASSWORD + "\n")
        assert terminal.end() == 0
        assert "Login Succeeded" in terminal.text
        assert USER in terminal.text and PASSWORD not in terminal.text
        assert terminal.is_echoing()
    finally:
        terminal.close()
    assert TRUSTED in stored()["auths"]


def test_layer_has_a_bar_on_a_terminal(davit, name):
    terminal = Terminal(davit.command(["pull", f"{os.environ['DAVIT_TEST_REGISTRY']}/{name}/slow:1"]))
    try:
        terminal.expect(r"[0-9a-f]{12}: Downloading +\[=*> *\] [0-9.]+[kM]?B/67.1MB")
        terminal.type("\x03")
        assert terminal.end() == 130
    finally:
        terminal.close()


def test_interrupted_question_leaves_the_terminal_as_it_was(davit, settings):
    terminal = Terminal(davit.command(["login", "-u", USER, TRUSTED]))
    try:
        terminal.expect("Password: ")
        terminal.type("\x03")
        assert terminal.end() == 130
        assert terminal.is_echoing()
    finally:
        terminal.close()


@pytest.mark.parametrize("arguments,part", [
    (["login", "-u", USER, "-p", "x", "--password-stdin"], "expected one of them"),
    (["login", "--password-stdin"], "needs --username"),
    (["login"], "Username: standard input is no terminal"),
    (["login", "-u", USER], "use --password-stdin"),
    (["login", "-u", USER, "-p", "x", "a b"], "expected a registry"),
    (["pull", "--creds", "a:b", "--creds-stdin", "x"], "expected one of them"),
    (["pull", "--creds", ":b", "x"], "expected USER:PASSWORD"),
    (["pull", "--creds-stdin", "x"], "expected USER:PASSWORD"),
    (["build", "--push", "."], "--push needs a --tag"),
    (["build", "--creds-stdin", "-"], "standard input is the context already"),
])
def test_what_cannot_be_meant(davit, settings, arguments, part):
    assert part in davit(*arguments, status=2).err


def test_helper_keeps_them(davit, settings, name, engine):
    helper = settings / "docker-credential-test"
    helper.write_text(f'#!/bin/sh\ncase $1 in store) cat > {settings}/kept;; '
                      f'get) cat {settings}/kept;; erase) rm {settings}/kept;; esac\n')
    helper.chmod(0o755)
    for file in ("config.json", "auth.json"):
        (settings / file).write_text('{"credsStore": "test"}')
    path = {"PATH": f"{settings}:{os.environ['PATH']}"}
    davit("login", "-u", USER, "-p", PASSWORD, TRUSTED, status=0, env=path)
    assert json.loads((settings / "kept").read_text())["Secret"] == PASSWORD
    davit("push", image(davit, name), status=0, env=path)
    helper.write_text("#!/bin/sh\nexec sleep 600\n")
    davit.options += ["--timeout", "500ms"]
    hung = davit("pull", f"{TRUSTED}/{name}/app:1", env=path)
    assert hung.status != 0
    assert "credential helper docker-credential-test" in hung.err


def test_build_pulls_its_base_and_pushes_every_tag(davit, settings, name):
    base = image(davit, name)
    davit("push", "-q", "--creds", CREDS, base, status=0)
    davit("rmi", "-f", base, status=0)
    tags = [f"{TRUSTED}/{name}/built:{tag}" for tag in ("1", "2")]
    arguments = ["build", "-q", "--push", "-t", tags[0], "-t", tags[1], "-"]
    dockerfile = f"FROM {base}\nLABEL a=b\n"
    davit(*arguments, stdin=dockerfile, status=6)
    built = davit(*arguments[:1], "--creds", CREDS, *arguments[1:], stdin=dockerfile, status=0)
    assert built.out.startswith("sha256:")
    davit("rmi", "-f", *tags, status=0)
    for tag in tags:
        davit("pull", "-q", "--creds", CREDS, tag, status=0)


def test_tar_context_has_credentials_on_podman_alone(davit, engine, settings, name):
    base = image(davit, name)
    davit("push", "-q", "--creds", CREDS, base, status=0)
    davit("rmi", "-f", base, status=0)
    dockerfile = f"FROM {base}\nLABEL a=b\n".encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo("Dockerfile")
        member.size = len(dockerfile)
        tar.addfile(member, io.BytesIO(dockerfile))
    built = davit("build", "-q", "--push", "--creds", CREDS, "-t", f"{TRUSTED}/{name}/built:1",
                  "-", stdin=packed.getvalue())
    assert (built.status == 0) == (engine.kind == "podman"), built
    which = davit("build", "--creds", CREDS, "-", stdin=packed.getvalue(), status=2)
    assert "name their registry" in which.err
