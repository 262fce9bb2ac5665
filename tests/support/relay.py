# SPDX-License-Identifier: MIT
"""A TCP port in front of an engine's unix socket, plain or with TLS, half-closes included:

    relay = Relay(engine.socket_path, context)
    ... a client that uses relay.host ...
    relay.cut()
"""

import select
import socket
import ssl
import threading

PIECE = 65536
LIMIT = 1 << 20  # held back for a side that takes no more


def server_context(certificate, key, clients=None):
    """For TLS; `clients`: the authority that has to have signed the client's certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if clients:
        context.load_verify_locations(clients)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


class PlainSide:
    early = b""

    def __init__(self, connection):
        self.socket = connection
        self.unsent = bytearray()
        self.ending = False

    def receive(self):
        """(bytes, whether the other side's sending ended)"""
        data = self.socket.recv(PIECE)
        return data, not data

    def send(self, data):
        self.unsent += data

    def end(self):
        self.ending = True
        self.flush()

    def flush(self):
        if self.unsent:
            try:
                del self.unsent[:self.socket.send(self.unsent)]
            except BlockingIOError:
                return
        if self.ending and not self.unsent:
            self.ending = False
            self.finish()

    def finish(self):
        self.socket.shutdown(socket.SHUT_WR)


class TlsSide(PlainSide):
    """On memory: the module's own sockets know no half-close."""

    def __init__(self, connection, context):
        super().__init__(connection)
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.incoming, self.outgoing, server_side=True)
        while not self.shake():
            data = self.socket.recv(PIECE)
            if not data:
                raise OSError("the client went away")
            self.incoming.write(data)
        self.early = self.take()[0]  # came together with the handshake's end

    def shake(self):
        try:
            self.tls.do_handshake()
            return True
        except ssl.SSLWantReadError:
            return False
        finally:
            self.socket.sendall(self.outgoing.read())

    def receive(self):
        data = self.socket.recv(PIECE)
        if not data:
            raise OSError("cut without a word")
        self.incoming.write(data)
        return self.take()

    def take(self):
        parts = []
        try:
            while part := self.tls.read(PIECE):
                parts.append(part)
            return b"".join(parts), True
        except ssl.SSLZeroReturnError:
            return b"".join(parts), True
        except ssl.SSLWantReadError:
            return b"".join(parts), False
        finally:
            self.unsent += self.outgoing.read()

    def send(self, data):
        if data:
            self.tls.write(data)
        self.unsent += self.outgoing.read()

    def end(self):
        try:
            self.tls.unwrap()
        except (ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            pass
        self.unsent += self.outgoing.read()

    def finish(self):
        """Said by end() already."""


class Relay:
    def __init__(self, engine_path, context=None):
        self.engine_path = engine_path
        self.context = context
        self.clients = set()
        self.lock = threading.Lock()
        self.wake, self.waker = socket.socketpair()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.host = f"tcp://127.0.0.1:{self.port}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            with self.lock:
                self.clients.add(client)
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        engine = socket.socket(socket.AF_UNIX)
        try:
            engine.connect(self.engine_path)
            side = TlsSide(client, self.context) if self.context else PlainSide(client)
            self.pass_on(side, PlainSide(engine))
        except OSError:  # ssl.SSLError is one
            pass
        finally:
            with self.lock:
                self.clients.discard(client)
            client.close()
            engine.close()

    def pass_on(self, client, engine):
        """Until the engine ended and all of its bytes are through."""
        for side in (client, engine):
            side.socket.setblocking(False)
        engine.send(client.early)
        sources = {client.socket: (client, engine), engine.socket: (engine, client)}
        sides = {client.socket: client, engine.socket: engine}
        while engine.socket in sources or client.unsent:
            reading = [one for one, (_, target) in sources.items() if len(target.unsent) < LIMIT]
            writing = [one for one, side in sides.items() if side.unsent]
            ready, writable, _ = select.select([self.wake, *reading], writing, [])
            if self.wake in ready:
                return
            for one in writable:
                sides[one].flush()
            for one in ready:
                source, target = sources[one]
                data, ended = source.receive()
                target.send(data)
                if ended:
                    target.end()
                    del sources[one]

    def cut(self):
        """End every connection at once, as a cable does that is pulled."""
        with self.lock:
            for client in self.clients:
                client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  b"\x01\x00\x00\x00\x00\x00\x00\x00")
                client.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.waker.close()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
