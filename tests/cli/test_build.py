# SPDX-License-Identifier: MIT
"""`davit build`: where the context comes from, what is shown, what comes out."""

import io
import re
import subprocess
import tarfile

import pytest
from cli_helpers import BASE, images, prune_images


@pytest.fixture(scope="module", autouse=True)
def pruned():
    yield
    prune_images()


@pytest.fixture
def context(tmp_path, name):
    """A folder with a Dockerfile that is built anew for each test."""
    (tmp_path / "file.txt").write_text("from the context\n")
    (tmp_path / "Dockerfile").write_text(
        f"FROM {BASE}\nENV UNIQUE={name}\nCOPY file.txt /\nRUN echo built from $(cat /file.txt)\n")
    return tmp_path


def image_of(engine, reference):
    return engine.expect("GET", f"/images/{reference}/json")


def test_folder(davit, engine, name, context):
    result = davit("build", "-t", f"localhost/{name}:1", "--tag", f"localhost/{name}:2", context,
                   status=0)
    assert re.fullmatch(r"(sha256:)?[0-9a-f]{64}\n", result.out)
    assert {f"localhost/{name}:1", f"localhost/{name}:2"} <= images(engine)
    assert image_of(engine, f"localhost/{name}:1")["Id"].endswith(result.out.strip()[-64:])
    shown = davit("run", "--rm", f"localhost/{name}:1", "cat", "/file.txt", status=0)
    assert shown.out == "from the context\n"


def test_plain_progress_names_steps_and_their_output(davit, name, context):
    lines = davit("build", "-t", f"localhost/{name}", context, status=0).err.splitlines()
    output = next(line for line in lines if line.endswith("built from from the context"))
    number = output.split()[0]
    assert re.fullmatch(rf"{number} \d+\.\d+ built from from the context", output)
    head = next(line for line in lines if line.startswith(f"{number} "))
    assert "RUN echo built from" in head
    assert any(re.fullmatch(rf"{number} DONE \d+\.\ds", line) for line in lines)


def test_quiet_prints_the_id_only(davit, name, context):
    result = davit("build", "-q", "-t", f"localhost/{name}", context, status=0)
    assert re.fullmatch(r"(sha256:)?[0-9a-f]{64}\n", result.out)
    assert result.err == ""


def test_step_that_fails_is_told(davit, name, no_leftovers):
    result = davit("build", "-t", f"localhost/{name}", "-",
                   stdin=f"FROM {BASE}\nRUN echo oh no {name}; exit 3\n", status=1)
    assert result.out == ""
    assert "oh no" in result.err
    assert re.search(r"^#\d+ ERROR: ", result.err, re.MULTILINE)
    last = result.err.splitlines()[-1]
    assert last.startswith("davit: build: ")
    assert "exit 3" in last or "3" in last


def test_dockerfile_on_stdin(davit, name):
    davit("build", "-q", "-t", f"localhost/{name}", "-",
          stdin=f'FROM {BASE}\nLABEL unique={name}\nCMD ["echo", "from stdin"]', status=0)
    assert davit("run", "--rm", f"localhost/{name}", status=0).out == "from stdin\n"


@pytest.mark.parametrize("compression", ["", "gz", "bz2", "xz"])
def test_tar_on_stdin(davit, name, compression):
    files = {
        "Dockerfile": f"FROM {BASE}\nLABEL unique={name}\nCOPY a /a\n",
        "a": "from a tar\n",
        "other/Dockerfile": f"FROM {BASE}\nCOPY a /b\n",
    }
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=f"w:{compression}") as tar:
        for path, text in files.items():
            member = tarfile.TarInfo(path)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text.encode()))
    davit("build", "-q", "-t", f"localhost/{name}", "-", stdin=data.getvalue(), status=0)
    assert davit("run", "--rm", f"localhost/{name}", "cat", "/a", status=0).out == "from a tar\n"
    davit("build", "-q", "-t", f"localhost/{name}", "-f", "other/Dockerfile", "-",
          stdin=data.getvalue(), status=0)
    assert davit("run", "--rm", f"localhost/{name}", "cat", "/b", status=0).out == "from a tar\n"


