# SPDX-License-Identifier: MIT
"""Running programs under test: always with a deadline, never leaving one behind."""

import os
import signal
import subprocess


class TimedOut(AssertionError):
    pass


def kill_group(process):
    """End a process that leads a session, and whatever it started in it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run(command, timeout, stdin=b"", env=None, cwd=None, merge=False):
    """(exit status, stdout, stderr) as bytes; with `merge`, stderr is in stdout. A negative exit
    status is the signal that ended the process."""
    __tracebackhide__ = True
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT if merge else subprocess.PIPE,
                          env=env, cwd=cwd, start_new_session=True) as process:
        try:
            out, err = process.communicate(stdin, timeout=timeout)
        except subprocess.TimeoutExpired as expired:
            kill_group(process)
            shown = (expired.stdout or b"") + (expired.stderr or b"")
            raise TimedOut(f"killed after {timeout} seconds: {' '.join(map(str, command))}\n"
                           f"{shown.decode(errors='replace')}") from None
        except BaseException:
            kill_group(process)
            raise
        return process.returncode, out, err or b""
