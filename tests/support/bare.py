#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Proves the two commands of the README on a bare machine.

    bare.py CACHE COUNTS

In a fresh Debian 12 root, with processes, mounts, network and cgroups of its own, clones the commit
at HEAD, runs ./quickstart.sh twice (the second time finds everything done) and ./test.sh, and
writes "PASSED FAILED SKIPPED" to the file COUNTS. Failed steps and skipped tests count as failed.
The network goes out through slirp4netns, so the machine's firewall and bridges are not touched. The
folder CACHE keeps the root as debootstrap makes it, and the log.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import isolation
from supervisor import FAILED, Children, enter_namespaces, say, supervise

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
RELEASE = "bookworm"
NAMESERVER = "10.0.2.3"  # slirp4netns forwards it to the machine's
APT_SETTINGS = re.compile(r"Acquire::(http|https|Retries|ForceIPv4|Check-)", re.IGNORECASE)
LAST_LINE = re.compile(r"(\d+) passed, (\d+) failed, (\d+) skipped")
LOG = "root/bare.log"
STEPS = "root/bare.steps"
SCRIPT = """
step() {
    local start=$SECONDS status=0
    echo "== $*"
    "$@" </dev/null || status=$?
    echo "$status $* ($((SECONDS - start)) seconds)" >>/root/bare.steps
    return $status
}
run() {
    cd /root/davit
    step ./quickstart.sh && step ./quickstart.sh
    step ./test.sh
}
run 2>&1 | tee /root/bare.log
"""


class Outcome(Exception):
    """Why the proof cannot be made."""


