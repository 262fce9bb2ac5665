# SPDX-License-Identifier: MIT
"""Namespaces, mounts and cgroups of a private world for engines, straight from the kernel.

What runs inside sees a fresh /proc, /sys, /run and /dev/shm, a network with nothing but a loopback,
and a cgroup tree whose root is a group of its own. When its first process ends the kernel ends all
of them and drops every mount, bridge, and firewall rule they made; what is left to remove is the
work folder and the empty cgroups.
"""

import ctypes
import errno
import fcntl
import os
import socket
import struct
import time

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_NOSUID, MS_NODEV, MS_NOEXEC = 2, 4, 8
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

PR_SET_PDEATHSIG = 1
SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 1
SIOCSIFADDR, SIOCSIFNETMASK = 0x8916, 0x891C

PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}  # the C library has no function for it

CGROUP_TOP = "/sys/fs/cgroup"
CONTROLLERS = {"cpu", "cpuset", "io", "memory", "pids"}

libc = ctypes.CDLL(None, use_errno=True)


def check(result, what):
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags):
    check(libc.unshare(flags), "unshare")


def die_with_parent(signal_number):
    check(libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0), "prctl")


def mount(source, target, kind=None, flags=0, data=None):
    encoded = [None if text is None else os.fsencode(text) for text in (source, target, kind)]
    options = None if data is None else os.fsencode(data)
    check(libc.mount(*encoded, ctypes.c_ulong(flags), options), f"mount {target}")


def unmount(target):
    check(libc.umount2(os.fsencode(target), MNT_DETACH), f"umount {target}")


def bind(source, target):
    mount(source, target, flags=MS_BIND | MS_REC)


def pivot_root(folder):
    """Make a folder the root of this mount namespace and forget the old one. runc needs a real
    root, which a chroot is not."""
    os.chdir(folder)
    check(libc.syscall(PIVOT_ROOT[os.uname().machine], b".", b"."), "pivot_root")
    unmount(".")
    os.chdir("/")


