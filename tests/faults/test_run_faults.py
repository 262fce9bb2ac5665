# SPDX-License-Identifier: MIT
"""A run that fails on its way leaves no container behind, or says that it does; and Ctrl-C while an
engine does not answer."""

import json
import signal
import time

import pytest
from checks import BASE, PAGE, message_of, refused
from fault_proxy import Corrupt, CutReply, Replace, Silence, reply

PAGE_500 = reply(PAGE, "500 Internal Server Error", "text/html")
FAULTS = {
    "page": Replace(PAGE_500),
    "closed": Replace(b""),
    "garbage": Replace(b"\x00\x01garbage\r\n\r\n"),
    "cut": CutReply(10),
    "answer lost": CutReply(0),
}
PATIENCE = 5  # seconds: "at once", on a busy machine


def containers(engine, name):
    found = engine.expect("GET", "/containers/json?all=1")
    return [one for one in found if any(name in each for each in one["Names"])]


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("detach", [[], ["-d"]])
def test_start_that_fails(spoiled, proxy, engine, name, detach, kind):
    rule = proxy.rule("POST .*/start", FAULTS[kind])
    result = spoiled("run", *detach, "--name", name, BASE, "sleep", "100")
    refused(result, 125, f"run {name}: ")
    assert rule.count == 1
    assert not containers(engine, name)


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("step", ["attach", "wait"])
def test_foreground_run_that_fails_before_the_start(spoiled, proxy, engine, name, step, kind):
    if step == "wait" and engine.kind == "podman":
        step = "attach"  # there is no such question before the start
    proxy.rule(f"POST .*/{step}", FAULTS[kind])
    refused(spoiled("run", "--rm", "--name", name, BASE, "sleep", "100"), 125, f"run {name}: ")
    assert not proxy.asked("/start")
    assert not containers(engine, name)


def test_create_that_fails_has_not_created(spoiled, proxy, engine, name):
    for answer in (PAGE_500, b"", b"HTTP/1.1 201 Created\r\nContent-Length: 50\r\n\r\n{"):
        proxy.clear()
        proxy.rule("POST .*/containers/create", Replace(answer))
        refused(spoiled("run", "--name", name, BASE, "true"), 125, f"run {name}: ")
        assert len(proxy.asked("POST")) == 1, "a create is not asked for twice"
    assert not containers(engine, name)


@pytest.mark.parametrize("detach", [[], ["-d"]])
def test_removal_that_fails_too_is_told(spoiled, proxy, engine, name, detach):
    proxy.rule("POST .*/start", Replace(PAGE_500))
    proxy.rule("DELETE", Replace(b""))
    result = spoiled("run", *detach, "--name", name, BASE, "sleep", "100")
    assert (result.status, result.out) == (125, ""), result
    left = containers(engine, name)
    warnings = [line for line in result.err.splitlines() if line.startswith("davit: warning: ")]
    assert len(left) == len(warnings) == 1, result
    assert left[0]["Id"][:12] in warnings[0]


def test_start_in_silence_with_a_time_limit(spoiled, proxy, engine, name):
    proxy.rule("POST .*/start", Silence())
    result = spoiled("--timeout", "500ms", "run", "-d", "--name", name, BASE, "sleep", "100")
    refused(result, 125, "no answer in the time allowed")
    assert not containers(engine, name)


