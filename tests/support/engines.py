#!/usr/bin/python3 -B
# SPDX-License-Identifier: MIT
"""Run a command beside private, real container engines.

    engines.py run [--engine docker|podman]... [--logs DIR] [--with-parent] -- COMMAND [ARGUMENT...]

Boots the engines (both, unless told otherwise) with sockets, data and settings of their own, runs
COMMAND, and exits with its status. The engines and COMMAND live in namespaces of their own, so the
machine's engines, mounts, networks, firewall and settings are neither used nor touched, and nothing
stays behind, however the run ends.

COMMAND finds in its environment:
    DAVIT_TEST_DOCKER_HOST, DAVIT_TEST_PODMAN_HOST    unix:// addresses of the engines
    DAVIT_TEST_WORK                                   a folder on a real disk for whatever it likes
    DAVIT_TEST_REGISTRY                               the address of a registry, see registry.py
    DAVIT_TEST_REGISTRY_PLAIN, _TRUSTED, _FOREIGN     those of account_registries.py
    DAVIT_TEST_DOCKER_TLS                             Docker's second address, TLS with client
                                                      certificates
    DAVIT_TEST_CERTIFICATES                           the folder of these, see certificates.py
    DAVIT_TEST_PODMAN_TCP                             Podman's second address, without TLS
HOME, TMPDIR and the XDG folders are private, and settings for container tools are unset. Each
engine has the image localhost/davit-test:base, made from busybox-static. COMMAND has no network but
the loopback.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time

import account_registries
import base_image
import certificates
import isolation
import registry
from engine_api import EngineApi
from supervisor import FAILED, Children, enter_namespaces, say, supervise

KINDS = ("docker", "podman")
INSIDE = "/run/davit-test"
CERTIFICATES = f"{INSIDE}/certificates"
DOCKER_TLS = "tcp://127.0.0.1:12376"
PODMAN_TCP = "tcp://127.0.0.1:12375"
BOOT_SECONDS = 180
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
USER_SETTINGS = ("BUILDAH_", "BUILDKIT_", "COMPOSE_", "CONTAINER", "DAVIT_", "DBUS_", "DOCKER_",
                 "LC_", "PODMAN_", "STORAGE_", "XDG_")
USER_SETTING_NAMES = {"LOG_LEVEL", "NO_COLOR", "NOTIFY_SOCKET", "REGISTRY_AUTH_FILE",
                      "http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy",
                      "HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"}
KEPT_SETTINGS = ("DAVIT_BUILD", "DAVIT_TEST_")
MACHINE_FOLDERS = ("/etc/containers", "/etc/docker", "/etc/cni", "/var/lib/containers",
                   "/var/lib/docker", "/var/lib/cni", "/opt/containerd")
ALWAYS_USED = ("/var/lib/containers", "/opt/containerd")
REGISTRIES = "unqualified-search-registries = []\n" + "".join(
    f'[[registry]]\nlocation = "{address}"\ninsecure = true\n'
    for address in (registry.ADDRESS, account_registries.PLAIN))
POLICY = '{"default": [{"type": "insecureAcceptAnything"}]}\n'


class BootError(Exception):
    """An engine that cannot be brought up; the message says which and why."""


# ---- the private world: folders, masks, environment ----


def mask_machine_settings(work):
    """Put private folders over those where engines keep settings and data by default."""
    for path in MACHINE_FOLDERS:
        private = work / "masks" / path.strip("/").replace("/", "-")
        private.mkdir(parents=True)
        if path == "/etc/containers":
            (private / "policy.json").write_text(POLICY)
            (private / "registries.conf").write_text(REGISTRIES)
        if path in ALWAYS_USED and not os.path.isdir(path):
            make_privately(path, work / "made")
        if os.path.isdir(path):
            isolation.bind(private, path)


def make_privately(path, work):
    """Make a folder without making it on the machine: in an overlay over its parent. Where no
    overlay can be made the machine is a container itself and the folder does no harm."""
    parent = os.path.dirname(path)
    folders = {name: work / parent.strip("/").replace("/", "-") / name
               for name in ("upper", "scratch")}
    for folder in folders.values():
        folder.mkdir(parents=True)
    try:
        isolation.mount("overlay", parent, "overlay", data=f"lowerdir={parent},"
                        f"upperdir={folders['upper']},workdir={folders['scratch']}")
    except OSError:
        pass
    os.makedirs(path, exist_ok=True)


def command_environment(kinds):
    """What COMMAND sees: the caller's environment less every setting for container tools."""
    env = {}
    for name, value in os.environ.items():
        dropped = name.startswith(USER_SETTINGS) or name in USER_SETTING_NAMES
        if not dropped or name.startswith(KEPT_SETTINGS):
            env[name] = value
    env["PATH"] = env.get("PATH", "") + ":" + SYSTEM_PATH
    env["LC_ALL"] = "C.UTF-8"
    env["TZ"] = "UTC"
    for name, folder in (("HOME", "home"), ("TMPDIR", "tmp"), ("XDG_RUNTIME_DIR", "xdg"),
                         ("DOCKER_CONFIG", "home/.docker"), ("DAVIT_TEST_WORK", "work")):
        os.makedirs(f"{INSIDE}/{folder}", mode=0o700, exist_ok=True)
        env[name] = f"{INSIDE}/{folder}"
    env["DAVIT_TEST_REGISTRY"] = registry.ADDRESS
    env.update(account_registries.ENVIRONMENT)
    for kind in KINDS:
        env.pop(f"DAVIT_TEST_{kind.upper()}_HOST", None)
    env["DAVIT_TEST_CERTIFICATES"] = CERTIFICATES
    env["DAVIT_TEST_DOCKER_TLS"] = DOCKER_TLS
    env["DAVIT_TEST_PODMAN_TCP"] = PODMAN_TCP
    for kind in kinds:
        env[f"DAVIT_TEST_{kind.upper()}_HOST"] = engine_host(kind)
    return env


