# SPDX-License-Identifier: MIT
"""Answers of a real engine that are cut, or differ in a byte."""

import json
import socket

import pytest
from checks import BASE, is_sane, message_of, refused
from fault_proxy import Corrupt, CutReply, CutRequest, Replace, reply
from test_answers import VERBS, inspect_all, path_of

MASKS = (0xFF, 0x01, 0x20, 0x80)


def recorded(engine, path):
    """Status, headers and body of an engine's answer, as it came."""
    with socket.socket(socket.AF_UNIX) as raw:
        raw.connect(engine.socket_path)
        raw.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: raw.recv(65536), b""))


def test_first_answer_cut_after_every_byte(spoiled, proxy, engine):
    answer = recorded(engine, "/_ping")
    for after in range(len(answer)):
        proxy.clear()
        proxy.rule("GET /_ping", Replace(answer[:after]))
        result = spoiled("version", timeout=20)
        refused(result, 1, "GET /_ping: the engine closed the connection")
        assert not proxy.asked("/version"), f"it went on after {after} bytes"


def test_first_answer_with_one_byte_wrong(spoiled, proxy, engine):
    answer = recorded(engine, "/_ping")
    for at in range(len(answer)):
        proxy.clear()
        proxy.rule("GET /_ping", Replace(
            answer[:at] + bytes([answer[at] ^ MASKS[at % 4]]) + answer[at + 1:]))
        result = spoiled("--timeout", "1s", "ps", "-q", timeout=20)
        assert result.status in (0, 1, 3, 6, 7, 124), (at, result)
        is_sane(result)


@pytest.fixture
def answer(davit, engine, name):
    """What an engine says of a container, head and body."""
    davit("create", "--name", name, BASE, "true", status=0)
    return recorded(engine, f"/v1.41/containers/{name}/json")


def test_inspect_cut_after_every_byte(spoiled, proxy, answer):
    shown, errors = inspect_all(spoiled, proxy, [answer[:after] for after in range(len(answer))])
    assert (shown, len(errors)) == ([], len(answer))
    assert all("closed the connection" in line for line in errors)


def test_inspect_cut_where_only_the_json_tells(spoiled, proxy, answer, engine, name):
    body = json.dumps(engine.expect("GET", f"/containers/{name}/json")).encode()
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    cut = [b"HTTP/1.1 200 OK\r\n\r\n" + body[:after] for after in range(len(body))]
    shown, errors = inspect_all(spoiled, proxy, cut)
    assert (shown, len(errors)) == ([], len(cut))


@pytest.mark.parametrize("mask", MASKS)
def test_inspect_with_one_byte_wrong(spoiled, proxy, answer, mask):
    spoilt = [answer[:at] + bytes([answer[at] ^ mask]) + answer[at + 1:]
              for at in range(mask % 3, len(answer), 3)]
    inspect_all(spoiled, proxy, spoilt)


CUTS = (0, 1, 12, 60, 150, 400)


@pytest.mark.parametrize("verb", ["ps", "images", "version", "info"])
def test_lists_that_are_cut_or_wrong(spoiled, proxy, engine, answer, verb):
    arguments, pattern, _ = VERBS[verb]
    whole = recorded(engine, path_of(engine, verb))
    assert whole.startswith(answer[:15])
    for after in CUTS:
        proxy.clear()
        proxy.rule(pattern, Replace(whole[:after]))
        refused(spoiled(*arguments), 1, "closed the connection")
    for at in range(0, min(1200, len(whole)), 23):
        proxy.clear()
        mask = MASKS[at // 23 % 4]
        proxy.rule(pattern, Replace(whole[:at] + bytes([whole[at] ^ mask]) + whole[at + 1:]))
        is_sane(spoiled(*arguments))


@pytest.fixture
def running(davit, name):
    """A container that runs, and has written something."""
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "echo one; echo two >&2; exec sleep 100",
          status=0)
    return name


def test_requests_that_are_cut(spoiled, proxy, running):
    for arguments, pattern in ((["ps"], "/containers/json"), (["exec", running, "true"], "/exec"),
                               (["inspect", running], "/json"), (["rm", running], "DELETE")):
        for after in (0, 20):
            proxy.clear()
            proxy.rule(pattern, CutRequest(after))
            status = 125 if arguments[0] == "exec" else 1
            refused(spoiled(*arguments), status, "closed the connection")


@pytest.mark.parametrize("arguments, pattern", [
    (["stop", "-t", "0"], "/stop"), (["start"], "/start"), (["kill"], "/kill")])
