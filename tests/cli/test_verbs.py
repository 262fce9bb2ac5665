# SPDX-License-Identifier: MIT
"""pause, unpause, rename, update, top, diff, port, commit, export: what they print and leave."""

import io
import signal
import subprocess
import tarfile

import pytest
from cli_helpers import BASE, container, images, wait_until


@pytest.fixture
def box(davit, name):
    """A container that has written files, sleeps, and publishes a port."""
    davit("run", "-d", "--name", name, "--stop-timeout", "0", "-p", "127.0.0.1::80", BASE, "sh",
          "-c", "echo new > /new; rm /etc/group; echo >> /etc/passwd; echo ready; "
          "exec sleep 1000", status=0)
    wait_until(lambda: "ready" in davit("logs", name).out, what="its files")
    return name


def test_pause_and_unpause(davit, engine, box):
    assert davit("pause", box, status=0).out == box + "\n"
    assert container(engine, box)["State"]["Paused"]
    result = davit("pause", box, status=5)
    assert result.err.startswith(f"davit: pause {box}: ")
    assert davit("container", "unpause", box, status=0).out == box + "\n"
    assert not container(engine, box)["State"]["Paused"]
    assert davit("unpause", box, status=5).err.startswith(f"davit: unpause {box}: ")


def test_rename(davit, engine, box):
    identifier = container(engine, box)["Id"]
    assert davit("rename", box, box + "-old", status=0).out == ""
    assert container(engine, box + "-old")["Id"] == identifier
    result = davit("rename", "--format", "result", box + "-old", box, status=0)
    assert result.json() == {"success": True, "data": box, "error": None}
    assert davit("rename", box, "a b").status == 2
    assert davit("rename", box, box, status=5).out == ""


def test_update(davit, engine, box):
    assert davit("update", "-m", "48m", "--memory-swap", "-1", "--pids-limit", "90", box,
                 status=0).out == box + "\n"
    shown = davit("exec", box, "sh", "-c", "cat /sys/fs/cgroup/memory.max "
                  "/sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null || true").out
    assert shown.strip() == str(48 << 20)


def test_update_of_the_restart_policy(davit, engine, box):
    known = davit("version", "--format", "json", status=0).json()["capabilities"]
    can = next(one for one in known if one["name"] == "update restart policy")
    if not can["supported"]:
        result = davit("update", "--restart", "on-failure:3", box, status=7)
        assert can["reason"] in result.err
        return
    davit("update", "--restart", "on-failure:3", box, status=0)
    policy = container(engine, box)["HostConfig"]["RestartPolicy"]
    assert policy == {"Name": "on-failure", "MaximumRetryCount": 3}


def test_update_of_nothing_is_refused(davit, box):
    result = davit("update", box, status=2)
    assert result.err.startswith("davit: update: nothing to change: expected an option such as")


def test_top(davit, box):
    lines = davit("top", box, status=0).lines()
    assert "PID" in lines[0].split()
    assert any(line.endswith("sleep 1000") for line in lines[1:])
    lines = davit("top", box, "-o", "pid,comm", status=0).lines()
    assert lines[0].split() == ["PID", "COMMAND"]
    assert any(line.split()[-1] == "sleep" for line in lines[1:])
    shown = davit("top", "--format", "result", box, "-o", "pid,comm", status=0).json()
    assert shown["data"]["titles"] == ["PID", "COMMAND"]
    assert "sleep" in [row[1] for row in shown["data"]["processes"]]


def test_diff(davit, box):
    lines = davit("diff", box, status=0).lines()
    assert {"A /new", "D /etc/group", "C /etc/passwd", "C /etc"} <= set(lines)
    assert lines == sorted(lines, key=lambda line: line[2:])
    shown = davit("diff", "--format", "json", box, status=0).json()
    assert {"kind": "added", "path": "/new"} in shown
    assert "added /new" in davit("diff", "--format", "{{.Kind}} {{.Path}}", box, status=0).lines()


def test_port(davit, box):
    line = davit("port", box, status=0).out
    assert line.startswith("80/tcp -> 127.0.0.1:") and line.endswith("\n")
    address = line.split(" -> ")[1]
    assert davit("port", box, "80", status=0).out == address
    assert davit("port", box, "80/tcp", status=0).out == address
    shown = davit("port", "--format", "result", box, status=0).json()
    assert shown["data"] == [{"container": "80/tcp", "host": address.strip()}]
    result = davit("port", box, "80/udp")
    assert result.status != 0 and f"port 80/udp: {box} has not published it" in result.err