def test_zstd_tar_on_stdin(davit, name, context):
    tar = subprocess.run(["tar", "-C", context, "-c", "."], check=True,
                         stdout=subprocess.PIPE).stdout
    packed = subprocess.run(["zstd", "-q"], input=tar, check=True, stdout=subprocess.PIPE).stdout
    davit("build", "-q", "-t", f"localhost/{name}", "-", stdin=packed, status=0)


def test_tar_in_a_file_on_stdin(davit, name, context, tmp_path_factory):
    path = tmp_path_factory.mktemp("tar") / "context.tar"
    subprocess.run(["tar", "-C", context, "-cf", path, "."], check=True)
    with open(path, "rb") as tar:
        result = davit.finish(davit.start("build", "-q", "-t", f"localhost/{name}", "-", stdin=tar))
    assert result.status == 0, result


def test_dockerfile_on_stdin_with_a_folder(davit, name, context):
    davit("build", "-q", "-t", f"localhost/{name}", "-f", "-", context,
          stdin=f"FROM {BASE}\nLABEL unique={name}\nCOPY file.txt /elsewhere\n", status=0)
    shown = davit("run", "--rm", f"localhost/{name}", "cat", "/elsewhere", status=0)
    assert shown.out == "from the context\n"


def test_dockerfile_inside_and_outside_of_the_folder(davit, name, context, tmp_path_factory):
    for folder in (context, tmp_path_factory.mktemp("outside")):
        path = folder / "Other.dockerfile"
        path.write_text(f"FROM {BASE}\nLABEL unique={name}\nCOPY file.txt /other\n")
        davit("build", "-q", "-t", f"localhost/{name}", "--file", path, context, status=0)
        assert davit("run", "--rm", f"localhost/{name}", "cat", "/other", status=0).out
    davit("build", "-q", "-t", f"localhost/{name}", "-f", "Other.dockerfile", ".", cwd=context,
          status=0)


def test_arguments_labels_and_target(davit, engine, name):
    dockerfile = f"FROM {BASE} AS first\nARG A=none\nARG B=none\nLABEL unique={name}\n" \
                 "RUN echo $A,$B > /args\nFROM first AS second\nRUN echo second > /args\n"
    davit("build", "-q", "-t", f"localhost/{name}", "--build-arg", "A=1", "--build-arg", "B",
          "--label", "k=v", "--label", "bare", "--target", "first", "-", stdin=dockerfile,
          env={"B": "here"}, status=0)
    assert davit("run", "--rm", f"localhost/{name}", "cat", "/args", status=0).out == "1,here\n"
    labels = image_of(engine, f"localhost/{name}")["Config"]["Labels"]
    assert (labels["k"], labels["bare"]) == ("v", "")


def test_cached_steps_are_marked_and_no_cache_runs_them(davit, name):
    dockerfile = f"FROM {BASE}\nLABEL unique={name}\nRUN echo run-{name}\n"
    arguments = ["build", "-t", f"localhost/{name}", "-"]
    davit(*arguments, stdin=dockerfile, status=0)
    again = davit(*arguments, stdin=dockerfile, status=0)
    assert re.search(r"^#\d+ CACHED$", again.err, re.MULTILINE)
    anew = davit(arguments[0], "--no-cache", *arguments[1:], stdin=dockerfile, status=0)
    assert re.search(rf"^#\d+ \d+\.\d+ run-{name}$", anew.err, re.MULTILINE)


def test_pull_policies(davit, name):
    dockerfile = f"FROM {BASE}\nLABEL unique={name}\n"
    davit("build", "-q", "--pull=never", "-t", f"localhost/{name}", "-", stdin=dockerfile, status=0)
    davit("build", "-q", "--pull=false", "-t", f"localhost/{name}", "-", stdin=dockerfile, status=0)
    for option in ("--pull", "--pull=always"):
        result = davit("build", "-q", option, "-", stdin="FROM localhost:1/davit/base:1\n")
        assert result.status not in (0, 2)
        assert "localhost:1/davit/base:1" in result.err
    result = davit("build", "-q", "--pull=never", "-", stdin="FROM localhost/no-such:image\n",
                   status=4)
    assert "localhost/no-such:image" in result.err


def test_list_context_needs_no_engine(davit_alone, context):
    (context / ".dockerignore").write_text("*.log\nsub\n!sub/keep\n")
    (context / "x.log").write_text("")
    (context / "sub").mkdir()
    (context / "sub/keep").write_text("")
    (context / "sub/drop").write_text("")
    result = davit_alone("build", "--list-context", context, env={"DAVIT_HOST": "unix:///x"},
                         status=0)
    paths = set(result.lines())
    assert {"Dockerfile", "file.txt", "sub/keep"} <= paths
    assert not {"x.log", "sub/drop"} & paths
    assert result.err == ""


