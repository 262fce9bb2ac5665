# SPDX-License-Identifier: MIT
"""Certificates for the tests of TLS, made by the program openssl in a few milliseconds each.

A folder has ca.pem, the authority; server.pem and server-key.pem, an engine's; and under the names
that docker's clients look for, cert.pem and key.pem, a client's.
"""

import pathlib
import subprocess

NEW_KEY = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
LOCAL = "DNS:localhost,IP:127.0.0.1,IP:::1"


def openssl(*arguments, stdin=""):
    subprocess.run(["openssl", *map(str, arguments)], input=stdin, text=True, check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def make_authority(folder, name="davit's tests"):
    """ca.pem and ca-key.pem in the folder, which is made."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    openssl(*NEW_KEY, "-x509", "-keyout", folder / "ca-key.pem", "-out", folder / "ca.pem",
            "-subj", f"/CN={name}", "-days", 3650)
    return folder


def sign(authority, certificate, key, names=LOCAL, days=3650):
    """A certificate for these names; with days=-1 it expired yesterday."""
    certificate = pathlib.Path(certificate)
    request = certificate.with_suffix(".csr")
    openssl(*NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={certificate.stem}")
    extensions = certificate.with_suffix(".ext")
    extensions.write_text(f"subjectAltName={names}\n")
    openssl("x509", "-req", "-in", request, "-CA", authority / "ca.pem",
            "-CAkey", authority / "ca-key.pem", "-days", days, "-out", certificate,
            "-extfile", extensions)
    request.unlink()
    extensions.unlink()


def make_all(folder, name="davit's tests"):
    """An authority, an engine's certificate and a client's."""
    folder = make_authority(folder, name)
    sign(folder, folder / "server.pem", folder / "server-key.pem")
    sign(folder, folder / "cert.pem", folder / "key.pem")
    return folder
