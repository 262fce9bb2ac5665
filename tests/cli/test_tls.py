# SPDX-License-Identifier: MIT
"""TLS to an engine: who is trusted, what is refused, and what the refusal says."""

import certificates
import pytest
from reach_helpers import CERTIFICATES, VERIFIED, open_tls, tls_relay
from relay import Relay

BASE = "localhost/davit-test:base"


def refused(result, status, *parts):
    assert result.status == status, result
    assert result.out == ""
    lines = [line for line in result.err.splitlines() if not line.startswith("hint: ")]
    assert len(lines) == 1 and lines[0].startswith("davit: the host that was given: tcp://"), result
    for part in parts:
        assert part in lines[0], result


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """The certificates of somebody else's authority."""
    return certificates.make_all(tmp_path_factory.mktemp("foreign"), "somebody else")


@pytest.fixture
def relays():
    opened = []
    yield opened
    for relay in opened:
        relay.close()


@pytest.fixture
def tls_host(engine, relays):
    options, relay = open_tls(engine)
    relays.extend([relay] if relay else [])
    return options[1]


@pytest.fixture
def engine_with(engine, relays, tmp_path):
    """The address of the engine with another certificate."""
    def start(authority=CERTIFICATES, **options):
        certificates.sign(authority, tmp_path / "s.pem", tmp_path / "s-key.pem", **options)
        relays.append(tls_relay(engine, tmp_path / "s.pem", tmp_path / "s-key.pem"))
        return relays[-1].host
    return start


def test_variables_of_docker_count(davit_alone, tls_host):
    env = {"DOCKER_HOST": tls_host, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(CERTIFICATES)}
    shown = davit_alone("version", "--format", "{{.Host}} {{.ChosenBy}}", env=env, status=0).out
    assert shown == f"{tls_host} DOCKER_HOST\n"


def test_https_is_tls_that_verifies(davit_alone, tls_host):
    host = tls_host.replace("tcp:", "https:")
    davit_alone("--host", host, "ps", env={"DOCKER_CERT_PATH": str(CERTIFICATES)}, status=0)
    refused(davit_alone("--host", host, "ps"), 3, "not signed by an authority that this machine")


def test_name_is_as_good_as_an_address(davit_alone, tls_host):
    host = tls_host.replace("127.0.0.1", "localhost")
    davit_alone("--host", host, *VERIFIED, "ps", status=0)


def test_no_client_certificate(davit_alone, tls_host):
    refused(davit_alone("--host", tls_host, "--tlsverify", "--tlscacert", CERTIFICATES / "ca.pem",
                        "ps"), 6, "asks for a client certificate", "--tlscert")


def test_client_certificate_of_another_authority(davit_alone, tls_host, foreign):
    refused(davit_alone("--host", tls_host, "--tlsverify", "--tlscacert", CERTIFICATES / "ca.pem",
                        "--tlscert", foreign / "cert.pem", "--tlskey", foreign / "key.pem", "ps"),
            6, "refuses the client certificate", "cert.pem")


def test_client_certificate_that_expired(davit_alone, tls_host, tmp_path):
    certificates.sign(CERTIFICATES, tmp_path / "old.pem", tmp_path / "old-key.pem", days=-1)
    refused(davit_alone("--host", tls_host, "--tlsverify", "--tlscacert", CERTIFICATES / "ca.pem",
                        "--tlscert", tmp_path / "old.pem", "--tlskey", tmp_path / "old-key.pem",
                        "ps"), 6, "old.pem, which expired on ")


def test_engine_of_another_authority(davit_alone, tls_host, foreign):
    refused(davit_alone("--host", tls_host, "--tlsverify", "--tlscacert", foreign / "ca.pem",
                        "--tlscert", foreign / "cert.pem", "--tlskey", foreign / "key.pem", "ps"),
            3, "not signed by", "foreign", "\"CN = davit's tests\"", "--tlscacert")


def test_engine_whose_certificate_expired(davit_alone, engine_with):
    refused(davit_alone("--host", engine_with(days=-1), *VERIFIED, "ps"), 3, "expired on ",
            "renew it")


