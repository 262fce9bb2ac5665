# SPDX-License-Identifier: MIT
"""A unix socket in front of an engine's own that spoils what it is told to spoil:

    proxy = FaultProxy(folder / "p", engine.socket_path)
    rule = proxy.rule(r"POST /.*/start", Replace(PAGE_500))
    ... a client that uses proxy.host ...
    assert rule.count == 1 and "POST /v1.41/containers/create" in proxy.asked()

A rule's pattern is searched in "METHOD /path?query". The newest rule that matches is taken;
requests that match none pass through untouched, upgraded streams included.
"""

import re
import select
import socket
import threading

PIECE = 65536


class Ended(Exception):
    """This connection is to be closed now."""


# ---- what can be done to a request and its answer ----


class Fault:
    """Nothing. One object may serve many requests; what changes is kept in the Exchange."""

    forwards = True  # the engine sees the request

    def begin(self, exchange):
        """The request's head is there, nothing of it was sent on."""

    def request(self, exchange, data):
        """What the engine gets of `data`, which begins at byte exchange.sent of the request."""
        return data

    def reply(self, exchange, data):
        """What the client gets of `data`, which begins at byte exchange.received of the answer."""
        return data


class CutReply(Fault):
    """The client gets the first bytes of the answer, head included; then the connection ends."""

    def __init__(self, after):
        self.after = after

    def reply(self, exchange, data):
        left = self.after - exchange.received
        if left <= len(data):
            exchange.to_client(data[:left])
            raise Ended
        return data


class CutRequest(Fault):
    """The engine gets the first bytes of the request, then both connections end."""

    def __init__(self, after):
        self.after = after

    def request(self, exchange, data):
        left = self.after - exchange.sent
        if left <= len(data):
            exchange.to_engine(data[:left])
            raise Ended
        return data


class Delay(Fault):
    """The request is sent on after so many seconds, or when the proxy ends."""

    def __init__(self, seconds):
        self.seconds = seconds

    def begin(self, exchange):
        exchange.proxy.closing.wait(self.seconds)


class Silence(Fault):
    """No answer, ever; with `forwards` the engine does what was asked all the same."""

    def __init__(self, forwards=False):
        self.forwards = forwards

    def reply(self, exchange, data):
        return b""


class Replace(Fault):
    """These bytes instead of an answer, then the connection ends; b"" is no answer at all. With
    `stays` it does not end. With `forwards` the engine does what was asked: they stand in for its
    answer."""

    def __init__(self, data=b"", forwards=False, stays=False):
        self.data = data
        self.forwards = forwards
        self.stays = stays

    def answer(self, exchange):
        exchange.to_client(self.data)
        if not self.stays:
            raise Ended

    def request(self, exchange, data):
        if not self.forwards and exchange.sent + len(data) >= exchange.length:
            self.answer(exchange)
        return data

    def reply(self, exchange, data):
        if exchange.received == 0:
            self.answer(exchange)
        return b""


class Corrupt(Fault):
    """One byte of the answer differs."""

    def __init__(self, at, mask=0xFF):
        self.at = at
        self.mask = mask

    def reply(self, exchange, data):
        index = self.at - exchange.received
        if 0 <= index < len(data):
            return data[:index] + bytes([data[index] ^ self.mask]) + data[index + 1:]
        return data


def reply(body, status="200 OK", kind="application/json", length=None, extra=b""):
    """The bytes of an answer; `length` may lie."""
    size = len(body) if length is None else length
    return (f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {size}\r\n".encode()
            + extra + b"\r\n" + body)


# ---- the proxy ----


class Rule:
    """What a pattern does; .count tells how often it was taken, wait() waits for the first time."""

    def __init__(self, pattern, fault, times):
        self.pattern = re.compile(pattern)
        self.fault = fault
        self.times = times
        self.count = 0
        self.taken = threading.Event()

    def wait(self, seconds=20):
        assert self.taken.wait(seconds), f"nothing asked for {self.pattern.pattern}"


class Exchange:
    """A request with its answer: what it asks, and how many bytes of both went by."""

    def __init__(self, relay, head):
        self.proxy = relay.proxy
        self.relay = relay
        self.sent = 0
        self.received = 0
        line, *lines = head.decode("latin-1").split("\r\n")
        self.line = line.rsplit(" ", 1)[0]
        self.headers = {key.lower(): value.strip() for key, _, value in
                        (one.partition(":") for one in lines if one)}
        self.upgrades = "upgrade" in self.headers
        self.chunked = self.headers.get("transfer-encoding") == "chunked"
        self.left = int(self.headers.get("content-length", 0))
        self.length = len(head) + self.left
        self.fault = self.proxy.choose(self.line)

    def to_client(self, data):
        self.relay.client.sendall(data)

    def to_engine(self, data):
        if self.fault.forwards:
            self.relay.connect().sendall(data)


