# SPDX-License-Identifier: MIT
"""What the documentation shows is what happens.

Every page with ```console blocks is one session, run on each engine in a folder of its own: lines
that begin with "$ " are commands (a backslash at the end goes on), the lines behind them what they
print, standard error included. "…" stands for anything within a line, a line "..." for any lines;
runs of blanks are equal. Every ```c block is a whole program: it compiles without a warning and ends
with 0 on each engine."""

import os
import pathlib
import re
import subprocess

import cmocka_items
import pytest

ROOT = pathlib.Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language):
    for page in PAGES:
        found = [text for kind, text in FENCE.findall(page.read_text()) if kind == language]
        if found:
            yield page, found


def page_id(value):
    return value.name if isinstance(value, pathlib.Path) else ""


def steps(texts):
    """(command, expected lines) for each "$ " of a page."""
    command, expected = None, []
    for line in "".join(texts).splitlines():
        if command is not None and command.endswith("\\"):
            command += "\n" + line
        elif line.startswith("$ "):
            if command is not None:
                yield command, expected
            command, expected = line[2:], []
        else:
            expected.append(line)
    if command is not None:
        yield command, expected


def pattern(lines):
    """A regular expression for the whole output."""
    parts = []
    for line in lines:
        if line.strip() == "...":
            parts.append(r"(?:.*\n)*?")
            continue
        words = [".*".join(map(re.escape, word.split("…"))) for word in line.split()]
        parts.append(r"\s*" + r"\s+".join(words) + r"\s*\n")
    return re.compile("".join(parts) + r"\s*\Z")


@pytest.fixture
def session(engine, davit_program, tmp_path):
    """Environment of a reader with davit in the PATH and the image "busybox" at hand."""
    engine.expect("POST", "/images/localhost/davit-test:base/tag?repo=docker.io/library/busybox"
                          "&tag=latest")
    before = {one["Id"] for one in engine.expect("GET", "/containers/json?all=1")}
    path = f"{davit_program.parent}:{os.environ['PATH']}"
    yield {**os.environ, "PATH": path, "DAVIT_HOST": engine.host, "HOME": str(tmp_path),
           "DOCKER_CONFIG": f"{tmp_path}/.docker", "REGISTRY_AUTH_FILE": f"{tmp_path}/auth.json"}
    for container in engine.expect("GET", "/containers/json?all=1"):
        if container["Id"] not in before:
            engine.request("DELETE", f"/containers/{container['Id']}?force=1&v=1")
    engine.request("DELETE", "/images/docker.io/library/busybox:latest")


@pytest.mark.parametrize("page,texts", list(blocks("console")), ids=page_id)
def test_commands_print_what_the_page_shows(page, texts, session, tmp_path):
    for command, expected in steps(texts):
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=session, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        if expected:
            assert pattern(expected).match(done.stdout + "\n"), \
                f"{page.name}: $ {command}\nprinted:\n{done.stdout}\nbut the page shows:\n" \
                + "\n".join(expected)
        else:
            assert done.returncode == 0, f"{page.name}: $ {command}\n{done.stdout}"


@pytest.mark.parametrize("page,texts", list(blocks("c")), ids=page_id)
def test_programs_compile_and_run(page, texts, session, tmp_path):
    build = cmocka_items.build_folder()
    for number, text in enumerate(texts):
        source = tmp_path / f"{page.stem}-{number}.c"
        source.write_text(text)
        program = source.with_suffix("")
        sanitize = ["-fsanitize=address,undefined"] if build.name == "asan" else []
        compiled = subprocess.run(
            ["cc", "-std=gnu17", "-Wall", "-Wextra", "-Werror", *sanitize, f"-I{ROOT}/include",
             source, "-o", program, f"-L{build}/src", f"-Wl,-rpath,{build}/src", "-ldavit"],
            stderr=subprocess.PIPE, text=True, check=False)
        assert compiled.returncode == 0, f"{page.name}, program {number}: {compiled.stderr}"
        done = subprocess.run([program], env=session, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=60, check=False)
        assert done.returncode == 0, f"{page.name}, program {number}: {done.stdout}"