def engine_environment(folder):
    """What an engine sees: nothing of the caller's."""
    env = {"PATH": SYSTEM_PATH, "LANG": "C.UTF-8", "HOME": f"{folder}/home",
           "TMPDIR": f"{folder}/tmp", "XDG_RUNTIME_DIR": f"{folder}/xdg"}
    for name in ("HOME", "TMPDIR", "XDG_RUNTIME_DIR"):
        os.makedirs(env[name], mode=0o700, exist_ok=True)
    return env


def engine_host(kind):
    return f"unix://{INSIDE}/{kind}.sock"


# ---- the engines ----


def docker_command(folder, overlay):
    settings = folder / "daemon.json"
    settings.write_text('{"max-download-attempts": 1}\n')  # five of them take a minute
    command = ["dockerd", "--config-file", settings, "--host", engine_host("docker"),
               "--data-root", folder / "data", "--exec-root", "/run/docker",
               "--pidfile", "/run/docker.pid", "--exec-opt", "native.cgroupdriver=cgroupfs",
               "--storage-driver", "overlay2" if overlay else "vfs",
               "--host", DOCKER_TLS, "--tlsverify", "--tlscacert", f"{CERTIFICATES}/ca.pem",
               "--tlscert", f"{CERTIFICATES}/server.pem", "--tlskey",
               f"{CERTIFICATES}/server-key.pem"]
    return command, engine_environment(folder)


def hard_limit(kind, wanted):
    hard = resource.getrlimit(kind)[1]
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def podman_settings(folder):
    """containers.conf. The limits must not exceed the hard ones, or no container starts."""
    files = hard_limit(resource.RLIMIT_NOFILE, 1048576)
    processes = hard_limit(resource.RLIMIT_NPROC, 32768)
    return f"""\
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
static_dir = "{folder}/root/libpod"
volume_path = "{folder}/root/volumes"
tmp_dir = "/run/podman-libpod"
[network]
network_backend = "netavark"
network_config_dir = "{folder}/networks"
"""


