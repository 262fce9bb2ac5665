# SPDX-License-Identifier: MIT
"""Plain HTTP to an engine's unix socket: the tests' own view of an engine, independent of davit."""

import http.client
import json
import socket
import urllib.parse

READ_TIMEOUT = 120


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("localhost", timeout=timeout)
        self.socket_path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.socket_path)


class EngineApi:
    """One engine: `kind` is docker or podman, `host` is its unix:// address."""

    def __init__(self, kind, host):
        self.kind = kind
        self.host = host
        self.socket_path = host.removeprefix("unix://")

    def __repr__(self):
        return f"<{self.kind} at {self.host}>"

    def request(self, method, path, body=None, headers=None, timeout=READ_TIMEOUT, query=None):
        """(status, reply): the reply is decoded if it is JSON, else bytes. A dict or list is sent
        as JSON, bytes as a tar."""
        if query:
            path += "?" + urllib.parse.urlencode(query)
        sent = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        elif body is not None:
            sent.setdefault("Content-Type", "application/x-tar")
        connection = UnixConnection(self.socket_path, timeout)
        try:
            connection.request(method, path, body=body, headers=sent)
            reply = connection.getresponse()
            content = reply.read()
        finally:
            connection.close()
        try:
            return reply.status, json.loads(content)
        except ValueError:
            return reply.status, content

    def expect(self, method, path, body=None, **options):
        """The reply of a request that has to succeed."""
        status, reply = self.request(method, path, body, **options)
        if status >= 400:
            raise AssertionError(f"{self.kind}: {method} {path}: {status}: {reply!r}")
        return reply

    def answers(self):
        """True once the engine serves requests."""
        try:
            return self.request("GET", "/_ping", timeout=10)[0] == 200
        except (OSError, http.client.HTTPException):
            return False
