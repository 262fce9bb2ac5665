# SPDX-License-Identifier: MIT
"""Completion: what is offered, and the script that bash runs."""

import subprocess

import pytest
from cli_helpers import BASE


@pytest.fixture
def offered(davit_alone):
    def call(*words, env=None):
        return davit_alone("__complete", "--", *words, env=env, status=0).lines()
    return call


@pytest.mark.parametrize("words, expected", [
    (["ru"], ["run"]),
    (["re"], ["rename", "restart"]),
    (["--l"], ["--log-level"]),
    (["--engine", ""], ["docker", "podman"]),
    (["--engine=p"], ["--engine=podman"]),
    (["--log-level", "W"], ["WARNING"]),
    (["-H", "unix:///x", "imag"], ["images", "image"]),
    (["rm", "--vol"], ["--volumes"]),
    (["run", "--restart", "o"], ["on-failure"]),
    (["run", "--restart=o"], ["--restart=on-failure"]),
    (["run", "--pull", ""], ["missing", "always", "never"]),
    (["run", "-d", "--memory", "5m", "--read"], ["--read-only"]),
    (["run", "--rm=f"], ["--rm=false"]),
    (["kill", "-s", "US"], ["USR1", "USR2"]),
    (["ps", "--filter", "sta"], ["status=", ":nospace"]),
    (["ps", "--format", "j"], ["json"]),
    (["build", ""], [":folders"]),
    (["build", "-f", ""], [":files"]),
    (["completion", ""], ["bash"]),
    (["help", "inf"], ["info"]),
    (["frobnicate", ""], []),
    (["run", "--nonsense", "--net"], ["--network"]),
    (["__comp"], []),
])
def test_offers_that_need_no_engine(offered, words, expected):
    assert offered(*words, env={"DAVIT_HOST": "unix:///nowhere"}) == expected


def test_hidden_flags_are_not_offered(offered):
    assert "--net" not in offered("run", "--ne")
    assert "--help" in offered("run", "--h")


def test_container_s_own_flags_are_not_ours(offered):
    assert offered("run", "image", "--r", env={"DAVIT_HOST": "unix:///nowhere"}) == []
    assert offered("exec", "web", "--", "--u", env={"DAVIT_HOST": "unix:///nowhere"}) == []


def test_names_come_from_the_engine(davit, davit_alone, engine, name):
    davit("create", "--name", name + "-made", BASE, status=0)
    davit("run", "-d", "--name", name + "-up", BASE, "sleep", "100", status=0)

    def names(*words):
        return davit_alone("--host", engine.host, "__complete", "--", *words, status=0).lines()
    made, running = name + "-made", name + "-up"
    assert sorted(names("rm", name)) == [made, running]
    assert names("stop", name) == [running]
    assert names("start", name) == [made]
    assert names("exec", name) == [running]
    assert sorted(names("inspect", name)) == [made, running]
    assert sorted(names("rm", made, name)) == [made, running]
    assert names("run", "localhost/davit-test") == [BASE]
    assert names("rmi", "localhost/davit-test") == [BASE]
    assert davit_alone("__complete", "--", "-H", engine.host, "stop", name,
                       status=0).lines() == [running]


def test_without_an_engine_nothing_is_offered(offered):
    assert offered("rm", "", env={"DAVIT_HOST": "unix:///nowhere"}) == []


SCRIPT = """
source <("$DAVIT" completion bash)
davit() { "$DAVIT" "$@"; }
compopt() { echo "compopt $*"; }
complete_line() {
    COMP_LINE="$1" COMP_POINT=${#1} COMPREPLY=()
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _davit
    printf '%s\\n' "${COMPREPLY[@]}"
}
"""


@pytest.fixture
def bash(davit_program):
    def call(*lines):
        done = subprocess.run(["bash", "--norc", "-c", SCRIPT + "\n".join(lines)],
                              env={"DAVIT": str(davit_program), "PATH": "/usr/bin:/bin",
                                   "DAVIT_HOST": "unix:///nowhere"},
                              check=True, capture_output=True, timeout=30, text=True)
        assert done.stderr == ""
        return done.stdout.split()
    return call


def test_script_completes_words(bash):
    assert bash("complete_line 'davit ru' davit ru") == ["run"]
    assert bash("complete_line 'davit run --restart o' davit run --restart o") == ["on-failure"]


def test_script_completes_behind_equals_and_colons(bash):
    """bash cuts words there, and replaces only what stands behind."""
    words = bash("complete_line 'davit run --restart=un' davit run --restart = un")
    assert words == ["unless-stopped"]
    assert bash("complete_line 'davit run --restart=' davit run --restart =") == [
        "no", "always", "on-failure", "unless-stopped"]
    assert bash("complete_line 'davit run --network container' davit run --network container") == [
        "compopt", "-o", "nospace", "container:"]


def test_script_completes_files(bash, tmp_path):
    (tmp_path / "some file").write_text("")
    (tmp_path / "folder").mkdir()
    words = bash(f"cd {tmp_path}", "complete_line 'davit build -f so' davit build -f so")
    assert words == ["compopt", "-o", "filenames", "some", "file"]
    words = bash(f"cd {tmp_path}", "complete_line 'davit build fo' davit build fo")
    assert words == ["compopt", "-o", "filenames", "folder"]
