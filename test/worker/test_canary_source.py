"""Where weights come from: a path, a hub that is there, a hub that is not, a download that broke off."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from canary_parts import ROOT, ignore, require_nemo
from swictation_worker.errors import Refused

require_nemo()

from swictation_worker.engines.canary_cache import open_archive, recall_checksum  # noqa: E402
from swictation_worker.engines.canary_source import find_source  # noqa: E402

CONTENT = bytes(range(256)) * 4096
NOBODY = "http://127.0.0.1:9"

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
from swictation_worker.engines.canary_source import find_source
from swictation_worker.errors import Refused
try:
    source = find_source("some/model", lambda phase: print("phase", phase))
    print("size", source.path.stat().st_size, source.name)
except Refused as refused:
    print("refused", refused.code, refused)
"""


def ask_hub(endpoint: str, home: Path) -> str:
    """In a process of its own, since huggingface_hub reads its settings once."""
    environment = {**os.environ, "HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_DISABLE_XET": "1"}
    command = [sys.executable, "-c", SCRIPT, str(ROOT / "py-worker")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.fixture
def hub() -> Iterator[str]:
    """A hub on this machine with one file; it answers ranges, as resuming needs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), HubHandler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class HubHandler(BaseHTTPRequestHandler):
    def do_HEAD(self) -> None:
        self.answer(CONTENT, send=False)

    def do_GET(self) -> None:
        first = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0]
        self.answer(CONTENT[int(first) :], send=True)

    def answer(self, content: bytes, send: bool) -> None:
        partial = len(content) < len(CONTENT)
        self.send_response(206 if partial else 200)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("ETag", f'"{hashlib.sha256(CONTENT).hexdigest()}"')
        self.send_header("X-Repo-Commit", "0" * 40)
        if partial:
            start = len(CONTENT) - len(content)
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.end_headers()
        if send:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        return None


def test_without_network_one_line_says_what_to_do(tmp_path: Path) -> None:
    answer = ask_hub(NOBODY, tmp_path).splitlines()
    assert answer[0] == "phase downloading"
    assert answer[-1].startswith("refused model_unavailable some/model could not be fetched")
    assert "embedded engine" in answer[-1]


def test_a_model_is_fetched_once_with_progress(hub: str, tmp_path: Path) -> None:
    first = ask_hub(hub, tmp_path)
    assert "phase downloading 100 %" in first
    assert f"size {len(CONTENT)} model" in first
    assert ask_hub(NOBODY, tmp_path) == f"size {len(CONTENT)} model\n"


def test_a_missing_file_is_named() -> None:
    with pytest.raises(Refused, match=r"/nowhere/x\.nemo is not there") as caught:
        find_source("/nowhere/x.nemo", ignore)
    assert caught.value.code == "model_unavailable"


@pytest.mark.parametrize("model", ["canary", "a/b/c"])
def test_what_is_neither_name_nor_file_is_refused(model: str) -> None:
    with pytest.raises(Refused, match="expected a hub name"):
        find_source(model, ignore)


def test_a_checksum_is_computed_once_and_again_after_a_change(tmp_path: Path) -> None:
    path = tmp_path / "x.nemo"
    path.write_bytes(b"first")
    first = recall_checksum(tmp_path, path)
    assert first == hashlib.sha256(b"first").hexdigest()
    os.utime(path, ns=(1, 1))
    path.write_bytes(b"second")
    assert recall_checksum(tmp_path, path) == hashlib.sha256(b"second").hexdigest()
    (tmp_path / "checksums.json").write_text("{damaged")
    assert recall_checksum(tmp_path, path) == hashlib.sha256(b"second").hexdigest()


def test_a_damaged_archive_is_an_error_not_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = tmp_path / "x.nemo"
    path.write_bytes(b"no archive")
    with pytest.raises(Refused, match=r"x\.nemo is not a \.nemo archive"):
        open_archive(path, ignore)
    assert not list((tmp_path / "cache").rglob("parts"))
