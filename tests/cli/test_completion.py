# SPDX-License-Identifier: MIT
"""Completion: what is offered, and the script that bash runs."""

import os
import pty
import select
import signal
import subprocess
import time

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
    (["completion", ""], ["bash", "zsh", "fish"]),
    (["help", "inf"], ["info"]),
    (["frobnicate", ""], []),
    (["run", "--nonsense", "--net"], ["--network", "--network-alias"]),
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


@pytest.fixture
def path(davit_program):
    """The environment of a shell that finds the command by its name."""
    return {"PATH": f"{davit_program.parent}:/usr/bin:/bin", "HOME": "/nonexistent",
            "DAVIT_HOST": "unix:///nowhere", "TERM": "dumb"}


@pytest.fixture
def fish(path, tmp_path):
    def call(line):
        script = f"davit completion fish | source; cd {tmp_path}; complete -C '{line}'"
        done = subprocess.run(["fish", "--no-config", "-c", script], check=True, timeout=60,
                              env={**path, "HOME": str(tmp_path)}, capture_output=True, text=True)
        assert done.stderr == ""
        return [row.split("\t")[0] for row in done.stdout.splitlines()]
    return call


@pytest.mark.parametrize("line, expected", [
    ("davit ru", ["run"]),
    ("davit container st", ["start", "stop"]),
    ("davit run --restart o", ["on-failure"]),
    ("davit run --restart=un", ["--restart=unless-stopped"]),
    ("davit ps --filter sta", ["status="]),
    ("davit -H unix:///x imag", ["image", "images"]),
    ("davit help image b", ["build"]),
    ("davit frobnicate ", []),
])
def test_fish_completes_words(fish, line, expected):
    assert fish(line) == expected


def test_fish_completes_files(fish, tmp_path):
    (tmp_path / "some-file").write_text("")
    (tmp_path / "folder").mkdir()
    assert fish("davit build -f so") == ["some-file"]
    assert fish("davit build --file=so") == ["--file=some-file"]
    assert fish("davit build fo") == ["folder/"]


ZSH = """
autoload -Uz compinit && compinit -u -D
source <(davit completion zsh)
complete_line() {
    zle complete-word
    print -r -- "$BUFFER|" >>"$RESULT"
    BUFFER= CURSOR=0
}
zle -N complete_line
bindkey '^G' complete_line
: >"$RESULT"
"""


def read_until(terminal, path, count):
    """Until the file has so many lines; what the shell draws is read, and forgotten."""
    deadline = time.monotonic() + 60
    while not path.exists() or path.read_text().count("|\n") < count:
        assert time.monotonic() < deadline, "zsh did not complete"
        if select.select([terminal], [], [], 0.05)[0]:
            os.read(terminal, 65536)
    return path.read_text().replace("|", "").splitlines()


@pytest.fixture
def zsh(path, tmp_path):
    """Completes lines in an interactive zsh, each with one candidate."""
    def call(*lines):
        result = tmp_path / "result"
        (tmp_path / ".zshrc").write_text(ZSH)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(tmp_path)
            os.execve("/usr/bin/zsh", ["zsh", "-d", "-i"], {**path, "ZDOTDIR": str(tmp_path),
                                                      "RESULT": str(result)})
        try:
            read_until(terminal, result, 0)
            for number, line in enumerate(lines):
                os.write(terminal, line.encode() + b"\x07")
                read_until(terminal, result, number + 1)
            return read_until(terminal, result, len(lines))
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(terminal)
    return call


def test_zsh_completes_words_and_files(zsh, tmp_path):
    (tmp_path / "some-file").write_text("")
    (tmp_path / "folder").mkdir()
    assert zsh("davit ru", "davit image bu", "davit run --restart=un", "davit ps --filter stat",
               "davit run --restart on", "davit build -f so", "davit build --file=so",
               "davit build fo", "davit frobnicate x") == [
        "davit run ", "davit image build ", "davit run --restart=unless-stopped ",
        "davit ps --filter status=", "davit run --restart on-failure ",
        "davit build -f some-file ", "davit build --file=some-file ", "davit build folder/",
        "davit frobnicate x"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_installed_script_is_the_printed_one(davit_alone, davit_program, shell):
    names = {"bash": "davit", "zsh": "_davit", "fish": "davit.fish"}
    built = davit_program.parent / "packaging" / names[shell]
    assert built.read_text() == davit_alone("completion", shell, status=0).out
