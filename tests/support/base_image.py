# SPDX-License-Identifier: MIT
"""The one image the tests start from, made from Debian's busybox-static: no registry is needed."""

import io
import shutil
import subprocess
import tarfile

NAME = "localhost/davit-test"
TAG = "base"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
CHANGES = ('CMD ["/bin/sh"]', f"ENV PATH={PATH}")

DIRECTORIES = {"bin": 0o755, "etc": 0o755, "home": 0o755, "home/app": 0o755, "root": 0o700,
               "tmp": 0o1777, "usr": 0o755, "usr/bin": 0o755, "var": 0o755, "var/tmp": 0o1777,
               "var/www": 0o755}
FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"
                  "app:x:1000:1000:app:/home/app:/bin/sh\n"
                  "nobody:x:65534:65534:nobody:/:/bin/false\n",
    "etc/group": "root:x:0:\napp:x:1000:\nnogroup:x:65534:\n",
}


def find_busybox():
    """A busybox that runs in an empty root, as the one of the package `busybox` does not."""
    path = shutil.which("busybox", path="/bin:/usr/bin:/sbin:/usr/sbin")
    if path is None:
        raise FileNotFoundError("busybox: not found; install the package busybox-static")
    with open(path, "rb") as program:
        if b"/ld-linux" in program.read(4096):  # the ELF interpreter stands near the front
            raise FileNotFoundError(f"{path}: not static; install the package busybox-static")
    return path


def add(archive, name, mode, kind=tarfile.REGTYPE, content=b"", link=""):
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode, entry.size, entry.linkname = kind, mode, len(content), link
    archive.addfile(entry, io.BytesIO(content))


def root_archive():
    """The image's root as a tar."""
    busybox = find_busybox()
    applets = subprocess.run([busybox, "--list"], check=True, stdout=subprocess.PIPE, text=True)
    with open(busybox, "rb") as program:
        content = program.read()
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, mode in DIRECTORIES.items():
            add(archive, name, mode, tarfile.DIRTYPE)
        for name, text in FILES.items():
            add(archive, name, 0o644, content=text.encode())
        add(archive, "bin/busybox", 0o755, content=content)
        for applet in applets.stdout.split():
            if applet != "busybox":
                add(archive, f"bin/{applet}", 0o777, tarfile.SYMTYPE, link="/bin/busybox")
    return buffer.getvalue()


def load(api, archive):
    """Import the image into an engine under its name."""
    if api.kind == "podman":
        query = [("reference", f"{NAME}:{TAG}")] + [("changes", change) for change in CHANGES]
        api.expect("POST", "/v4.0.0/libpod/images/import", archive, query=query)
    else:
        query = [("fromSrc", "-"), ("repo", NAME), ("tag", TAG)]
        query += [("changes", change) for change in CHANGES]
        api.expect("POST", "/images/create", archive, query=query)
    api.expect("GET", f"/images/{NAME}:{TAG}/json")