def test_engine_of_another_name(davit_alone, engine_with):
    host = engine_with(names="DNS:engine.example,DNS:*.engines.example,IP:10.9.8.7")
    refused(davit_alone("--host", host, *VERIFIED, "ps"), 3, "not made for 127.0.0.1",
            "DNS:engine.example, DNS:*.engines.example, IP Address:10.9.8.7")
    refused(davit_alone("--host", host.replace("127.0.0.1", "localhost"), *VERIFIED, "ps"), 3,
            "not made for localhost")


def test_tls_alone_looks_at_no_certificate_and_says_so(davit_alone, engine_with):
    host = engine_with(names="DNS:engine.example", days=-1)
    for options in (["--tls"], ["--tlsverify=false"]):
        result = davit_alone("--host", host, *options, *VERIFIED[3:], "ps", status=0)
        assert "warning: the certificate of 127.0.0.1 is not looked at" in result.err
    refused(davit_alone("--host", host, "--tls", *VERIFIED[3:], "ps",
                        env={"DOCKER_TLS_VERIFY": "1"}), 3, "certificate")


def test_plain_text_to_an_engine_with_tls(davit_alone, tls_host, engine):
    result = davit_alone("--host", tls_host, "ps")
    if engine.kind == "docker":
        refused(result, 3, "the engine speaks TLS there", "--tlsverify", "DOCKER_TLS_VERIFY")
    else:  # not Go's server, but the relay, which hangs up
        refused(result, 1, "GET /_ping: the engine closed the connection")


def test_tls_to_an_engine_without(davit_alone, engine, relays):
    relays.append(Relay(engine.socket_path))
    refused(davit_alone("--host", relays[-1].host, *VERIFIED, "ps"), 3, "speaks no TLS")


def test_files_that_are_not_what_they_should_be(davit_alone, tls_host, foreign, tmp_path):
    (tmp_path / "text").write_text("no certificate")
    good = {"ca": CERTIFICATES / "ca.pem", "cert": CERTIFICATES / "cert.pem",
            "key": CERTIFICATES / "key.pem"}
    certificates.openssl("ec", "-in", good["key"], "-aes128", "-passout", "pass:secret",
                         "-out", tmp_path / "locked.pem")
    for files, part in (
            ({"ca": tmp_path / "none"}, "CA certificate"),
            ({"ca": tmp_path / "text"}, "this is no CA certificate in PEM form"),
            ({"cert": tmp_path / "none"}, "client certificate"),
            ({"cert": tmp_path / "text"}, "this is no certificate in PEM form"),
            ({"key": tmp_path / "text"}, "this is no private key in PEM form"),
            ({"key": tmp_path / "locked.pem"}, "this is no private key without a password"),
            ({"key": foreign / "key.pem"}, "this is not the key of the certificate")):
        chosen = {**good, **files}
        result = davit_alone("--host", tls_host, "--tlscacert", chosen["ca"], "--tlscert",
                             chosen["cert"], "--tlskey", chosen["key"], "ps")
        assert result.status == 2, result
        assert part in result.err and str(list(files.values())[0]) in result.err, result


@pytest.mark.parametrize("arguments", [["logs", "-f"], ["exec"]])
def test_stream_that_is_cut_is_no_end(davit, engine, name, arguments):
    options, relay = ["--host"], tls_relay(engine)
    options += [relay.host, *VERIFIED]
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "echo begun; exec sleep 100", status=0)
    far = type(davit)(davit.program, options)
    command = ["sh", "-c", "echo begun; sleep 100"] if arguments == ["exec"] else []
    process = far.start(*arguments, name, *command)
    assert process.stdout.readline() == b"begun\n"
    relay.cut()
    result = far.finish(process)
    relay.close()
    assert result.status == (125 if command else 1), result
    assert "the connection was cut" in result.err


def test_address_that_nobody_listens_on(davit_alone):
    for options in ((), VERIFIED):
        refused(davit_alone("--host", "tcp://127.0.0.1:1", *options, "ps"), 3, "tcp://127.0.0.1:1: nothing listens there")


def test_name_that_is_not_known(davit_alone):
    result = davit_alone("--host", "tcp://no-such-engine.invalid", "ps", timeout=60)
    refused(result, 3, "tcp://no-such-engine.invalid:2375: no machine of the name "
                       "no-such-engine.invalid is known")