def podman_command(folder, overlay):
    driver = "overlay" if overlay else "vfs"
    files = {
        "containers.conf": podman_settings(folder),
        "registries.conf": REGISTRIES,
        "storage.conf": f'[storage]\ndriver = "{driver}"\ngraphroot = "{folder}/root"\n'
                        'runroot = "/run/podman-containers"\n',
        "home/.config/containers/policy.json": POLICY,
    }
    env = engine_environment(folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    env["CONTAINERS_CONF"] = f"{folder}/containers.conf"
    env["CONTAINERS_REGISTRIES_CONF"] = f"{folder}/registries.conf"
    env["CONTAINERS_STORAGE_CONF"] = f"{folder}/storage.conf"
    return ["podman", "system", "service", "--time=0", engine_host("podman")], env


COMMANDS = {"docker": docker_command, "podman": podman_command}


class Engine:
    def __init__(self, kind, work, overlay):
        self.kind = kind
        self.api = EngineApi(kind, engine_host(kind))
        self.log = work / "logs" / f"{kind}.log"
        self.ready = False
        folder = work / kind
        folder.mkdir()
        command, env = COMMANDS[kind](folder, overlay)
        program = shutil.which(command[0], path=SYSTEM_PATH)
        if program is None:
            raise BootError(f"{kind}: the program {command[0]} is not installed")
        with open(self.log, "wb") as log:
            # Kept, or the module subprocess would collect the exit status in our stead.
            streams = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": log}
            self.process = subprocess.Popen([program, *command[1:]], env=env, cwd=folder,
                                            start_new_session=True, **streams)
            if kind == "podman":  # a service of Podman's has one address
                self.second = subprocess.Popen([program, *command[1:-1], PODMAN_TCP], env=env,
                                               cwd=folder, start_new_session=True, **streams)
        self.pid = self.process.pid

    def log_tail(self, lines=30):
        text = self.log.read_text(errors="replace").splitlines()[-lines:]
        return "\n".join(f"    {self.kind}: {line}" for line in text)


def boot(kinds, work, children):
    """Start the engines side by side and give each the base image once it answers."""
    archive = base_image.root_archive()
    overlay = isolation.overlay_works(work / "overlay-probe")
    engines = [Engine(kind, work, overlay) for kind in kinds]
    deadline = time.monotonic() + BOOT_SECONDS
    while not all(engine.ready for engine in engines):
        children.reap()
        for engine in engines:
            if children.status_of(engine.pid) is not None:
                raise BootError(f"{engine.kind} ended while starting:\n{engine.log_tail()}")
            if time.monotonic() > deadline:
                raise BootError(f"{engine.kind} did not answer within {BOOT_SECONDS} seconds:\n"
                                f"{engine.log_tail()}")
            if not engine.ready and engine.api.answers():
                try:
                    base_image.load(engine.api, archive)
                except (AssertionError, OSError) as error:
                    raise BootError(f"{error}\n{engine.log_tail()}") from error
                engine.ready = True
        time.sleep(0.1)
    return engines


def serve_registry(work):
    """Start the tests' registry; it listens long before an engine is ready."""
    with open(work / "logs" / "registry.log", "wb") as log:
        subprocess.Popen([sys.executable, registry.__file__], stdin=subprocess.DEVNULL, stdout=log,
                         stderr=log, start_new_session=True)


# ---- running a command beside them ----


def enter_world(work, groups):
    enter_namespaces(groups)
    isolation.mount_kernel_views()
    for folder in ("inside", "logs"):
        (work / folder).mkdir()
    os.mkdir(INSIDE)
    isolation.bind(work / "inside", INSIDE)  # short paths: a socket's must fit in 108 bytes
    mask_machine_settings(work)


def boot_and_run(options, work, groups):
    """Boot, run COMMAND, tell of an engine that ends before it does. Returns the exit status."""
    children = Children()
    try:
        enter_world(work, groups)
        serve_registry(work)
        account_registries.start(work)
        certificates.make_all(CERTIFICATES)
        running = boot(options.engine, work, children)
        account_registries.wait()
        command = subprocess.Popen(options.command, env=command_environment(options.engine),
                                   start_new_session=True)
    except (BootError, OSError, subprocess.CalledProcessError) as error:
        say(str(error))
        return FAILED

    def report_ended():
        for engine in [one for one in running if children.status_of(one.pid) is not None]:
            say(f"{engine.kind} ended before the command did:\n{engine.log_tail()}")
            running.remove(engine)

    return children.wait_for(command, report_ended)


def copy_logs(work, target):
    """Copy the engines' logs, into the hands of who called sudo."""
    if not target or not (work / "logs").is_dir():
        return
    owner = [int(os.environ.get(name, 0)) for name in ("SUDO_UID", "SUDO_GID")]
    os.makedirs(target, exist_ok=True)
    for log in (work / "logs").iterdir():
        os.chown(shutil.copy(log, target), *owner)
    os.chown(target, *owner)


def run(options):
    return supervise(lambda work, groups: boot_and_run(options, work, groups),
                     lambda work: copy_logs(work, options.logs), options.with_parent)


def parse(arguments):
    parser = argparse.ArgumentParser(prog="engines.py", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    runner = commands.add_parser("run", help="run a command beside private engines")
    runner.add_argument("--engine", action="append", choices=KINDS, help="only this engine")
    runner.add_argument("--with-parent", action="store_true",
                        help="end when the process that started this one ends")
    runner.add_argument("--logs", metavar="DIR", help="copy the engines' logs there at the end")
    runner.add_argument("command", nargs="+", metavar="COMMAND")
    options = parser.parse_args(arguments)
    options.engine = list(dict.fromkeys(options.engine or KINDS))
    return options


if __name__ == "__main__":
    sys.exit(run(parse(sys.argv[1:])))
