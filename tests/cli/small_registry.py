# SPDX-License-Identifier: MIT
"""A registry of one image, on loopback: enough of the distribution API for a pull."""

import gzip
import hashlib
import http.server
import io
import json
import tarfile
import threading

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer(path, content):
    """(compressed, plain) tar with one file."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        member = tarfile.TarInfo(path)
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return gzip.compress(plain.getvalue(), 1), plain.getvalue()


class Registry:
    """Serves `layers` layers of `size` bytes under any name. `hold`: an event that blobs wait for."""

    def __init__(self, layers=2, size=1000, seed=b"", hold=None):
        contents = [layer(f"file{i}", hashlib.sha256(seed + b"%d" % i).digest() * (size // 32 + 1))
                    for i in range(layers)]
        config = json.dumps({
            "architecture": "amd64", "os": "linux", "config": {"Labels": {"seed": seed.decode()}},
            "rootfs": {"type": "layers", "diff_ids": [digest(plain) for _, plain in contents]},
        }).encode()
        self.blobs = {digest(data): data for data, _ in contents}
        self.blobs[digest(config)] = config
        self.manifest = json.dumps({
            "schemaVersion": 2, "mediaType": MANIFEST,
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json",
                       "size": len(config), "digest": digest(config)},
            "layers": [{"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
                        "size": len(data), "digest": digest(data)} for data, _ in contents],
        }).encode()
        self.hold = hold
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path):
        """(content, type) or None."""
        if path == "/v2/":
            return b"{}", "application/json"
        kind, name = path.split("/")[-2:]
        if kind == "manifests" and not name.startswith("missing"):
            return self.manifest, MANIFEST
        if kind == "blobs" and name in self.blobs:
            if self.hold:
                self.hold.wait(30)
            return self.blobs[name], "application/octet-stream"
        return None

    def handler(self):
        registry = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                found = registry.answer(self.path)
                content, kind = found or (b'{"errors":[{"code":"MANIFEST_UNKNOWN"}]}',
                                          "application/json")
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Docker-Content-Digest", digest(content))
                self.end_headers()
                if self.command == "GET":
                    self.wfile.write(content)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass
        return Handler

    def close(self):
        if self.hold:
            self.hold.set()
        self.server.shutdown()
        self.server.server_close()
