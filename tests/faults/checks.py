# SPDX-License-Identifier: MIT
"""How a command fails well, and the answers that make it fail."""

import json
import re

from fault_proxy import Replace, reply

VERSION = re.compile(r"davit: [0-9.]+\n\n?")  # davit's own, which needs no engine
BASE = "localhost/davit-test:base"
PAGE = b"<html><head><title>500</title></head><body><h1>Bad gateway</h1></body></html>"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

# What is no answer of anything, whatever was asked.
NO_ANSWERS = {
    "page": reply(PAGE, "500 Internal Server Error", "text/html"),
    "page, cut": reply(PAGE, "502 Bad Gateway", "text/html", length=5000),
    "error without a reason": reply(b"", "500 Internal Server Error"),
    "error of wrong type": reply(b'{"message": 5}', "500 Internal Server Error"),
    "nothing": b"",
    "another protocol": b"SSH-2.0-OpenSSH_9.2\r\n",
    "zeros": bytes(5000),
    "noise": bytes(range(128, 256)) * 40,
    "first line, cut": b"HTTP/1.1 20",
    "head, cut": HEAD,
    "status of no sense": reply(b"{}", "999 Odd"),
    "huge header": HEAD + b"X-Long: " + b"x" * 400_000 + b"\r\n\r\n",
    "many headers": HEAD + b"X-Short: x\r\n" * 40_000 + b"\r\n",
    "length that is none": HEAD + b"Content-Length: many\r\n\r\n{}",
    "length beyond numbers": HEAD + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "body, cut": reply(b'{"Id": "', length=900),
    "chunk, cut": CHUNKED + b"64\r\n{",
    "chunks without an end": CHUNKED + b"2\r\n{}\r\n",
    "chunk of wrong size": CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 4\r\n\r\n{}xx",
}

# HTTP, but not what the answer to a question is.
NO_JSON = {
    "page": reply(PAGE, kind="text/html"),
    "cut without a length": HEAD + b'\r\n{"Id": "abc", "Sta',
    "not UTF-8": reply(b'{"Id": "\xff\xfe"}'),
    "deep": reply(b"[" * 100_000),
    "text after it": reply(b"{} {}"),
}
WRONG_TYPES = {
    "number": reply(b"[5]"), "text": reply(b'"text"'), "list in a list": reply(b"[[]]"),
}


def message_of(result, progress=False):
    """Checks that there is one error line, and nothing that looks like data; that line."""
    assert result.out in ("", "[]\n") or VERSION.fullmatch(result.out), result
    lines = [line for line in result.err.splitlines() if not line.startswith("hint: ")]
    if progress:
        lines = [line for line in lines if line and not line.startswith("#")]
    assert len(lines) == 1, result
    assert lines[0].startswith("davit: "), result
    assert len(lines[0]) > len("davit: xx: "), result
    assert lines[0].isprintable(), result
    return lines[0]


def refused(result, status, *parts, progress=False):
    """It failed with this status, and its message has these parts."""
    assert result.status == status, result
    message = message_of(result, progress)
    for part in parts:
        assert part in message, result
    return message


def all_refused(command, proxy, pattern, answers, status, arguments):
    """Whatever of these the engine answers, the command fails well. All failures are told."""
    wrong = []
    for kind, answer in answers.items():
        proxy.clear()
        rule = proxy.rule(pattern, Replace(answer))
        result = command(*arguments, timeout=20)
        try:
            refused(result, status, progress=arguments[0] == "build")
            assert rule.count > 0, f"{pattern} was not asked: {proxy.asked()}"
        except AssertionError as error:
            wrong.append(f"{kind}: {error}")
    assert not wrong, "\n".join(wrong)


def is_sane(result):
    """It did not crash, and what it says it did."""
    assert 0 <= result.status < 126, result
    if result.status == 0:
        assert "davit: " not in result.err.replace("davit: warning: ", ""), result
        if result.out.startswith(("[", "{")):
            json.loads(result.out)
    else:
        assert "davit: " in result.err, result
