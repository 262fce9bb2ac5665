#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A registry on loopback for the tests, with one image under every name whose last part says what
shall happen:

    127.0.0.1:5000/ANY/THING/good:1        busybox, as localhost/davit-test:base
    127.0.0.1:5000/ANY/THING/slow:1        a layer that trickles in for ever
    127.0.0.1:5000/ANY/THING/broken:1      a layer that is not what its digest says
    127.0.0.1:5000/ANY/THING/private:1     asks for credentials that nobody has
    127.0.0.1:5000/ANY/THING/cut:1         the connection breaks in the middle of a layer
    127.0.0.1:5000/ANY/THING/exchanged:1   another manifest than its digest says

Each has the tag "one" too. Any other name or tag is unknown.
"""

import gzip
import hashlib
import http.server
import json
import re
import socket
import sys

import base_image

HOST, PORT = "127.0.0.1", 5000
ADDRESS = f"{HOST}:{PORT}"
TAGS = ("1", "one")
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"
TRICKLE_SECONDS = 0.05
SLOW_SIZE, SLOW_START = 64 * 1024 * 1024, 2 * 1024 * 1024
PATH = re.compile(r"^/v2/(?P<name>.+)/(?P<kind>manifests|blobs|tags)/(?P<reference>[^/?]+)")


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def described(media_type, data, digest=None, size=None):
    return {"mediaType": media_type, "size": size or len(data), "digest": digest or digest_of(data)}


class Image:
    """What the registry says of one image: its manifest and its blobs by digest."""

    def __init__(self, kind, root):
        if kind == "cut":
            root += bytes(1024)  # a layer that no engine has yet
        layer = gzip.compress(root, 1, mtime=0)
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "created": "2024-01-31T10:00:00Z",
            "config": {"Cmd": ["/bin/sh"], "Env": [f"PATH={base_image.PATH}"],
                       "Labels": {"davit.test": kind}},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(root)]},
        }).encode()
        described_layer = described(LAYER, layer)
        if kind == "slow":
            described_layer = described(LAYER, b"", digest_of(b"slow"), SLOW_SIZE)
        elif kind == "broken":
            described_layer["digest"] = digest_of(b"broken")
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST, "config": described(CONFIG, config),
            "layers": [described_layer],
        }).encode()
        self.digest = digest_of(b"exchanged" if kind == "exchanged" else self.manifest)
        self.slow = described_layer["digest"] if kind == "slow" else None
        self.cut = described_layer["digest"] if kind == "cut" else None
        self.blobs = {described_layer["digest"]: layer, digest_of(config): config}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, media_type="application/json", **headers):
        self.send_response(status)
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def refuse(self, status, code, message, **headers):
        self.answer(status, json.dumps({"errors": [{"code": code, "message": message}]}).encode(),
                    **headers)

    def trickle(self):
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(SLOW_SIZE))
        self.end_headers()
        self.wfile.write(bytes(SLOW_START))  # enough for Docker to tell of it
        for _ in range((SLOW_SIZE - SLOW_START) // 1024):
            self.wfile.write(bytes(1024))
            self.connection.settimeout(TRICKLE_SECONDS)
            try:
                if not self.connection.recv(1):
                    return
            except TimeoutError:
                pass

    def cut_off(self, blob):
        """Half of it, whatever the range: engines that ask for the rest get no further."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(blob)))
        self.end_headers()
        self.wfile.write(blob[:len(blob) // 2])
        self.close_connection = True

    def do_GET(self):
        if self.path in ("/v2", "/v2/"):
            self.answer(200, b"{}")
            return
        match = PATH.match(self.path)
        image = match and self.server.images.get(match["name"].split("/")[-1])
        if match and match["name"].endswith("/private"):
            self.refuse(401, "UNAUTHORIZED", "authentication required",
                        WWW_Authenticate='Basic realm="davit-test"')
        elif not image:
            self.refuse(404, "NAME_UNKNOWN", "repository name not known to registry")
        elif match["kind"] == "tags":
            self.answer(200, json.dumps({"name": match["name"], "tags": TAGS}).encode())
        elif match["kind"] == "manifests":
            self.manifest(image, match["reference"])
        else:
            self.blob(image, match["reference"])

    do_HEAD = do_GET

    def manifest(self, image, reference):
        if reference not in (*TAGS, image.digest):
            self.refuse(404, "MANIFEST_UNKNOWN", "manifest unknown")
            return
        self.answer(200, image.manifest, MANIFEST,
                    Docker_Content_Digest=image.digest)

    def blob(self, image, digest):
        if digest == image.slow and self.command == "GET":
            self.trickle()
        elif digest == image.cut and self.command == "GET":
            self.cut_off(image.blobs[digest])
        elif digest in image.blobs:
            self.answer(200, image.blobs[digest], "application/octet-stream",
                        Docker_Content_Digest=digest)
        else:
            self.refuse(404, "BLOB_UNKNOWN", "blob unknown to registry")


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        root = base_image.root_archive()
        self.images = {kind: Image(kind, root)
                       for kind in ("good", "slow", "broken", "cut", "exchanged")}
        super().__init__((HOST, PORT), Handler)

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, socket.timeout)):
            super().handle_error(request, client_address)


if __name__ == "__main__":
    Server().serve_forever()