def bring_loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        request = struct.pack("16sH14x", b"lo", 0)
        flags = struct.unpack("16sH14x", fcntl.ioctl(control, SIOCGIFFLAGS, request))[1]
        fcntl.ioctl(control, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def add_loopback_address(address, number):
    """A further address of the loopback, as its alias of that number."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for call, value in ((SIOCSIFADDR, address), (SIOCSIFNETMASK, "255.255.255.255")):
            fcntl.ioctl(control, call, struct.pack("16sHH4s8x", b"lo:%d" % number, socket.AF_INET,
                                                   0, socket.inet_aton(value)))


def overlay_works(folder):
    """Whether engines can keep images as overlays here: not on top of another overlay."""
    parts = {name: os.path.join(folder, name) for name in ("lower", "upper", "scratch", "merged")}
    for path in parts.values():
        os.makedirs(path, exist_ok=True)
    options = f"lowerdir={parts['lower']},upperdir={parts['upper']},workdir={parts['scratch']}"
    try:
        mount("overlay", parts["merged"], "overlay", data=options)
    except OSError:
        return False
    unmount(parts["merged"])
    return True


class Hierarchy:
    """One mounted cgroup hierarchy and this process's place in it."""

    def __init__(self, mountpoint, unified, controllers, own):
        self.mountpoint = mountpoint
        self.unified = unified
        self.controllers = controllers
        self.own = own

    @property
    def is_pure_v2(self):
        return self.unified and self.mountpoint == CGROUP_TOP


def read_text(path):
    with open(path, encoding="ascii", errors="surrogateescape") as file:
        return file.read()


def write_text(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def own_groups():
    """{"" (v2) or "cpu,cpuacct" or "name=systemd": path} of this process."""
    groups = {}
    for line in read_text("/proc/self/cgroup").splitlines():
        _number, controllers, path = line.split(":", 2)
        groups[controllers] = path
    return groups


def hierarchies():
    """Every cgroup hierarchy under /sys/fs/cgroup."""
    groups = own_groups()
    found = []
    for line in read_text("/proc/self/mountinfo").splitlines():
        left, right = line.split(" - ", 1)
        root, mountpoint = left.split()[3:5]
        kind, _source, options = right.split()[:3]
        if kind not in ("cgroup", "cgroup2") or not (mountpoint + "/").startswith(CGROUP_TOP + "/"):
            continue
        unified = kind == "cgroup2"
        wanted = set() if unified else set(options.split(","))
        for controllers, path in groups.items():
            names = set(controllers.split(",")) if controllers else set()
            if (unified and not names) or (names and names <= wanted):
                inside = os.path.relpath(path, root)
                own = mountpoint if inside.startswith("..") else os.path.join(mountpoint, inside)
                found.append(Hierarchy(mountpoint, unified, controllers, os.path.normpath(own)))
    return found


def group_folders(name):
    """Where a group of that name stands in every hierarchy: beside the caller's processes. Version
    2 lets only groups without processes of their own share out controllers, so there at the top."""
    return [os.path.join(one.mountpoint if one.is_pure_v2 else one.own, name)
            for one in hierarchies()]


def create_groups(folders):
    for folder in folders:
        parent = os.path.dirname(folder)
        if parent == CGROUP_TOP:
            share_controllers(parent)
        os.mkdir(folder)
        for part in ("cpuset.cpus", "cpuset.mems"):  # version 1 starts with none
            own = os.path.join(folder, part)
            if parent != CGROUP_TOP and os.path.exists(own):
                write_text(own, read_text(os.path.join(parent, part)))


def share_controllers(folder):
    """Let the children of a version 2 group use the controllers that engines want, as systemd and
    engines do too; they stay enabled. In a container the top group holds processes; they have to
    move into a group below first."""
    missing = CONTROLLERS & set(read_text(f"{folder}/cgroup.controllers").split())
    missing -= set(read_text(f"{folder}/cgroup.subtree_control").split())
    for controller in sorted(missing):
        try:
            write_text(f"{folder}/cgroup.subtree_control", f"+{controller}")
        except OSError as error:
            if error.errno == errno.EBUSY and move_processes(folder, f"{folder}/init"):
                write_text(f"{folder}/cgroup.subtree_control", f"+{controller}")


def move_processes(source, target):
    os.makedirs(target, exist_ok=True)
    for pid in read_text(f"{source}/cgroup.procs").split():
        try:
            write_text(f"{target}/cgroup.procs", pid)
        except OSError:
            pass  # it ended meanwhile, or belongs to the kernel
    return not read_text(f"{source}/cgroup.procs").split()


def join_groups(folders):
    for folder in folders:
        write_text(os.path.join(folder, "cgroup.procs"), "0")


def remove_groups(folders, patience=10.0):
    """Remove groups and what engines made below them; a group is busy until its last process is
    really gone."""
    deadline = time.monotonic() + patience
    for folder in folders:
        while os.path.isdir(folder):
            for parent, _children, _files in os.walk(folder, topdown=False):
                try:
                    os.rmdir(parent)
                except OSError:
                    pass
            if os.path.isdir(folder) and time.monotonic() > deadline:
                return False
            if os.path.isdir(folder):
                time.sleep(0.05)
    return True


def mount_kernel_views():
    """Fresh /proc, /sys, /run and /dev/shm; the cgroup tree starts at this process's own group."""
    layout = hierarchies()
    links = []
    if os.path.isdir(CGROUP_TOP):
        links = [(entry.name, os.readlink(entry.path))
                 for entry in os.scandir(CGROUP_TOP) if entry.is_symlink()]
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC)
    mount_cgroups(layout, links)
    mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    os.makedirs("/run/lock", exist_ok=True)
    os.makedirs("/dev/shm", exist_ok=True)
    mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")


def mount_cgroups(layout, links):
    if any(hierarchy.is_pure_v2 for hierarchy in layout):
        mount("cgroup2", CGROUP_TOP, "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC)
        os.mkdir(f"{CGROUP_TOP}/init")
        write_text(f"{CGROUP_TOP}/init/cgroup.procs", "0")
        share_controllers(CGROUP_TOP)
        return
    mount("tmpfs", CGROUP_TOP, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=755")
    for hierarchy in layout:
        os.makedirs(hierarchy.mountpoint, exist_ok=True)
        if hierarchy.unified:
            mount("cgroup2", hierarchy.mountpoint, "cgroup2")
        else:
            mount("cgroup", hierarchy.mountpoint, "cgroup", data=hierarchy.controllers)
    for name, target in links:
        os.symlink(target, os.path.join(CGROUP_TOP, name))