def test_commit(davit, engine, box, name):
    image = f"localhost/{name}:1"
    result = davit("commit", "-a", "Jo", "-m", "kept", "-c", 'CMD ["cat", "/new"]', box, image,
                   status=0)
    assert result.out.startswith("sha256:") and image in images(engine)
    assert davit("run", "--rm", image, status=0).out == "new\n"
    shown = davit("inspect", "--raw", "--type", "image", image, status=0).json()
    shown = shown[0] if isinstance(shown, list) else shown
    assert (shown["Author"], shown["Comment"]) == ("Jo", "kept")


def test_commit_with_a_bad_change(davit, box, name):
    result = davit("commit", "-c", "NONSENSE x", box, f"localhost/{name}:1", status=2)
    assert "NONSENSE" in result.err.upper()


def test_export_to_a_pipe_and_to_a_file(davit, box, tmp_path):
    def names(data):
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            return {name.rstrip("/") for name in archive.getnames()}

    piped = davit("export", box, status=0).raw
    assert {"new", "etc/passwd"} <= names(piped) and "etc/group" not in names(piped)
    file = tmp_path / "files.tar"
    file.write_text("what was there before")
    assert davit("export", "-o", str(file), box, status=0).out == ""
    assert names(file.read_bytes()) == names(piped)


def test_failed_export_leaves_nothing(davit, box, tmp_path):
    file = tmp_path / "files.tar"
    davit("export", "-o", str(file), "no-such-container", status=4)
    assert list(tmp_path.iterdir()) == []
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", disk], check=True)
    try:
        result = davit("export", "-o", str(disk / "files.tar"), box)
        assert result.status != 0 and "No space left" in result.err
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_interrupted_export_leaves_nothing(davit, box, tmp_path):
    davit("exec", box, "sh", "-c", "dd if=/dev/zero of=/big bs=1M count=200 2>/dev/null", status=0)
    process = davit.start("export", "-o", str(tmp_path / "files.tar"), box)
    wait_until(lambda: any(file.stat().st_size for file in tmp_path.iterdir()), what="a beginning")
    process.send_signal(signal.SIGINT)
    assert davit.finish(process).status == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [
    ["pause", "no-such-container"], ["unpause", "no-such-container"],
    ["rename", "no-such-container", "other"], ["update", "-m", "64m", "no-such-container"],
    ["top", "no-such-container"], ["diff", "no-such-container"], ["port", "no-such-container"],
    ["commit", "no-such-container"], ["export", "no-such-container"],
])
def test_missing_container(davit, arguments):
    result = davit(*arguments, status=4)
    assert result.out == ""
    assert "no-such-container" in result.err.splitlines()[0]


@pytest.mark.parametrize("arguments", [["pause"], ["top"], ["commit"]])
def test_stopped_container_is_in_the_wrong_state(davit, name, arguments):
    davit("create", "--name", name, BASE, status=0)
    expected = 0 if arguments == ["commit"] else 5
    assert davit(*arguments, name).status == expected


@pytest.mark.parametrize("arguments, message", [
    (["update", "-m", "lots", "x"], "update: -m 'lots': expected a size such as 512m or 2g"),
    (["update", "--memory-swap", "-2", "x"],
     "update: --memory-swap '-2': expected a size such as 512m or 2g, or -1 for no limit"),
    (["update", "--cpu-shares", "1", "x"], "update: --cpu-shares '1': expected a whole number"),
    (["update", "--restart", "never", "x"], "update: --restart 'never': "),
    (["port", "x", "http"], "port: 'http': expected a port of the container such as 80 or 53/udp"),
    (["port", "x", "0"], "port: '0': expected a port of the container"),
    (["port", "x", "80/tls"], "port: '80/tls': expected a port of the container"),
    (["diff", "--format", "{{.Size}}", "x"], "diff: --format: "),
])
def test_bad_values(davit_alone, arguments, message):
    result = davit_alone(*arguments, env={"DAVIT_HOST": "unix:///nowhere/docker.sock"}, status=2)
    assert result.err.startswith(f"davit: {message}"), result
