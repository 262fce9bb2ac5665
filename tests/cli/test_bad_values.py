# SPDX-License-Identifier: MIT
"""Every value that cannot be meant is refused before an engine is asked, and the message names the
flag, the text and what was expected."""

import pytest

NO_ENGINE = {"DAVIT_HOST": "unix:///nowhere/docker.sock"}
SIZE = "expected a size such as 512m or 2g"
DURATION = "expected a duration such as 30s or 1m30s"


@pytest.mark.parametrize("flag, value, expected", [
    ("-m", "12x", SIZE),
    ("--memory", "", SIZE),
    ("--memory", "-5m", SIZE),
    ("--cpus", "many", "expected a number of CPUs such as 1.5"),
    ("--cpus", "-1", "expected a number of CPUs such as 1.5"),
    ("-c", "1.5", "expected a whole number from 0 to 262144"),
    ("--pids-limit", "-2", "expected a whole number from -1 to 2147483647"),
    ("--stop-timeout", "5s", "expected a whole number"),
    ("--health-interval", "5", DURATION),
    ("--health-timeout", "x", DURATION),
    ("--health-start-period", "-1s", DURATION),
    ("--health-retries", "-1", "expected a whole number"),
    ("--restart", "sometimes", "expected"),
    ("--restart", "on-failure:x", "expected"),
    ("--pull", "often", "expected missing, always or never"),
    ("--log-driver", "paper", "expected"),
    ("--name", "a b", "expected"),
    ("--name", "-x", "expected"),
    ("--network", "", "expected bridge, host, none, container:NAME or a network's name"),
    ("--network", "container:", "expected bridge, host, none, container:NAME"),
    ("-e", "=x", "expected NAME or NAME=VALUE"),
    ("-l", "", "expected NAME or NAME=VALUE"),
    ("-w", "tmp", "expected a path that begins with /"),
    ("--rm", "=maybe", "expected true or false"),
    ("--init", "=2", "expected true or false"),
    ("--format", "json", "expected result"),
    ("-m", "1m", "expected 6m or more"),
    ("--health-interval", "999us", "expected 1ms or more"),
    ("--health-timeout", "1ns", "expected 1ms or more"),
    ("--health-start-period", "1us", "expected 1ms or more"),
    ("--stop-signal", "FOO", "expected a name such as TERM or SIGTERM, or a number"),
    ("--memory-swap", "-2", SIZE),
    ("--memory-swappiness", "101", "expected a whole number from 0 to 100"),
    ("--memory-swappiness", "-1", "expected a whole number from 0 to 100"),
    ("--oom-score-adj", "1001", "expected a whole number from -1000 to 1000"),
    ("--cpu-period", "-1", "expected a whole number from 0 to 1000000"),
    ("--cpu-quota", "many", "expected a whole number"),
    ("--shm-size", "large", SIZE),
    ("--ulimit", "nofile", "expected the name of a limit, = and a number"),
    ("--ulimit", "nofile=2:1", "expected a soft limit no larger than the hard one"),
    ("--device", "sda", "expected a device's path"),
    ("--device", "/dev/a:/dev/b:x", "expected some of r, w and m"),
    ("--gpus", "some", "expected how many GPUs, or all"),
    ("--network", "name=a,color=red", "unknown key 'color', expected name, alias"),
    ("--add-host", "db", "expected a name and an IP address or host-gateway"),
    ("--sysctl", "net.ipv4.ip_forward", "expected NAME=VALUE"),
    ("--log-opt", "max-size", "expected NAME=VALUE"),
    ("--env-file", "/no/such/file", "expected a readable file: No such file or directory"),
    ("--label-file", "/", "expected a readable file: Is a directory"),
])
@pytest.mark.parametrize("verb", ["run", "create"])
def test_bad_container_option(davit_alone, verb, flag, value, expected):
    given = [flag + value] if value.startswith("=") and flag != "-e" else [flag, value]
    result = davit_alone(verb, *given, "image", env=NO_ENGINE, status=125)
    shown = value.lstrip("=") if flag != "-e" else value
    first = result.err.splitlines()[0]
    assert first.startswith(f"davit: {verb}: {flag} '{shown}': ")
    assert expected in first
    assert result.out == ""


@pytest.mark.parametrize("flag, value", [
    ("-p", "abc"), ("-p", "70000:80"), ("-p", "80:0"), ("-p", "80:81:82:83"), ("-p", "80/xyz"),
    ("-p", "8000-8010:80-81"), ("-p", ""), ("-p", "999.0.0.1:80:80"),
    ("-v", ""), ("-v", "relative:relative"), ("-v", "/a:/b:nonsense"), ("-v", "a:b:c:d"),
    ("--mount", "type=nfs,target=/x"), ("--mount", "nonsense"), ("--mount", "type=bind,target=/x"),
    ("--tmpfs", "relative"), ("--tmpfs", "/x:size=much"), ("--tmpfs", ""),
])
def test_bad_ports_and_mounts(davit_alone, flag, value):
    result = davit_alone("run", flag, value, "image", env=NO_ENGINE, status=125)
    first = result.err.splitlines()[0]
    assert first.startswith(f"davit: run: {flag}")
    assert value in first
    assert len(first) > len(f"davit: run: {flag} '{value}': ")


