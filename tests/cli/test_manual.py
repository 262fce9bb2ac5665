# SPDX-License-Identifier: MIT
"""Manual pages: made from the commands' tables when davit is built."""

import os
import re
import subprocess

import pytest


@pytest.fixture(scope="module")
def folder(davit_program):
    return davit_program.parent / "packaging" / "man1"


def shown(page):
    """The page as `man` shows it; it must not have anything to warn of."""
    done = subprocess.run(["man", "--warnings=w", "-l", page.name], cwd=page.parent, check=True,
                          capture_output=True, text=True, timeout=60,
                          env={**os.environ, "MANPAGER": "cat", "MANWIDTH": "80",
                               "LC_ALL": "C.UTF-8"})
    assert done.stderr == ""
    return re.sub(".\b", "", done.stdout)


def test_roff_has_nothing_to_warn_of(folder):
    pages = sorted(path.name for path in folder.iterdir())
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z", f"-I{folder.parent}", *pages],
                          cwd=folder, check=True, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_every_command_has_a_page(davit_alone, folder):
    verbs = [line.split()[0] for line in davit_alone("help", status=0).out.split("Options:")[0]
             .splitlines() if re.match(r"  \w", line)]
    pages = {path.stem for path in folder.iterdir()}
    assert {"davit", *(f"davit-{verb}" for verb in verbs)} <= pages
    assert {"davit-container-ls", "davit-image-rm", "davit-container-inspect"} <= pages
    assert not any("__" in page for page in pages)


def test_page_says_what_the_help_says(davit_alone, folder):
    text = shown(folder / "davit-run.1")
    assert "davit-run - create a container from an image and start it" in text
    assert "davit container run [OPTIONS] IMAGE [COMMAND] [ARG...]" in text
    for option in re.findall(r"--[a-z-]+", davit_alone("run", "--help", status=0).out):
        assert option in text
    assert "Health check" in text and "EXAMPLES" in text
    assert "davit run --rm alpine echo hello" in text


def test_page_of_templates_lists_the_fields(folder):
    text = shown(folder / "davit-ps.1")
    assert "TEMPLATE FIELDS" in text and "restart_policy" in text
    assert "--filter status=exited --format '{{.Name}} {{.ExitCode}}'" in text


def test_main_page_lists_commands_exit_codes_and_variables(folder):
    text = shown(folder / "davit.1")
    for expected in ("davit-exec(1)", "davit-container(1)", "DAVIT_HOST", "EXIT STATUS",
                     "container not found", "--log-level LEVEL"):
        assert expected in text


def test_other_names_lead_to_the_page(folder):
    assert (folder / "davit-container-ls.1").read_text() == ".so man1/davit-ps.1\n"
    assert (folder / "davit-image-rm.1").read_text() == ".so man1/davit-rmi.1\n"
    assert "davit-image-inspect(1)" in shown(folder / "davit-image.1")


def test_pages_are_written_into_a_folder(davit_alone, folder, tmp_path):
    davit_alone("__manual", str(tmp_path / "new"), status=0)
    davit_alone("__manual", str(tmp_path / "new"), status=0)
    assert {path.name: path.read_text() for path in (tmp_path / "new").iterdir()} == \
        {path.name: path.read_text() for path in folder.iterdir()}


def test_folder_that_cannot_be_written_is_an_error(davit_alone, tmp_path):
    (tmp_path / "file").write_text("")
    refused = davit_alone("__manual", str(tmp_path / "file" / "folder"), status=2)
    assert f"{tmp_path}/file/folder: Not a directory" in refused.err
    refused = davit_alone("__manual", "/proc", status=2)
    assert "/proc/davit.1: " in refused.err
