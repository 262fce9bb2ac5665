# SPDX-License-Identifier: MIT
"""Runs a function as the first process of a private world and leaves nothing behind.

Three processes: the front passes signals and the exit status on; the keeper, in a session of its
own, cleans up even if the front is killed; the first process of the namespaces does the work, and
all others end with it. What a killed keeper leaves in the temporary folder, the next run removes.
"""

import fcntl
import os
import pathlib
import secrets
import select
import shutil
import signal
import sys
import time

import isolation

PREFIX = "davit-engines-"
GRACE_SECONDS = 20
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
FAILED = 125


def say(text):
    print(f"engines: {text}", file=sys.stderr, flush=True)


def exit_status(wait_status):
    code = os.waitstatus_to_exitcode(wait_status)
    return code if code >= 0 else 128 - code


def handle_signals(handler):
    """Handle the signals that are passed on. They are blocked from the start and around each fork,
    so that none is lost before a process has its handlers."""
    for number in PASSED_ON:
        signal.signal(number, handler)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)


def fork_with_signals_blocked():
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    return os.fork()


# ---- the first process ----


class Children:
    """The first process of a pid namespace inherits every orphan and has to collect it."""

    def __init__(self):
        self.ended = {}

    def reap(self):
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self.ended[pid] = status

    def status_of(self, pid):
        return self.ended.get(pid)

    def wait_for(self, command, on_change=lambda: None):
        """Wait for a subprocess.Popen that leads a session, passing signals on to it. Returns its
        exit status; `on_change` is called when other children may have ended."""
        handle_signals(lambda received, _frame: os.killpg(command.pid, received))
        wakeup, wakeup_end = os.pipe()
        os.set_blocking(wakeup_end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakeup_end, warn_on_full_buffer=False)
        while True:
            self.reap()
            if self.status_of(command.pid) is not None:
                return exit_status(self.status_of(command.pid))
            on_change()
            if select.select([wakeup], [], [], 1.0)[0]:
                os.read(wakeup, 4096)


def enter_namespaces(groups):
    """Leave the machine's mounts, network and cgroups; its processes are out of sight already."""
    isolation.join_groups(groups)
    isolation.unshare(isolation.CLONE_NEWNS | isolation.CLONE_NEWNET | isolation.CLONE_NEWIPC
                      | isolation.CLONE_NEWUTS | isolation.CLONE_NEWCGROUP)
    isolation.mount("none", "/", flags=isolation.MS_REC | isolation.MS_PRIVATE)
    isolation.bring_loopback_up()


def first_process(function, work, groups, keeper_pipe):
    isolation.die_with_parent(signal.SIGKILL)
    keeper_gone = select.poll()
    keeper_gone.register(keeper_pipe, 0)
    if keeper_gone.poll(0):
        return FAILED
    handle_signals(lambda *_: os._exit(130))
    return function(work, groups)


# ---- the keeper ----


def make_locked(work):
    """Make the folder under another name first: nobody may find it without the lock held."""
    made = work.with_name("." + work.name)
    made.mkdir(mode=0o700)
    held = lock(made)
    made.rename(work)
    return held


def lock(work):
    """Hold the folder's lock for as long as this process lives; None if another one has it, or
    has just removed it."""
    try:
        descriptor = os.open(work / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def remove_world(work):
    """Remove the cgroups and the folder of a run whose processes are gone."""
    listed = work / "cgroups"
    if listed.exists() and not isolation.remove_groups(listed.read_text().split("\n")[:-1]):
        say(f"cannot remove the cgroups listed in {listed}")
        return
    shutil.rmtree(work, ignore_errors=True)
    if work.exists():
        say(f"cannot remove {work}")


def remove_stale_worlds(parent):
    for work in pathlib.Path(parent).glob(PREFIX + "*"):
        if (work / "lock").exists() and lock(work) is not None:
            remove_world(work)


def keep(function, work, lifeline, at_end):
    """Run the first process until it ends, the front is gone, or a signal's grace is over."""
    os.setsid()
    signals, signals_end = os.pipe()
    os.set_blocking(signals_end, False)
    signal.set_wakeup_fd(signals_end)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    handle_signals(lambda *_: None)
    held = make_locked(work)
    assert held is not None
    groups = isolation.group_folders(work.name)
    (work / "cgroups").write_text("".join(f"{folder}\n" for folder in groups))
    isolation.create_groups(groups)
    isolation.unshare(isolation.CLONE_NEWPID)
    pid = fork_with_signals_blocked()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for descriptor in (signals_end, lifeline):
            os.close(descriptor)
        leave(lambda: first_process(function, work, groups, signals))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, PASSED_ON)
    status = watch(pid, signals, lifeline)
    try:
        at_end(work)
    finally:
        remove_world(work)
    return status


def watch(pid, signals, lifeline):
    deadline = None
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return exit_status(status)
        ready = select.select([signals, lifeline], [], [], 1.0)[0]
        received = os.read(signals, 64) if signals in ready else b""
        for number in received:
            if number in PASSED_ON:
                os.kill(pid, number)
                deadline = deadline or time.monotonic() + GRACE_SECONDS
        if lifeline in ready or (deadline and time.monotonic() > deadline):
            os.kill(pid, signal.SIGKILL)
            return exit_status(os.waitpid(pid, 0)[1])


# ---- the front ----


def leave(function):
    """End a forked process with the function's result, whatever happens in it."""
    status = FAILED
    try:
        status = function()
    except BaseException as error:  # pylint: disable=broad-except
        say(f"{type(error).__name__}: {error}")
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def supervise(function, at_end=lambda work: None, with_parent=False):
    """Call function(work, groups) as the first process of a pid namespace; it is to begin with
    enter_namespaces(groups). `work` is its private folder. When it is over at_end(work) is called
    and everything removed. Returns the exit status."""
    if os.geteuid() != 0:
        say("needs root: real engines are started")
        return FAILED
    if with_parent:
        isolation.die_with_parent(signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_BLOCK, PASSED_ON)
    parent = os.environ.get("TMPDIR") or "/tmp"
    remove_stale_worlds(parent)
    work = pathlib.Path(parent, PREFIX + secrets.token_hex(4))
    lifeline, lifeline_end = os.pipe()
    keeper = fork_with_signals_blocked()
    if keeper == 0:
        os.close(lifeline_end)
        leave(lambda: keep(function, work, lifeline, at_end))
    os.close(lifeline)
    handle_signals(lambda received, _frame: os.kill(keeper, received))
    status = os.waitpid(keeper, 0)[1]
    if os.WIFSIGNALED(status):  # the keeper was killed; the rest is dying with it
        deadline = time.monotonic() + GRACE_SECONDS
        while work.exists() and lock(work) is None and time.monotonic() < deadline:
            time.sleep(0.05)
        remove_world(work)
    return exit_status(status)