def test_lost_answer_is_not_taken_for_success(spoiled, proxy, running, arguments, pattern):
    proxy.rule(pattern, CutReply(0))
    refused(spoiled(*arguments, running), 1, running, "without an answer")
    assert len(proxy.asked(pattern)) == 1, "asked again although it may have been done"


# ---- streams ----


def frame(stream, data):
    return bytes([stream, 0, 0, 0]) + len(data).to_bytes(4, "big") + data


STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n"
BROKEN_STREAMS = {
    "in a frame's header": frame(1, b"one\n") + b"\x01\x00\x00",
    "in a frame": frame(1, b"one\n") + frame(1, b"half a line")[:-4],
    "no frame": frame(1, b"one\n") + b"plain text that is no frame",
    "page": b"<html>500</html>",
    "unknown stream": bytes([9, 0, 0, 0, 0, 0, 0, 1]) + b"x",
    "error of the engine": frame(1, b"one\n") + frame(3, b"disk is gone"),
}


@pytest.mark.parametrize("arguments", [["logs"], ["logs", "-f"]])
@pytest.mark.parametrize("kind", BROKEN_STREAMS)
def test_logs_that_break(spoiled, proxy, running, arguments, kind):
    proxy.rule("/logs", Replace(STREAM + BROKEN_STREAMS[kind]))
    result = spoiled(*arguments, running)
    assert result.status == 1, result
    assert result.out in ("", "one\n", "one\nhalf a ", "one\nhalf a line"[:-4]), result
    result.out = ""
    assert running in message_of(result)


@pytest.mark.parametrize("after", [0, 1, 40, 90])
def test_logs_with_the_head_cut(spoiled, proxy, running, after):
    proxy.rule("/logs", CutReply(after))
    refused(spoiled("logs", "-f", running), 1, "logs", running, "closed the connection")


def test_followed_log_that_is_cut_in_a_chunk(spoiled, proxy, running):
    chunk = frame(1, b"one\n")
    proxy.rule("/logs", Replace(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n"))
    result = spoiled("logs", "-f", running)
    assert (result.status, result.out) == (1, "one\n"), result
    assert "in the middle of its answer" in result.err


@pytest.mark.parametrize("kind", BROKEN_STREAMS)
def test_exec_that_breaks(spoiled, proxy, running, kind):
    upgraded = b"HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
    proxy.rule("/exec/.*/start", Replace(upgraded + BROKEN_STREAMS[kind]))
    result = spoiled("exec", running, "true")
    assert result.status == 125, result
    result.out = ""
    assert f"exec {running}: " in message_of(result)


@pytest.mark.parametrize("kind, body", [
    ("page", b"<html>"), ("empty", b""), ("no members", b"{}"), ("list", b"[]"),
    ("code of wrong type", b'{"Running": false, "ExitCode": "0"}'),
    ("state of wrong type", b'{"Running": "no", "ExitCode": 0}')])
def test_exec_whose_end_is_not_told(spoiled, proxy, running, kind, body):
    proxy.rule("GET .*/exec/", Replace(reply(body)))
    result = spoiled("exec", running, "true")
    refused(result, 125, f"exec {running}: ")


def test_exec_with_one_byte_wrong(spoiled, proxy, running):
    for at in (0, 9, 10, 12, 40, 60, 85, 90, 108, 110, 112, 115, 117):
        proxy.clear()
        proxy.rule("/exec/.*/start", Corrupt(at, MASKS[at % 4]))
        result = spoiled("--timeout", "1s", "exec", running, "echo", "word")
        assert result.status in (0, 125), (at, result)


def test_build_whose_answer_is_cut(spoiled, proxy, name):
    dockerfile = f"FROM {BASE}\nRUN echo built-{name}\n"
    for after in (0, 20, 100, 200, 300):
        proxy.clear()
        proxy.rule("POST .*/build", CutReply(after))
        result = spoiled("build", "-t", f"localhost/{name}", "-", stdin=dockerfile)
        refused(result, 1, "closed the connection", progress=True)


def test_build_whose_request_is_cut(spoiled, proxy, name):
    for after in (0, 100, 700, 1200):
        proxy.clear()
        proxy.rule("POST .*/build", CutRequest(after))
        result = spoiled("build", "-t", f"localhost/{name}", "-", stdin=f"FROM {BASE}\n")
        refused(result, 1, "closed the connection", progress=True)


def test_build_with_one_byte_wrong(spoiled, proxy, name):
    for at in range(0, 600, 60):
        proxy.clear()
        proxy.rule("POST .*/build", Corrupt(at, MASKS[at // 60 % 4]))
        result = spoiled("--timeout", "1s", "build", "-t", f"localhost/{name}", "-",
                         stdin=f"FROM {BASE}\nRUN true\n")
        assert result.status in (0, 1, 124), (at, result)
