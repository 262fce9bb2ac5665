# SPDX-License-Identifier: MIT
"""What people see and type: the command on a terminal of its own."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

import pytest
from cli_helpers import BASE, container, prune_images, wait_until


@pytest.fixture(scope="module", autouse=True)
def pruned():
    yield
    prune_images()


class Terminal:
    """A command on a pseudo terminal."""

    def __init__(self, command, columns=80, rows=24, env=None):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.slave = slave
        self.text = ""
        self.process = subprocess.Popen(
            command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            env={**os.environ, "TERM": "xterm", **(env or {})},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.text += os.read(self.master, 65536).decode(errors="replace")
            return True
        return False

    def expect(self, pattern, seconds=20):
        deadline = time.monotonic() + seconds
        while not re.search(pattern, self.text):
            assert time.monotonic() < deadline, f"{pattern!r} did not come: {self.text!r}"
            self.read(0.2)

    def type(self, text):
        os.write(self.master, text.encode())

    def end(self, seconds=30):
        """Wait for its end; the exit status."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None:
            assert time.monotonic() < deadline, f"did not end: {self.text!r}"
            self.read(0.1)
        while self.read(0.05):
            pass
        return self.process.returncode

    def is_cooked(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ICANON)

    def is_echoing(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def close(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)


@pytest.fixture
def terminal(davit):
    opened = []

    def start(*arguments, **options):
        opened.append(Terminal(davit.command(arguments), **options))
        return opened[-1]
    yield start
    for one in opened:
        one.close()


def test_shell_in_a_container(terminal, name):
    shell = terminal("run", "--rm", "-it", "--name", name, BASE, "sh")
    shell.expect("# ")
    shell.type("tty; echo one$((1 + 1))\r")
    shell.expect("/dev/pts/0")
    shell.expect("one2")
    assert not shell.is_cooked()
    shell.type("sleep 100\r")
    shell.expect("sleep 100\r\n")
    time.sleep(0.5)
    shell.type("\x03")  # for the container's terminal, not for davit
    shell.expect(r"\^C")
    shell.type("exit 5\r")
    assert shell.end() == 5
    assert shell.is_cooked()


def test_exec_with_a_terminal(davit, terminal, name):
    davit("run", "-d", "--name", name, BASE, "sleep", "1000", status=0)
    shell = terminal("exec", "-it", name, "sh")
    shell.expect("# ")
    shell.type("echo one$((1 + 1)); exit 4\r")
    shell.expect("one2")
    assert shell.end() == 4
    assert shell.is_cooked()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_terminal_is_restored_after_a_signal(terminal, name, number):
    shell = terminal("run", "--rm", "-it", "--name", name, BASE, "sh", "-c",
                     "trap 'exit 3' TERM HUP; echo ready; while :; do sleep 0.1; done")
    shell.expect("ready")
    assert not shell.is_cooked()
    os.kill(shell.process.pid, number)
    assert shell.end() == 3
    assert shell.is_cooked()


def test_interrupt_key_reaches_a_container_without_a_terminal(terminal, name):
    shell = terminal("run", "--rm", "--name", name, BASE, "sh", "-c",
                     "trap 'echo got INT; exit 9' INT; echo ready; while :; do sleep 0.1; done")
    shell.expect("ready")
    shell.type("\x03")
    assert shell.end() == 9
    assert "got INT" in shell.text


def test_t_without_a_terminal_is_warned_of_and_works(davit):
    process = davit.start("run", "--rm", "-it", BASE, "tty")
    assert process.stdout.read() == b"/dev/pts/0\r\n"
    result = davit.finish(process)
    assert result.status == 0
    assert result.err.startswith("davit: warning: ")


def test_second_interrupt_ends_at_once(davit, engine, terminal, name):
    davit("run", "-d", "--name", name, BASE, "sh", "-c", "trap '' TERM; while :; do sleep 1; done",
          status=0)
    stopping = terminal("stop", "-t", "60", name)
    time.sleep(1)
    stopping.type("\x03\x03")
    assert stopping.end(5) == 130
    assert container(engine, name)


def test_table_is_cut_to_the_terminal(davit, terminal, name):
    davit("create", "--name", name, BASE, "echo", "word " * 60, status=0)
    listing = terminal("ps", "-a", "--filter", f"name={name}", columns=100)
    assert listing.end() == 0
    lines = listing.text.replace("\r", "").splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert "\u2026" in lines[1]
    assert re.match(r"[0-9a-f]{12} ", lines[1])
    whole = terminal("ps", "-a", "--no-trunc", "--filter", f"name={name}", columns=70)
    assert whole.end() == 0
    assert "word " * 59 in whole.text.replace("\r\n", "")


def test_name_stays_whole_where_there_is_room(davit, terminal, name):
    davit("create", "--name", name, BASE, "echo", "word " * 60, status=0)
    listing = terminal("ps", "-a", "--filter", f"name={name}", columns=76 + len(name))
    assert listing.end() == 0
    assert listing.text.splitlines()[1].endswith("  " + name)


@pytest.mark.parametrize("columns", ["90", "160"])
def test_variable_says_how_wide_the_table_may_be(davit, terminal, name, columns):
    davit("create", "--name", name, BASE, "echo", "word " * 60, status=0)
    listing = terminal("ps", "-a", "--filter", f"name={name}", columns=120,
                       env={"COLUMNS": columns})
    assert listing.end() == 0
    lines = listing.text.replace("\r", "").splitlines()
    assert max(map(len, lines)) <= int(columns)
    assert len(lines) == 2


def built(terminal, name, tmp_path, text, **options):
    (tmp_path / "Dockerfile").write_text(f"FROM {BASE}\nLABEL unique={name}\n{text}")
    building = terminal("build", "--no-cache", "-t", f"localhost/{name}", str(tmp_path), **options)
    return building.end(), building.text


def test_build_is_shown_live(terminal, name, tmp_path):
    text = "RUN for i in 1 2 3 4 5 6; do echo line $i; sleep 0.2; done\n"
    status, shown = built(terminal, name, tmp_path, text)
    assert status == 0
    assert "| line 3" in shown
    assert re.search(r"(\x1b\[A\x1b\[2K)+", shown)
    final = shown[shown.rindex("\x1b[2K"):]
    assert "line" not in final.replace("\x1b", "").split("RUN")[0]
    assert re.search(r"sha256:[0-9a-f]{64}|[0-9a-f]{64}", final)


def test_failed_build_keeps_the_last_lines(terminal, name, tmp_path):
    status, shown = built(terminal, name, tmp_path, "RUN echo before the end; exit 3\n")
    assert status == 1
    final = shown[shown.rindex("\x1b[2K"):]
    assert "davit: build: " in final
    assert "| before the end" in shown[shown.index("!!"):]


@pytest.mark.parametrize("env", [{"TERM": "dumb"}, {"TERM": ""}])
def test_dumb_terminal_gets_plain_lines(terminal, name, tmp_path, env):
    status, shown = built(terminal, name, tmp_path, "RUN echo hello\n", env=env)
    assert status == 0
    assert "\x1b" not in shown
    assert re.search(r"#\d+ \d+\.\d+ hello", shown)


def test_no_color_is_respected(terminal, name, tmp_path):
    status, shown = built(terminal, name, tmp_path, "RUN echo hello\n", env={"NO_COLOR": "1"})
    assert status == 0
    assert not re.search(r"\x1b\[\d*m", shown)
    assert "\x1b[2K" in shown
    status, shown = built(terminal, name, tmp_path, "RUN echo hello\n")
    assert re.search(r"\x1b\[\d+m", shown)


def test_terminal_of_one_column_does_not_matter(terminal, name, tmp_path):
    status, _ = built(terminal, name, tmp_path, "RUN echo hello\n", columns=1, rows=2)
    assert status == 0
    assert terminal("ps", "-a", columns=1).end() == 0
    assert terminal("--help", columns=1).end() == 0
    assert terminal("doctor", columns=1).end() in (0, 1)


def test_completion_by_tab(davit, davit_program, engine, name):
    davit("create", "--name", name, BASE, status=0)
    shell = Terminal(["bash", "--norc", "--noprofile"], columns=200,
                     env={"PS1": "> ", "PATH": f"{davit_program.parent}:{os.environ['PATH']}",
                          "DAVIT_HOST": engine.host, "INPUTRC": "/dev/null"})
    try:
        shell.expect("> ")
        shell.type("source <(davit completion bash)\r")
        shell.type("davit rm " + name[:-2] + "\t")
        shell.expect(f"rm {name} ")
        shell.type("-f\r")
        wait_until(lambda: shell.read(0.1) or shell.text.count(name) >= 3, what="removal")
    finally:
        shell.close()
