# SPDX-License-Identifier: MIT
"""history, save, load, import."""

import bz2
import gzip
import io
import json
import lzma
import os
import re
import signal
import subprocess
import tarfile

import pytest
from cli_helpers import BASE, images, prune_images, wait_until
from fault_proxy import CutReply, Fault, FaultProxy


@pytest.fixture(scope="module", autouse=True)
def pruned():
    yield
    prune_images()


@pytest.fixture
def image(davit, name):
    """An image of this test's own."""
    reference = f"localhost/{name}:1"
    davit("build", "-q", "-t", reference, "-",
          stdin=f"FROM {BASE}\nRUN echo {name} > /which\nENV COLOUR=blue\n", status=0)
    return reference


@pytest.fixture
def archive(davit, image, tmp_path):
    """That image in a tar; it is not on the engine any more."""
    path = tmp_path / "image.tar"
    davit("save", "-o", path, image, status=0)
    davit("rmi", "-f", image, status=0)
    return path


def names_in(data):
    """The names of the images in a saved tar."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    return {tag for one in manifest for tag in one["RepoTags"] or ()}


# ---- history ----


def test_history_has_dockers_columns(davit, image):
    head, newest, run, *_ = davit("history", image, status=0).lines()
    assert re.split(r" {2,}", head) == ["IMAGE", "CREATED", "CREATED BY", "SIZE", "COMMENT"]
    assert re.match(r"[0-9a-f]{12} +\S.* (ago|second) ", newest) and "ENV COLOUR=blue" in newest
    assert "echo" in run and re.search(r" [0-9.]+k?B ", run + " ")


def test_history_shortens_and_shows_whole(davit, engine, image):
    whole = engine.expect("GET", f"/images/{image}/json")["Id"]
    shown = davit("history", "-q", image, status=0).lines()
    assert shown[0] == whole.removeprefix("sha256:")[:12]
    shown = davit("history", "-q", "--no-trunc", image, status=0).lines()
    assert shown[0] == whole
    shown = davit("history", "--no-trunc", image, status=0).out
    assert whole in shown and "…" not in shown
    row = davit("history", "--human=false", image, status=0).lines()[1]
    assert re.search(r"20\d\d-\d\d-\d\dT[0-9:]+Z .*ENV COLOUR=blue +0( |$)", row)


def test_history_formats(davit, image):
    shown = davit("history", "--format", "json", image, status=0).json()
    assert shown[0]["names"] == [image] and shown[0]["size"] == 0
    assert shown[1]["size"] > 0 and "echo" in shown[1]["created_by"]
    shown = davit("history", "--format", "{{.Size}} {{.CreatedBy}}", image, status=0).lines()
    assert re.match(r"0 .*ENV COLOUR=blue", shown[0])
    assert davit("history", "--format", "result", image, status=0).json()["count"] == len(shown)


def test_history_refuses_what_cannot_be_meant(davit):
    result = davit("history", "localhost/no-such:x", status=4)
    assert result.err.startswith("davit: history of image localhost/no-such:x: ")
    assert "needs an image" in davit("history", status=2).err
    assert "Sizes" in davit("history", "--format", "{{.Sizes}}", BASE, status=2).err


# ---- save ----


def test_save_to_a_file(davit, image, tmp_path):
    path = tmp_path / "a.tar"
    path.write_text("what was there before")
    result = davit("save", "-o", path, image, BASE, status=0)
    assert (result.out, result.err) == ("", "")
    assert names_in(path.read_bytes()) == {image, BASE}
    assert path.stat().st_mode & 0o777 == 0o600
    assert os.listdir(tmp_path) == ["a.tar"]


def test_save_to_a_pipe(davit, image):
    assert names_in(davit("save", image, status=0).raw) == {image}
    assert names_in(davit("save", "-o", "-", image, status=0).raw) == {image}


def test_save_follows_a_link_and_writes_into_what_is_no_file(davit, image, tmp_path):
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "file").touch()
    davit("save", "-o", tmp_path / "link", image, status=0)
    assert (tmp_path / "link").is_symlink()
    assert names_in((tmp_path / "file").read_bytes()) == {image}
    assert davit("save", "-o", "/dev/null", image, status=0).out == ""


def test_save_does_not_write_to_a_terminal(davit, image):
    primary, secondary = os.openpty()
    process = davit.start("save", image, stdout=secondary)
    os.close(secondary)
    result = davit.finish(process)
    os.close(primary)
    assert result.status == 2
    assert "standard output is a terminal" in result.err and "--output" in result.err


def test_save_that_fails_leaves_what_was_there(davit, tmp_path):
    path = tmp_path / "a.tar"
    path.write_text("before")
    result = davit("save", "-o", path, BASE, "localhost/no-such:x", status=4)
    assert "localhost/no-such:x" in result.err
    assert path.read_text() == "before" and os.listdir(tmp_path) == ["a.tar"]
    result = davit("save", "-o", tmp_path / "no" / "a.tar", BASE, status=1)
    assert result.err == f"davit: save: {tmp_path}/no/a.tar: No such file or directory\n"
    assert "Is a directory" in davit("save", "-o", tmp_path, BASE, status=1).err
    assert "needs an image" in davit("save", status=2).err


@pytest.fixture
def small_disk(tmp_path):
    """A folder with room for much less than an image."""
    folder = tmp_path / "small"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_save_on_a_full_disk_leaves_nothing(davit, small_disk):
    result = davit("save", "-o", small_disk / "a.tar", BASE, status=1)
    assert result.err == f"davit: save: {small_disk}/a.tar: No space left on device\n"
    assert os.listdir(small_disk) == []
    (small_disk / "b.tar").write_text("before")
    davit("save", "-o", small_disk / "b.tar", BASE, status=1)
    assert (small_disk / "b.tar").read_text() == "before" and os.listdir(small_disk) == ["b.tar"]


def test_save_to_a_full_device_is_told(davit):
    with open("/dev/full", "wb") as full:
        result = davit.finish(davit.start("save", BASE, stdout=full))
    assert result.status == 1
    assert result.err == "davit: standard output: No space left on device\n"


@pytest.fixture
def proxy(engine, short_path):
    one = FaultProxy(short_path / "p", engine.socket_path)
    yield one
    one.close()


@pytest.fixture
def spoiled(davit, proxy):
    one = type(davit)(davit.program, ["--host", proxy.host])
    yield one
    one.clean_up()


class Stall(Fault):
    """The client gets the first bytes of the answer, and then nothing more."""

    def reply(self, exchange, data):
        if exchange.received > 200000:
            exchange.proxy.closing.wait()
        return data


SAVE = "GET .*/images/(get|export)"


def test_save_that_is_cut_leaves_nothing(spoiled, proxy, tmp_path):
    proxy.rule(SAVE, CutReply(300000))
    result = spoiled("save", "-o", tmp_path / "a.tar", BASE, status=1)
    assert "closed the connection" in result.err
    assert os.listdir(tmp_path) == []


def test_save_that_is_interrupted_leaves_nothing(spoiled, proxy, tmp_path):
    proxy.rule(SAVE, Stall())
    process = spoiled.start("save", "-o", tmp_path / "a.tar", BASE)
    wait_until(lambda: any(one.stat().st_size > 0 for one in tmp_path.iterdir()),
               what="the first bytes")
    process.send_signal(signal.SIGINT)
    result = spoiled.finish(process)
    assert result.status == 130
    assert os.listdir(tmp_path) == []


# ---- load ----


def xz(data):
    return lzma.compress(data, preset=0)


def zstd(data):
    return subprocess.run(["zstd", "-q", "-c"], input=data, stdout=subprocess.PIPE,
                          check=True).stdout


@pytest.mark.parametrize("compress", [bytes, gzip.compress, bz2.compress, xz, zstd],
                         ids=["plain", "gzip", "bzip2", "xz", "zstd"])
def test_load_takes_every_compression(davit, engine, archive, image, name, compress):
    assert image not in images(engine)
    result = davit("load", stdin=compress(archive.read_bytes()), status=0)
    assert result.out == f"Loaded image: {image}\n"
    assert davit("run", "--rm", image, "cat", "/which", status=0).out == f"{name}\n"


def test_load_from_a_file(davit, engine, archive, image):
    assert davit("load", "-q", "-i", archive, status=0).out == f"{image}\n"
    assert image in images(engine)
    result = davit("load", "--format", "result", "--input", archive, status=0)
    assert result.json() == {"success": True, "count": 1, "data": [image], "error": None}


@pytest.mark.parametrize("data, status, reason", [
    (b"", 2, "the archive is empty"),
    (b"hello\n", 2, "the archive is no tar, plain or compressed with gzip, bzip2, xz or zstd"),
    (bytes(range(256)) * 40, 2, "the archive is no tar, plain or compressed with"),
    (gzip.compress(b"x" * 5000), 2, "the archive is no tar, plain or compressed with"),
    (bytes(10240), 1, "the archive holds no images, or is cut short"),
    (gzip.compress(os.urandom(9000))[:5000], 1, "reading the archive: truncated gzip input"),
])
def test_load_of_garbage_is_one_clear_error(davit, no_leftovers, data, status, reason):
    result = davit("load", stdin=data, status=status)
    assert result.err.startswith(f"davit: load: {reason}") and result.err.count("\n") == 1
    assert result.out == ""
    result = davit("load", "--format", "result", stdin=data, status=status)
    assert result.json()["success"] is False and reason in result.json()["error"]


def test_load_refuses_what_cannot_be_read(davit, tmp_path):
    result = davit("load", "-i", tmp_path / "none", status=1)
    assert result.err == f"davit: load: {tmp_path}/none: No such file or directory\n"
    assert "Is a directory" in davit("load", "-i", tmp_path, status=1).err
    assert "one word too many" in davit("load", "file", status=2).err
    primary, secondary = os.openpty()
    result = davit.finish(davit.start("load", stdin=secondary))
    os.close(primary)
    os.close(secondary)
    assert result.status == 2 and "standard input is a terminal" in result.err


def test_load_that_waits_can_be_interrupted(davit, no_leftovers):
    process = davit.start("load")
    process.stdin.write(b"\0" * 100)
    process.stdin.flush()
    wait_until(lambda: "pipe" in os.readlink(f"/proc/{process.pid}/fd/0") and
               signal_is_caught(process.pid, signal.SIGINT), what="the start")
    process.send_signal(signal.SIGINT)
    process.wait(timeout=20)
    assert process.returncode == 130


def signal_is_caught(pid, number):
    with open(f"/proc/{pid}/status", encoding="utf-8") as status:
        caught = next(line for line in status if line.startswith("SigCgt:"))
    return int(caught.split()[1], 16) >> (number - 1) & 1


# ---- import ----


@pytest.fixture
def rootfs(davit, tmp_path):
    """A tar of a small file system."""
    data = davit("run", "--rm", BASE, "tar", "c", "-C", "/", "bin", "etc/passwd", status=0).raw
    path = tmp_path / "rootfs.tar"
    path.write_bytes(data)
    return path


def test_import_makes_an_image(davit, engine, name, rootfs):
    reference = f"localhost/{name}:2"
    result = davit("import", "-c", "ENV A=b", "--change", 'CMD ["sh", "-c", "echo $A"]',
                   "-m", "from a tar", rootfs, reference, status=0)
    assert re.fullmatch(r"(sha256:)?[0-9a-f]{64}\n", result.out)
    inspected = engine.expect("GET", f"/images/{reference}/json")
    assert inspected["Id"].endswith(result.out.strip()[-64:])
    assert inspected["Comment"] == "from a tar"
    assert inspected["RepoTags"] == [reference]
    assert davit("run", "--rm", reference, status=0).out == "b\n"


def test_import_from_stdin_and_compressed(davit, engine, name, rootfs):
    reference = f"localhost/{name}"
    davit("import", "-", reference, stdin=xz(rootfs.read_bytes()), status=0)
    assert f"{reference}:latest" in images(engine)
    assert davit("run", "--rm", reference, "echo", "runs", status=0).out == "runs\n"


def test_import_without_a_name(davit, engine, rootfs):
    result = davit("import", "--format", "result", rootfs, status=0)
    identifier = result.json()["data"]["id"]
    assert engine.expect("GET", f"/images/{identifier}/json")["RepoTags"] in ([], None)
    davit("rmi", identifier, status=0)


@pytest.mark.parametrize("arguments, status, reason", [
    (["-", "UPPER"], 2, "lower case"),
    (["-", "a@sha256:" + "1" * 64], 2, "cannot hold a digest"),
    (["-"], 2, "the archive is no tar"),
    (["http://example.org/x.tar"], 2, "expected a file, or - for standard input"),
    (["/no/such/file"], 1, "/no/such/file: No such file or directory"),
    ([], 2, "needs a file, or -"),
    (["-c", "RUN x", "ROOTFS"], 2, ""),
])
def test_import_refuses_what_cannot_be_meant(davit, no_leftovers, rootfs, arguments, status,
                                             reason):
    words = [rootfs if word == "ROOTFS" else word for word in arguments]
    result = davit("import", *words, stdin="no tar", status=status)
    assert result.err.startswith("davit: import: ") and reason in result.err
    assert result.out == ""