def test_list_context_of_no_folder(davit_alone):
    result = davit_alone("build", "--list-context", "/no/such/folder")
    assert result.status != 0 and "/no/such/folder" in result.err


@pytest.mark.parametrize("arguments, stdin, message", [
    (["/no/such/folder"], b"", "/no/such/folder"),
    (["-f", "/no/such/file", "."], b"", "/no/such/file"),
    (["-"], b"", "standard input is empty"),
    (["-"], b"\0\0binary", "standard input is neither a tar nor text"),
    (["-"], b"NONSENSE x\n", "FROM"),
    (["-f", "other", "-"], b"FROM scratch\n", "standard input is a Dockerfile already"),
])
def test_input_that_cannot_be_built(davit, tmp_path, arguments, stdin, message):
    result = davit("build", *arguments, stdin=stdin, cwd=tmp_path)
    assert result.status in (1, 2), result
    assert result.out == ""
    assert message in result.err


def test_result_format(davit, engine, name):
    result = davit("build", "--format", "result", "-t", f"localhost/{name}", "-",
                   stdin=f"FROM {BASE}\nLABEL unique={name}\n", status=0)
    made = image_of(engine, f"localhost/{name}")["Id"].removeprefix("sha256:")
    assert result.json()["data"]["id"].removeprefix("sha256:") == made
    assert result.err == ""
    result = davit("build", "--format", "result", "-", stdin=f"FROM {BASE}\nRUN exit 3\n", status=1)
    assert result.json()["success"] is False


# ---- what a build is given beside its context ----


def test_iidfile_gets_the_id(davit, name, context, tmp_path):
    path = tmp_path / "id"
    result = davit("build", "--progress", "quiet", "--iidfile", path, "-t", f"localhost/{name}",
                   context, status=0)
    assert result.err == "" and path.read_text() == result.out.strip()


def test_add_host_is_known_to_steps(davit, name):
    result = davit("build", "--no-cache", "--add-host", "database:10.11.12.13", "-t",
                   f"localhost/{name}", "-", status=0,
                   stdin=f"FROM {BASE}\nRUN grep database /etc/hosts\n")
    assert "10.11.12.13" in result.err


SECRET = f"FROM {BASE}\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token\n"


def test_secret_is_given_or_refused_by_name(davit, engine, name, tmp_path):
    (tmp_path / "token").write_text("12345")
    for secret, size in ((f"id=token,src={tmp_path}/token", 5), ("id=token,env=TOKEN", 3)):
        result = davit("build", "--no-cache", "--secret", secret, "-t", f"localhost/{name}", "-",
                       stdin=SECRET, env={"TOKEN": "abc"})
        if engine.kind == "docker":
            assert result.status == 7
            assert "build: secrets: unsupported by this engine (docker): needs a BuildKit" \
                in result.err
        else:
            assert result.status == 0 and re.search(rf" {size}$", result.err, re.MULTILINE)
        assert "12345" not in result.err and "abc" not in result.err


@pytest.mark.parametrize("arguments, reason", [
    (["--secret", "src=x"], "--secret 'src=x': expected id=ID,src=FILE or id=ID,env=VARIABLE"),
    (["--secret", "id=a,src=b,env=c"], "expected id=ID,src=FILE or id=ID,env=VARIABLE"),
    (["--secret", "id=a,what=b"], "expected id=ID,src=FILE or id=ID,env=VARIABLE"),
    (["--secret", "id=a,env=NOT_SET"], "NOT_SET is not set"),
    (["--ulimit", "nofile"], "build: ulimit: 'nofile': expected a limit such as"),
    (["--add-host", "db"], "build: extra host: 'db': expected NAME:ADDRESS"),
    (["--shm-size", "much"], "--shm-size 'much': expected"),
    (["--progress", "loud"], "--progress 'loud': expected auto, plain, tty or quiet"),
])
def test_flags_that_cannot_be_meant_are_refused(davit, no_leftovers, arguments, reason):
    result = davit("build", *arguments, "-", stdin=f"FROM {BASE}\n", status=2)
    assert reason in result.err
