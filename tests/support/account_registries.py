# SPDX-License-Identifier: MIT
"""Real registries (docker-registry) that want a name and a password, with and without TLS.

    127.0.0.1:5001     without TLS; both engines are told that it is safe
    192.0.2.1:5443     with TLS, by an authority that both engines trust for this address
    192.0.2.2:5443     the same registry under an address for which nobody trusts the authority

The account is alice, her password wonderland. Docker takes any registry at 127.0.0.0/8 without a
certificate, hence the addresses that the loopback does not have by itself.
"""

import pathlib
import socket
import subprocess
import time

import isolation

PLAIN = "127.0.0.1:5001"
TRUSTED, FOREIGN, TLS_LISTENS = "192.0.2.1:5443", "192.0.2.2:5443", ":5443"
USER, PASSWORD = "alice", "wonderland"
HTPASSWD = "alice:$2b$04$Tplsn.T1.rvL.HgZdiuojezqdZVo/XqjoJApPOXTczKpCjSufT8Ny\n"
PROGRAM = "/usr/bin/docker-registry"
BOOT_SECONDS = 30
ENVIRONMENT = {
    "DAVIT_TEST_REGISTRY_PLAIN": PLAIN,
    "DAVIT_TEST_REGISTRY_TRUSTED": TRUSTED,
    "DAVIT_TEST_REGISTRY_FOREIGN": FOREIGN,
}
SETTINGS = """\
version: 0.1
log: {{level: warn}}
storage:
  filesystem: {{rootdirectory: {folder}/{name}}}
  delete: {{enabled: true}}
auth:
  htpasswd: {{realm: davit-test, path: {folder}/htpasswd}}
http:
  addr: {address}
"""
TLS_SETTINGS = """\
  tls: {{certificate: {folder}/server.crt, key: {folder}/server.key}}
"""
NEW_KEY = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
           "-nodes", "-days", "2"]


def make_certificates(folder):
    """An authority, and a certificate of its for both TLS addresses."""
    names = ",".join("IP:" + address.rsplit(":", 1)[0] for address in (TRUSTED, FOREIGN))
    authority = ["-CA", "ca.crt", "-CAkey", "ca.key"]
    for command in (
            [*NEW_KEY, "-subj", "/CN=davit test authority", "-keyout", "ca.key", "-out", "ca.crt"],
            [*NEW_KEY, "-subj", "/CN=registry", "-addext", f"subjectAltName={names}",
             "-addext", "basicConstraints=critical,CA:FALSE",
             *authority, "-keyout", "server.key", "-out", "server.crt"]):
        subprocess.run(command, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def trust(folder):
    """Tell both engines: each looks below its own folder of settings."""
    for settings in ("/etc/docker", "/etc/containers"):
        target = pathlib.Path(settings, "certs.d", TRUSTED)
        target.mkdir(parents=True, exist_ok=True)
        (target / "ca.crt").write_bytes((folder / "ca.crt").read_bytes())


def start_one(name, address, folder, log, more=""):
    settings = folder / f"{name}.yml"
    settings.write_text((SETTINGS + more).format(folder=folder, name=name, address=address))
    subprocess.Popen([PROGRAM, "serve", settings], stdin=subprocess.DEVNULL, stdout=log,
                     stderr=log, start_new_session=True)


def start(work):
    """Start them; they run until the namespaces end."""
    folder = work / "registries"
    folder.mkdir()
    (folder / "htpasswd").write_text(HTPASSWD)
    make_certificates(folder)
    trust(folder)
    for number, address in enumerate((TRUSTED, FOREIGN), 1):
        isolation.add_loopback_address(address.rsplit(":", 1)[0], number)
    with open(work / "logs" / "registries.log", "wb") as log:
        start_one("plain", PLAIN, folder, log)
        start_one("tls", TLS_LISTENS, folder, log, TLS_SETTINGS)


def wait():
    """Until all of them answer."""
    deadline = time.monotonic() + BOOT_SECONDS
    for address in (PLAIN, TRUSTED, FOREIGN):
        host, port = address.rsplit(":", 1)
        while True:
            try:
                socket.create_connection((host, int(port)), timeout=5).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