def output_frame(data):
    return bytes([1, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


def test_streams_that_break_while_it_runs(spoiled, proxy, engine, name):
    """It is somebody's container now, and is not removed; the message says that it goes on."""
    upgraded = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    proxy.rule("POST .*/attach", Replace(upgraded + output_frame(b"word\n") + b"\x01\x00"))
    result = spoiled("run", "--name", name, BASE, "sleep", "100")
    assert (result.status, result.out) == (125, "word\n"), result
    result.out = ""
    left = containers(engine, name)
    assert len(left) == 1
    assert f"if it still runs, 'davit rm -f {left[0]['Id'][:12]}' ends it" in message_of(result)


def test_attached_stream_with_one_byte_wrong(spoiled, proxy, name):
    for at in (0, 9, 11, 13, 40, 90, 108, 110, 117, 119):
        proxy.clear()
        proxy.rule("POST .*/attach", Corrupt(at))
        result = spoiled("--timeout", "1s", "run", "--rm", "--name", f"{name}-{at}", BASE, "echo",
                         "word")
        assert result.status in (0, 125), (at, result)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"<html>", b'{"StatusCode": "0"}',
                                  b'{"StatusCode": 4294967296}', b'{"StatusCode": -1}'])
def test_end_that_is_not_told_is_no_success(spoiled, proxy, engine, name, body):
    question = "POST .*/wait" if engine.kind == "docker" else "GET .*/containers/.*/json"
    proxy.rule(question, Replace(reply(body), forwards=engine.kind == "docker"))
    result = spoiled("run", "--name", name, BASE, "true")
    refused(result, 125, f"run {name}: ")


def test_container_that_is_gone_when_it_is_to_be_removed(spoiled, proxy, engine, name):
    """Podman answers a removal with a list, the failure inside; the run's own end counts."""
    answer = [{"Id": "x", "Err": "no container with ID x found in database: no such container"}]
    rule = proxy.rule("DELETE", Replace(reply(json.dumps(answer).encode()), forwards=True))
    result = spoiled("run", "--rm", "--name", name, BASE, "sh", "-c", "exit 3")
    assert (result.status, result.err) == (3, ""), result
    assert rule.count == (engine.kind == "podman")
    proxy.clear()
    proxy.rule("DELETE", Replace(reply(json.dumps(answer).encode())))
    if engine.kind == "podman":
        assert "no such container" in spoiled("rm", name, status=4).err


# ---- Ctrl-C while an engine does not answer ----


def interrupted(spoiled, rule, *arguments, stdin=b""):
    """The command, interrupted once the engine was asked for what it does not answer."""
    process = spoiled.start(*arguments)
    process.stdin.write(stdin)
    process.stdin.close()
    process.stdin = None
    rule.wait()
    process.send_signal(signal.SIGINT)
    since = time.monotonic()
    result = spoiled.finish(process)
    assert time.monotonic() - since < PATIENCE, result
    assert (result.status, result.out) == (130, ""), result
    return result


@pytest.mark.parametrize("arguments, pattern", [
    (["ps"], "/_ping"),
    (["ps"], "/containers/json"),
    (["run", BASE, "true"], "/create"),
    (["run", "-d", BASE, "true"], "/create"),
    (["create", BASE, "true"], "/create"),
    (["pull", "localhost/x"], "/images/create"),
    (["start", "x"], "/start"),
    (["exec", "x", "true"], "/exec"),
    (["logs", "-f", "x"], "/containers/x/json"),
])
def test_interrupt_in_silence(spoiled, proxy, arguments, pattern):
    interrupted(spoiled, proxy.rule(pattern, Silence()), *arguments)


def test_interrupted_build_in_silence(spoiled, proxy):
    rule = proxy.rule("POST .*/build", Silence())
    interrupted(spoiled, rule, "build", "-", stdin=f"FROM {BASE}\n".encode())


@pytest.mark.parametrize("forwards", [False, True])
@pytest.mark.parametrize("detach", [[], ["-d"]])
def test_interrupted_start_leaves_no_container(spoiled, proxy, engine, name, detach, forwards):
    rule = proxy.rule("POST .*/start", Silence(forwards))
    interrupted(spoiled, rule, "run", *detach, "--name", name, BASE, "sleep", "100")
    assert not containers(engine, name)


def test_interrupted_attach_leaves_no_container(spoiled, proxy, engine, name):
    rule = proxy.rule("POST .*/attach", Silence())
    interrupted(spoiled, rule, "run", "--name", name, BASE, "sleep", "100")
    assert not containers(engine, name)
