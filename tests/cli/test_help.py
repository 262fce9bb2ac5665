# SPDX-License-Identifier: MIT
"""Help, versions and unknown commands: what needs no engine."""

import re

import pytest

VERBS = """build completion create doctor exec health help images info inspect kill logs ps pull
restart rm rmi run start stop tag version wait""".split()


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["help"], []])
def test_all_verbs_are_listed(davit_alone, arguments):
    result = davit_alone(*arguments, status=0)
    assert result.out.startswith("Usage: davit [OPTIONS] COMMAND")
    listed = {line.split()[0] for line in result.lines() if line.startswith("  ")}
    assert set(VERBS) <= listed
    assert "__complete" not in result.out
    assert result.err == ""


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(davit_alone, verb):
    result = davit_alone(verb, "--help", status=0)
    assert result.out.startswith(f"Usage: davit {verb}")
    assert result.err == ""
    assert davit_alone("help", verb, status=0).out == result.out
    assert all(len(line) <= 100 for line in result.lines())


def test_long_lists_of_flags_are_divided_by_topic(davit_alone):
    shown = davit_alone("run", "--help", status=0).out
    sections = dict(re.findall(r"^([A-Z][a-z ]+):\n((?:  .*\n)+)", shown, re.MULTILINE))
    for title, flag in {"Options": "--name", "Resources": "--memory", "Network": "--publish",
                        "Files and devices": "--volume", "Users and privileges": "--user",
                        "Health check": "--no-healthcheck", "Start and end": "--restart"}.items():
        assert f"{flag} " in sections[title]
        flags = re.findall(r"^  (?:-., |    )(--[a-z-]+)", sections[title], re.MULTILINE)
        assert flags == sorted(flags)
    assert "Resources:" not in davit_alone("ps", "--help", status=0).out


def test_dash_h_is_help_where_it_is_nothing_else(davit_alone):
    assert davit_alone("ps", "-h", status=0).out == davit_alone("ps", "--help", status=0).out
    refused = davit_alone("run", "-h", status=125)
    assert "-h needs a value" in refused.err


def test_version_needs_no_engine(davit_alone):
    result = davit_alone("--version", env={"DAVIT_HOST": "unix:///nowhere"}, status=0)
    assert result.out.startswith("davit version ")
    assert result.out == davit_alone("-v", status=0).out


@pytest.mark.parametrize("typed, meant",
                         [("pss", "ps"), ("biuld", "build"), ("isnpect", "inspect")])
def test_slip_in_a_verb_is_answered_with_the_right_one(davit_alone, typed, meant):
    result = davit_alone(typed, status=2)
    assert result.out == ""
    assert result.err.splitlines() == [
        f"davit: unknown command '{typed}'",
        f"hint: did you mean 'davit {meant}'? see 'davit --help'",
    ]


def test_unknown_verb_leads_to_the_help(davit_alone):
    assert davit_alone("frobnicate", status=2).err.splitlines() == [
        "davit: unknown command 'frobnicate'",
        "hint: see 'davit --help'",
    ]
    assert davit_alone("help", "frobnicate", status=2).err == davit_alone("frobnicate").err


@pytest.mark.parametrize("typed, meant", [
    (["rm", "--forec", "x"], "--force"),
    (["ps", "--fromat", "json"], "--format"),
    (["logs", "--folow", "x"], "--follow"),
])
def test_slip_in_a_flag_is_answered_with_the_right_one(davit_alone, typed, meant):
    result = davit_alone(*typed, status=2)
    assert result.err.startswith(f"davit: {typed[0]}: unknown flag {typed[1]}\n")
    assert f"did you mean {meant}?" in result.err


def test_global_flag_behind_the_verb_is_sent_to_its_place(davit_alone):
    result = davit_alone("ps", "--host", "unix:///x", status=2)
    assert "unknown flag --host" in result.err
    assert "--host goes before the verb" in result.err


@pytest.mark.parametrize("arguments, message", [
    (["rm"], "rm: needs a container: davit rm [OPTIONS] CONTAINER..."),
    (["logs"], "logs: needs a container"),
    (["logs", "a", "b"], "logs: 'b' is one word too many"),
    (["ps", "web"], "ps: 'web' is one word too many"),
    (["tag", "a"], "tag: needs an image and its new name"),
    (["completion", "csh"], "completion: 'csh': expected bash, zsh or fish"),
    (["build"], "build: needs a folder, or -"),
    (["health", "a", "b"], "health: 'b' is one word too many"),
])
def test_wrong_number_of_words_is_an_error(davit_alone, arguments, message):
    result = davit_alone(*arguments, status=2)
    assert message in result.err
    assert f"see 'davit {arguments[0]} --help'" in result.err


@pytest.mark.parametrize("arguments", [["run"], ["create"], ["exec"], ["exec", "web"]])
def test_run_create_and_exec_use_dockers_125(davit_alone, arguments):
    assert "needs a" in davit_alone(*arguments, status=125).err


@pytest.mark.parametrize("level", ["DEBUG", "info", "Warning", "ERROR"])
def test_log_level_is_taken_in_any_case(davit_alone, level):
    assert davit_alone("--log-level", level, "help", status=0).err == ""
    assert davit_alone("help", env={"LOG_LEVEL": level}, status=0).err == ""


def test_bad_log_level_is_named(davit_alone):
    expected = "expected DEBUG, INFO, WARNING or ERROR"
    assert davit_alone("--log-level", "loud", "ps", status=2).err.startswith(
        f"davit: --log-level 'loud': {expected}\n")
    assert davit_alone("ps", env={"LOG_LEVEL": "loud"}, status=2).err.startswith(
        f"davit: LOG_LEVEL 'loud': {expected}\n")
    assert davit_alone("--log-level", "error", "help", env={"LOG_LEVEL": "loud"}, status=0)


def test_debug_lines_go_to_stderr(davit):
    result = davit("--log-level", "debug", "ps", "-q", status=0)
    quiet = davit("ps", "-q", status=0)
    assert "davit: debug: " in result.err
    assert result.out == quiet.out
    assert quiet.err == ""


@pytest.mark.parametrize("arguments, message", [
    (["--engine", "lxc", "ps"], "--engine 'lxc': expected docker or podman"),
    (["--timeout", "soon", "ps"], "--timeout 'soon': expected a duration such as 30s or 1m30s"),
    (["--host"], "--host needs a value: --host URL"),
    (["--hots", "x", "ps"], "unknown flag --hots"),
])
def test_bad_global_flags_are_named(davit_alone, arguments, message):
    assert davit_alone(*arguments, status=2).err.startswith(f"davit: {message}\n")