class Relay:
    """One connection of a client, and its own to the engine."""

    def __init__(self, proxy, client):
        self.proxy = proxy
        self.client = client
        self.engine = None
        self.exchange = None
        self.pending = b""  # of the client's: less than a head
        self.raw = False  # an upgraded stream: no requests any more
        self.client_open = True

    def connect(self):
        if self.engine is None:
            self.engine = socket.socket(socket.AF_UNIX)
            self.engine.connect(self.proxy.engine_path)
        return self.engine

    def run(self):
        try:
            while self.step():
                pass
        except (Ended, OSError):
            pass
        finally:
            for one in (self.client, self.engine):
                if one:
                    one.close()

    def step(self):
        watched = [self.proxy.wake, self.engine, *([self.client] if self.client_open else [])]
        ready = select.select([one for one in watched if one], [], [])[0]
        if self.proxy.wake in ready:
            return False
        if self.engine in ready and not self.from_engine():
            return False
        return self.client not in ready or self.from_client()

    def from_engine(self):
        data = self.engine.recv(PIECE)
        exchange = self.exchange
        if exchange.received == 0 and exchange.upgrades:
            self.raw = data[9:12] in (b"101", b"200")
        kept = exchange.fault.reply(exchange, data) if data else b""
        exchange.received += len(data)
        self.client.sendall(kept)
        return bool(data) or isinstance(exchange.fault, Silence)

    def from_client(self):
        data = self.client.recv(PIECE)
        if not data:
            self.client_open = False
            if self.raw and self.engine:  # the input ended, output may come
                self.engine.shutdown(socket.SHUT_WR)
            return self.raw
        if self.raw:
            self.pass_on(data)
            return True
        self.pending += data
        while self.pending and self.take():
            pass
        return True

    def take(self):
        """Take a piece of a request from what is pending; False: more is needed."""
        exchange = self.exchange
        if exchange and exchange.chunked:
            return self.take_chunk()
        if exchange and exchange.left:
            piece = self.pending[:exchange.left]
            exchange.left -= len(piece)
            self.pass_pending(len(piece))
            return True
        end = self.pending.find(b"\r\n\r\n") + 4
        if end < 4:
            return False
        self.exchange = Exchange(self, self.pending[:end])
        self.exchange.fault.begin(self.exchange)
        self.pass_pending(end)
        return True

    def take_chunk(self):
        line = self.pending.find(b"\r\n")
        if line < 0:
            return False
        size = int(self.pending[:line].split(b";")[0], 16)
        end = line + 2 + size + 2
        if len(self.pending) < end:
            return False
        if size == 0:
            self.exchange.chunked = False
            self.exchange.length = self.exchange.sent + end
        self.pass_pending(end)
        return True

    def pass_pending(self, length):
        data, self.pending = self.pending[:length], self.pending[length:]
        self.pass_on(data)

    def pass_on(self, data):
        exchange = self.exchange
        kept = exchange.fault.request(exchange, data)
        exchange.sent += len(data)
        exchange.to_engine(kept)


class FaultProxy:
    def __init__(self, path, engine_path):
        self.host = f"unix://{path}"
        self.engine_path = engine_path
        self.rules = []
        self.lines = []
        self.connections = 0
        self.lock = threading.Lock()
        self.closing = threading.Event()
        self.wake, self.waker = socket.socketpair()
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen(64)
        self.threads = [threading.Thread(target=self.accept, daemon=True)]
        self.threads[0].start()

    def rule(self, pattern, fault, times=None):
        """From now on; `times`: only so often."""
        with self.lock:
            self.rules.insert(0, Rule(pattern, fault, times))
            return self.rules[0]

    def clear(self):
        """Forget the rules, and what was asked."""
        with self.lock:
            self.rules.clear()
            self.lines.clear()
            self.connections = 0

    def asked(self, pattern=""):
        """The requests so far that match, as "METHOD /path?query"."""
        with self.lock:
            return [line for line in self.lines if re.search(pattern, line)]

    def choose(self, line):
        with self.lock:
            self.lines.append(line)
            for rule in self.rules:
                if (rule.times is None or rule.count < rule.times) and rule.pattern.search(line):
                    rule.count += 1
                    rule.taken.set()
                    return rule.fault
        return Fault()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with self.lock:
                self.connections += 1
            thread = threading.Thread(target=Relay(self, client).run, daemon=True)
            self.threads = [one for one in self.threads if one.is_alive()] + [thread]
            thread.start()

    def close(self):
        self.closing.set()
        self.waker.close()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for thread in self.threads:
            thread.join(timeout=10)
        self.wake.close()
