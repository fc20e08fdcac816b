"""A hub on this machine: files by repository, with sizes, checksums and ranges as the real one tells them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

NOBODY = "http://127.0.0.1:9"
PIECE_BYTES = 1 << 16
OPENING_S = 60


class FakeHub(ThreadingHTTPServer):
    """Serves `files` (path below a repository to content). What lies behind `gate_bytes` waits for `gate`."""

    daemon_threads = True

    def __init__(self, files: dict[str, bytes], port: int = 0, gate_bytes: int | None = None) -> None:
        super().__init__(("127.0.0.1", port), HubHandler)
        self.files = files
        self.gate_bytes = gate_bytes
        self.gate = Event()
        self.at_gate = Event()
        self.asked: list[str] = []
        """Each GET as `PATH RANGE`."""
        self.storage: str | None = None
        """Endpoint of another server that has the bytes, to which the hub sends who asks for them."""
        self.etag: str | None = None
        """Announced in place of the checksum."""
        self.surplus = b""
        """Sent behind the content, though not announced."""
        self.tokens: list[str] = []
        """What came as `Authorization`."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class HubHandler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_HEAD(self) -> None:
        self.start_answer(0)

    def do_GET(self) -> None:
        asked = self.headers.get("Range", "")
        self.server.asked.append(f"{self.path} {asked}".strip())
        self.server.tokens.append(self.headers.get("Authorization", ""))
        first = int(asked.removeprefix("bytes=").split("-")[0] or 0)
        content = self.start_answer(first, self.server.surplus)
        try:
            for start in range(first, len(content), PIECE_BYTES):
                self.wait_at_gate(start)
                self.wfile.write(content[start : start + PIECE_BYTES])
        except ConnectionError:
            return

    def wait_at_gate(self, sent_bytes: int) -> None:
        gate_bytes = self.server.gate_bytes
        if gate_bytes is not None and sent_bytes >= gate_bytes:
            self.server.at_gate.set()
            self.server.gate.wait(OPENING_S)

    def start_answer(self, first: int, surplus: bytes = b"") -> bytes:
        content = self.server.files.get(self.path.replace("/resolve/main/", "/").lstrip("/"))
        if content is None:
            self.send_response(404)
            self.send_header("X-Error-Code", "RepoNotFound")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return b""
        digest = self.server.etag or hashlib.sha256(content).hexdigest()
        content += surplus
        if self.server.storage is not None:
            return self.send_to_storage(self.server.storage, digest, len(content))
        self.send_response(206 if first else 200)
        self.send_header("Content-Length", str(len(content) - first))
        self.send_header("ETag", f'"{digest}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        if first:
            self.send_header("Content-Range", f"bytes {first}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        return content

    def send_to_storage(self, storage: str, digest: str, size: int) -> bytes:
        self.send_response(302)
        self.send_header("Location", f"{storage}{self.path}")
        self.send_header("X-Linked-ETag", f'"{digest}"')
        self.send_header("X-Linked-Size", str(size))
        self.send_header("X-Repo-Commit", "0" * 40)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return b""

    def log_message(self, format: str, *args: object) -> None:
        return None


@contextmanager
def running_hub(files: dict[str, bytes], port: int = 0, gate_bytes: int | None = None) -> Iterator[FakeHub]:
    hub = FakeHub(files, port, gate_bytes)
    thread = Thread(target=hub.serve_forever)
    thread.start()
    try:
        yield hub
    finally:
        hub.gate.set()
        hub.shutdown()
        thread.join()
        hub.server_close()
