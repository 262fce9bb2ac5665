# SPDX-License-Identifier: MIT
"""The same commands by noun: davit container ls is davit ps."""

import pytest
from cli_helpers import BASE

CONTAINER = """create exec health inspect kill logs ls restart rm run start stop wait""".split()
IMAGE = "build inspect ls pull rm tag".split()
SYSTEM = "doctor info version".split()
NOUNS = [("container", CONTAINER), ("image", IMAGE), ("system", SYSTEM)]
SAME = [
    ("container ls", "ps"), ("container list", "ps"), ("container ps", "ps"),
    ("container run", "run"), ("container rm", "rm"), ("container remove", "rm"),
    ("image ls", "images"), ("image list", "images"), ("image rm", "rmi"),
    ("image build", "build"), ("system info", "info"), ("system version", "version"),
]


def listed(result):
    return [line.split()[0] for line in result.lines() if line[:2] == "  " and line[2] != " "]


@pytest.mark.parametrize("noun, words", NOUNS)
def test_noun_lists_its_commands(davit_alone, noun, words):
    result = davit_alone(noun, status=0)
    assert result.out.startswith(f"Usage: davit {noun} COMMAND ...\n")
    assert set(words) <= set(listed(result))
    assert listed(result) == sorted(listed(result))
    for same in ([noun, "--help"], [noun, "-h"], ["help", noun]):
        assert davit_alone(*same, status=0).out == result.out
    assert f"\n  {noun} " in davit_alone("help", status=0).out


@pytest.mark.parametrize("long, short", SAME)
def test_both_names_are_one_command(davit_alone, long, short):
    by_noun = davit_alone(*long.split(), "--help", status=0)
    alone = davit_alone(short, "--help", status=0)
    assert by_noun.out.startswith(f"Usage: davit {long} ")
    assert f"davit {short}" in by_noun.out
    assert f"davit {long}" in alone.out
    assert by_noun.out == davit_alone("help", *long.split(), status=0).out
    options = alone.out.split("Options:")[1]
    assert by_noun.out.split("Options:")[1] == options


@pytest.mark.parametrize("typed, message, hint", [
    (["container", "frobnicate"], "unknown command 'container frobnicate'",
     "see 'davit container --help'"),
    (["container", "insepct"], "unknown command 'container insepct'",
     "did you mean 'davit container inspect'? see 'davit container --help'"),
    (["image", "start", "web"], "unknown command 'image start'", "see 'davit image --help'"),
    (["contianer", "ls"], "unknown command 'contianer'",
     "did you mean 'davit container'? see 'davit --help'"),
    (["help", "image", "buidl"], "unknown command 'image buidl'",
     "did you mean 'davit image build'? see 'davit image --help'"),
    (["help", "ps", "rm"], "'rm' is one word too many: davit help ps",
     "see 'davit help --help'"),
    (["container", "--all", "ls"], "unknown flag --all", "see 'davit container --help'"),
    (["container", "rm"], "needs a container: davit container rm [OPTIONS] CONTAINER...",
     "see 'davit container rm --help'"),
    (["image", "rm", "--forec", "x"], "unknown flag --forec",
     "did you mean --force? see 'davit image rm --help'"),
    (["image", "inspect", "--type", "image", "x"], "unknown flag --type", "see 'davit image"),
])
def test_wrong_words_are_named_as_they_were_given(davit_alone, typed, message, hint):
    result = davit_alone(*typed, status=2)
    assert result.out == ""
    told, hinted = result.err.splitlines()
    assert told.endswith(message)
    assert hinted.startswith(f"hint: {hint}")


def test_exit_code_stays_the_verb_s_own(davit_alone):
    assert davit_alone("container", "run", status=125).err.startswith(
        "davit: container run: needs an image")


def test_containers_by_noun(davit, engine, name):
    davit("container", "create", "--name", name, BASE, "true", status=0)
    rows = davit("container", "ls", "-a", "--filter", f"name={name}", "--format", "{{.Names}}",
                 status=0)
    assert rows.lines() == [name]
    assert davit("container", "inspect", "-f", "{{.Name}}", name, status=0).lines() == [name]
    assert davit("container", "rm", name, status=0).lines() == [name]
    assert engine.request("GET", f"/containers/{name}/json")[0] == 404


def test_inspect_by_noun_looks_for_that_kind_only(davit, name):
    davit("create", "--name", name, BASE, status=0)
    refused = davit("image", "inspect", name, status=4)
    assert "image" in refused.err
    assert "no such container or image" not in refused.err
    refused = davit("container", "inspect", BASE, status=4)
    assert "image" not in refused.err.replace(BASE, "")
    shown = davit("image", "inspect", "-f", "{{.Repository}}", BASE, status=0)
    assert shown.lines() == ["localhost/davit-test"]


@pytest.mark.parametrize("words, expected", [
    (["cont"], ["container"]),
    (["container", "st"], ["start", "stop"]),
    (["image", "i"], ["inspect"]),
    (["help", "image", "b"], ["build"]),
    (["help", "sys"], ["system"]),
    (["help", "run", ""], []),
    (["image", "frobnicate", ""], []),
    (["container", "run", "--restart", "o"], ["on-failure"]),
    (["image", "rm", "--fo"], ["--force"]),
])
def test_completion_by_noun(davit_alone, words, expected):
    offered = davit_alone("__complete", "--", *words, env={"DAVIT_HOST": "unix:///nowhere"},
                          status=0).lines()
    assert [word for word in offered if word in expected] == expected
    assert all(word.startswith(words[-1]) for word in offered)
    assert bool(offered) == bool(expected)
