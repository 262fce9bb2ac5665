# SPDX-License-Identifier: MIT
"""The ways to an engine that is not on this machine's own socket."""

import os
import pathlib

from relay import Relay, server_context

CERTIFICATES = pathlib.Path(os.environ.get("DAVIT_TEST_CERTIFICATES", "/nonexistent"))
VERIFIED = ("--tlsverify", "--tlscacert", f"{CERTIFICATES}/ca.pem",
            "--tlscert", f"{CERTIFICATES}/cert.pem", "--tlskey", f"{CERTIFICATES}/key.pem")


def tls_relay(engine, certificate=None, key=None, clients=CERTIFICATES / "ca.pem"):
    context = server_context(certificate or CERTIFICATES / "server.pem",
                             key or CERTIFICATES / "server-key.pem", clients)
    return Relay(engine.socket_path, context)


def open_tcp(engine, _sshd):
    """(options of davit, what is to be closed)"""
    if engine.kind == "podman":
        return ["--host", os.environ["DAVIT_TEST_PODMAN_TCP"]], None
    relay = Relay(engine.socket_path)
    return ["--host", relay.host], relay


def open_tls(engine, _sshd=None):
    if engine.kind == "docker":
        return ["--host", os.environ["DAVIT_TEST_DOCKER_TLS"], *VERIFIED], None
    relay = tls_relay(engine)
    return ["--host", relay.host, *VERIFIED], relay


def open_ssh(engine, sshd):
    return ["--engine", engine.kind, "--host", sshd.host(engine.socket_path)], None


WAYS = {"tcp": open_tcp, "tls": open_tls, "ssh": open_ssh}