def output(command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def debian_sources():
    """The machine's own sources for this release: [(site, release)]."""
    lines = output(["apt-get", "indextargets", "--format",
                    "$(SITE) $(RELEASE) $(ORIGIN) $(COMPONENT)"]).split("\n")
    rows = sorted({tuple(line.split()) for line in lines})
    found = [row[:2] for row in rows
             if row[2:] == ("Debian", "main") and row[1].startswith(RELEASE)]
    if not any(release == RELEASE for _site, release in found):
        raise Outcome(f"apt knows no Debian mirror with {RELEASE}: run apt-get update")
    return found


class Network:
    """slirp4netns, started while this process still is in the machine's namespaces."""

    def __init__(self, work):
        if not os.path.exists("/dev/net/tun"):
            raise Outcome("/dev/net/tun is missing: load the kernel module tun")
        self.log = work / "slirp4netns.log"
        self.ready, ready_end = os.pipe()
        script = (f"read -r _ && exec slirp4netns --configure --mtu=65520 --ready-fd={ready_end} "
                  f"--netns-type=path /proc/{os.readlink('/proc/self')}/ns/net tap0")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(["sh", "-c", script], stdin=subprocess.PIPE, stdout=log,
                                            stderr=log, pass_fds=[ready_end])
        os.close(ready_end)

    def connect(self):
        self.process.stdin.write(b"go\n")
        self.process.stdin.flush()
        if not os.read(self.ready, 1):
            raise Outcome(f"slirp4netns: {self.log.read_text()}")


def use_nameserver(work):
    private = work / "resolv.conf"
    private.write_text(f"nameserver {NAMESERVER}\n")
    target = pathlib.Path(os.path.realpath("/etc/resolv.conf"))
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.touch()
    isolation.bind(private, target)


def make_root(work, cache, sources):
    """A fresh root: unpacked from the cache, or made by debootstrap and put there."""
    root = work / "root"
    packed = cache / f"{RELEASE}.tar"
    if not packed.exists():
        say(f"debootstrap {RELEASE}: takes a minute or two")
        mirror = next(site for site, release in sources if release == RELEASE)
        with open(work / "debootstrap.log", "wb") as log:
            made = subprocess.run(["debootstrap", "--variant=minbase", RELEASE, root, mirror],
                                  stdout=log, stderr=log, check=False)
        if made.returncode != 0:
            raise Outcome("debootstrap failed:\n" + (work / "debootstrap.log").read_text()[-2000:])
        partial = cache / f"{RELEASE}.tar.part"
        output(["tar", "-C", str(root), "--numeric-owner", "-cf", str(partial), "."])
        partial.rename(packed)
        return root
    root.mkdir()
    output(["tar", "-C", str(root), "--numeric-owner", "-xpf", str(packed)])
    return root


def configure_root(root, sources):
    """What a machine in this place has: mirrors, proxies, certificates, a name server."""
    lists = root / "etc/apt/sources.list.d"
    shutil.rmtree(lists, ignore_errors=True)
    lists.mkdir()
    lines = "".join(f"deb {site} {release} main\n" for site, release in sources)
    (root / "etc/apt/sources.list").write_text(lines)
    settings = [line for line in output(["apt-config", "dump", "--no-empty"]).split("\n")
                if APT_SETTINGS.match(line)]
    (root / "etc/apt/apt.conf.d/90machine").write_text("\n".join(settings) + "\n")
    certificates = pathlib.Path("/usr/local/share/ca-certificates")
    if certificates.is_dir():
        shutil.copytree(certificates, root / "usr/local/share/ca-certificates", dirs_exist_ok=True)
    (root / "etc/resolv.conf").unlink(missing_ok=True)
    (root / "etc/resolv.conf").write_text(f"nameserver {NAMESERVER}\n")
    (root / "etc/hosts").write_text(f"127.0.0.1 localhost {os.uname().nodename}\n::1 localhost\n")


def clone_head(work, root):
    """A clone of the commit at HEAD, whoever owns the repository."""
    git = ["git", "-c", "safe.directory=*", "-C", str(REPOSITORY)]
    if output([*git, "status", "--porcelain"]):
        say("what is not committed is not part of this proof")
    bundle = work / "davit.bundle"
    output([*git, "bundle", "create", "--quiet", str(bundle), "HEAD"])
    output(["git", "-c", "advice.detachedHead=false", "clone", "--quiet", str(bundle),
            str(root / "root/davit")])


def enter_root(root):
    isolation.bind(root, root)
    for name in ("proc", "sys", "dev", "run"):
        isolation.bind(f"/{name}", root / name)
    isolation.pivot_root(root)


def bare_environment():
    env = {"HOME": "/root", "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
    env["TERM"] = os.environ.get("TERM", "dumb")
    for name, value in os.environ.items():
        if name.lower().endswith("_proxy") or name == "CI":
            env[name] = value
    return env


def prove(work, groups, cache):
    try:
        sources = debian_sources()
        network = Network(work)
        enter_namespaces(groups)
        network.connect()
        isolation.mount_kernel_views()
        use_nameserver(work)
        root = make_root(work, cache, sources)
        configure_root(root, sources)
        clone_head(work, root)
        enter_root(root)
    except (Outcome, OSError, subprocess.CalledProcessError) as error:
        say(str(error))
        return FAILED
    command = subprocess.Popen(["/bin/bash", "-c", SCRIPT], env=bare_environment(),
                               start_new_session=True)
    return Children().wait_for(command)


def judge(work, cache, counts):
    """The counts in the last line of ./test.sh, one failure more a step that failed, and one for
    tests that were skipped."""
    log, steps = work / "root" / LOG, work / "root" / STEPS
    passed, failed, skipped = 0, 1, 0
    if log.exists():
        shutil.copy(log, cache / "bare.log")
        last = LAST_LINE.fullmatch(log.read_text(errors="replace").rstrip().split("\n")[-1])
        if last:
            passed, failed, skipped = map(int, last.groups())
    done = steps.read_text().splitlines() if steps.exists() else []
    for step in done:
        status, what = step.split(" ", 1)
        say(f"bare: {what}: {'ok' if status == '0' else f'failed with status {status}'}")
    failed = max(failed, sum(not step.startswith("0 ") for step in done))
    counts.write_text(f"{passed} {failed + bool(skipped)} {skipped}\n")


def main(cache, counts):
    cache.mkdir(parents=True, exist_ok=True)
    supervise(lambda work, groups: prove(work, groups, cache),
              lambda work: judge(work, cache, counts), with_parent=True)
    return 0 if counts.exists() and counts.read_text().split()[1] == "0" else 1


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:3])))
