# SPDX-License-Identifier: MIT
"""A real sshd on the loopback, with keys and settings of its own, and a program `ssh` that uses
them: put .bin into PATH before all else."""

import os
import pathlib
import shutil
import socket
import subprocess
import time

PATIENCE = 20
SERVER = """\
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin yes
MaxStartups 100
SetEnv PATH={path}
"""
CLIENT = """\
#!/bin/sh
exec {ssh} -F {folder}/client_config "$@"
"""
SETTINGS = """\
IdentityFile {folder}/key
IdentitiesOnly yes
IdentityAgent none
UserKnownHostsFile {folder}/known_hosts
GlobalKnownHostsFile none
"""


def make_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path.with_suffix(".pub").read_text()


class Sshd:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.bin = self.folder / "bin"
        self.prepare()
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [shutil.which("sshd", path="/usr/sbin:/usr/local/sbin"), "-D", "-e", "-p",
             str(self.port), "-f", str(self.folder / "server_config")],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True)
        self.wait()

    def prepare(self):
        host = make_key(self.folder / "host_key")
        (self.folder / "authorized_keys").write_text(make_key(self.folder / "key"))
        make_key(self.folder / "unknown_key")
        self.host_line = f"[127.0.0.1]:{self.port} {host}"
        self.know(self.host_line)
        (self.folder / "server_config").write_text(
            SERVER.format(folder=self.folder, path=os.environ["PATH"]))
        (self.folder / "client_config").write_text(SETTINGS.format(folder=self.folder))
        self.bin.mkdir()
        client = self.bin / "ssh"
        client.write_text(CLIENT.format(ssh=shutil.which("ssh"), folder=self.folder))
        client.chmod(0o755)

    def know(self, line):
        """What the client knows of host keys."""
        (self.folder / "known_hosts").write_text(line)

    def wait(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                assert self.process.poll() is None and time.monotonic() < deadline, \
                    (self.folder / "log").read_text()
                time.sleep(0.02)

    def host(self, path=""):
        return f"ssh://root@127.0.0.1:{self.port}{path}"

    @property
    def env(self):
        return {"PATH": f"{self.bin}:{os.environ['PATH']}"}

    def children(self):
        """The processes that serve connections."""
        listed = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listed.read_text().split()]

    def close(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()