@pytest.mark.parametrize("arguments, message", [
    (["logs", "--tail", "-1", "x"], "logs: --tail '-1': expected a number of lines, or all"),
    (["logs", "-n", "some", "x"], "logs: -n 'some': expected a number of lines, or all"),
    (["logs", "--since", "yesterday-ish", "x"], "logs: --since 'yesterday-ish': expected"),
    (["logs", "--until", "", "x"], "logs: --until '': expected"),
    (["stop", "-t", "soon", "x"], "stop: -t 'soon': expected a whole number"),
    (["restart", "--time", "-5", "x"], "restart: --time '-5': expected a whole number"),
    (["ps", "--last", "few"], "ps: --last 'few': expected a whole number"),
    (["ps", "--filter", "name"], "ps: --filter 'name': expected NAME=VALUE"),
    (["images", "-f", "=x"], "images: -f '=x': expected NAME=VALUE"),
    (["ps", "--format", "jsn"], "ps: --format 'jsn': expected table, json, result, or a template"),
    (["ps", "--format", "{{.Nonsense}}"], "ps: --format: "),
    (["ps", "--format", "{{.Name"], "ps: --format: "),
    (["images", "--format", "{{.Nonsense}}"], "images: --format: "),
    (["version", "--format", "{{.Nonsense}}"], "version: --format: "),
    (["info", "--format", "{{.Nonsense}}"], "info: --format: "),
    (["health", "--format", "{{.Nonsense}}", "x"], "health: --format: "),
    (["doctor", "--format", "{{.Nonsense}}"], "doctor: --format: "),
    (["inspect", "--type", "volume", "x"], "inspect: --type 'volume': expected container or image"),
    (["inspect", "--format", "table", "x"], "inspect: --format 'table': expected json, result"),
    (["inspect", "-f", "{{.Name", "x"], "inspect: --format: "),
    (["inspect", "--raw", "-f", "{{.Name}}", "x"], "inspect: --raw goes with no template"),
    (["wait", "--condition", "later", "x"], "wait: --condition 'later': "),
    (["wait", "--timeout", "5", "x"], f"wait: --timeout '5': {DURATION}"),
    (["rm", "--format", "json", "x"], "rm: --format 'json': expected result"),
    (["build", "-t", "UPPER", "."], "build: -t 'UPPER': "),
    (["build", "--progress", "fancy", "."],
     "build: --progress 'fancy': expected auto, plain, tty or quiet"),
    (["build", "--pull=often", "."], "build: --pull 'often': expected missing, always or never"),
    (["build", "--build-arg", "=x", "."], "build: --build-arg '=x': expected NAME or NAME=VALUE"),
    (["build", "https://example.org/x.git"],
     "build: 'https://example.org/x.git': expected a folder"),
    (["build", "-f", "-", "-"], "build: -f '-': standard input is the context already"),
    (["build", "--list-context", ".", "."], "build: --list-context goes with no PATH"),
    (["pull", "UPPER"], "pull: "),
    (["kill", "-s", "FOO", "x"], "kill: -s 'FOO': expected a name such as TERM or SIGTERM"),
    (["rm", ""], "rm: a word is empty: davit rm [OPTIONS] CONTAINER..."),
    (["stop", "x", ""], "stop: a word is empty: davit stop [OPTIONS] CONTAINER..."),
    (["image", "rm", ""], "image rm: a word is empty: davit image rm "),
    (["tag", "x", ""], "tag: a word is empty: davit tag "),
    (["build", ""], "build: '': expected a folder, or - for standard input"),
])
def test_bad_value(davit_alone, arguments, message):
    result = davit_alone(*arguments, env=NO_ENGINE, status=2)
    assert result.err.startswith(f"davit: {message}"), result
    assert result.out == ""


def test_health_options_exclude_each_other(davit_alone):
    result = davit_alone("run", "--no-healthcheck", "--health-cmd", "true", "image", env=NO_ENGINE,
                         status=125)
    assert "--no-healthcheck goes with no other --health option" in result.err


def test_restart_policies_exclude_removal(davit_alone):
    result = davit_alone("run", "--rm", "--restart", "always", "image", env=NO_ENGINE, status=125)
    assert result.err.startswith("davit: run: --rm goes with no --restart\n")


@pytest.mark.parametrize("arguments", [["run", ""], ["create", ""], ["exec", "", "true"]])
def test_empty_name_is_refused(davit_alone, arguments):
    result = davit_alone(*arguments, env=NO_ENGINE, status=125)
    assert result.err.startswith(f"davit: {arguments[0]}: a word is empty: davit {arguments[0]} ")


@pytest.mark.parametrize("arguments, message", [
    (["ps", "-f", "status=bogus"], "list containers: filter status: "),
    (["ps", "-f", "health=bogus"], "list containers: filter health: "),
    (["ps", "-f", "exited=x"], "list containers: filter exited: 'x': expected 0 to 255"),
    (["ps", "-f", "publish=web"], "list containers: filter publish: 'web': expected ports such as"),
    (["ps", "-f", "expose=80-70"], "list containers: filter expose: '80-70': expected ports such"),
    (["ps", "-f", "name=("], "list containers: filter name: '(': expected a part of a name, or a"),
    (["ps", "-f", "since="], "list containers: filter since: '': expected a name or an id"),
    (["ps", "-f", "bogus=x"], "list containers: "),
    (["images", "-f", "dangling=x"], "list images: filter dangling: 'x': expected true or false"),
    (["images", "-f", "bogus=x"], "list images: "),
    (["rmi", "UPPER:::"], "remove image UPPER:::: invalid reference format"),
])
def test_bad_filter_or_name_has_the_same_end_on_every_engine(davit, arguments, message):
    result = davit(*arguments, status=2)
    assert result.err.startswith(f"davit: {message}"), result
    assert result.out == ""


def test_bad_value_is_a_result_too(davit_alone):
    result = davit_alone("run", "--format", "result", "-m", "12x", "image", env=NO_ENGINE,
                         status=125)
    assert result.json() == {"success": False, "data": None, "error": f"-m '12x': {SIZE}"}
    assert result.err == ""
    late = davit_alone("ps", "--last", "few", "--format=result", env=NO_ENGINE, status=2)
    assert late.json()["success"] is False
