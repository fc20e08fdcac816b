"""Fetching a model: progress, an interruption, nobody there, a wrong name, no room, and what is no archive."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from huggingface_hub.errors import OfflineModeIsEnabled

from canary_parts import ROOT, require_nemo, require_tiny
from fake_hub import NOBODY, FakeHub, running_hub
from swictation_worker.engines.canary.notes import sum_file
from swictation_worker.files.fetch import describe_failure

require_nemo()

MODEL = "some/model"
FILE = "some/model/model.nemo"
LIMIT_S = 120
Said = dict[str, Any]


def environment(endpoint: str, home: Path) -> dict[str, str]:
    folders = {"HF_HOME": str(home / "hub"), "XDG_CACHE_HOME": str(home / "cache")}
    return {
        **os.environ,
        **folders,
        "HF_ENDPOINT": endpoint,
        "HF_HUB_DISABLE_XET": "1",
        "HF_HUB_DOWNLOAD_TIMEOUT": "120",
    }


def start(endpoint: str, home: Path, *options: str, model: str = MODEL) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "swictation_worker.files.fetch", *options, model],
        cwd=ROOT / "py-worker",
        env=environment(endpoint, home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def fetch(endpoint: str, home: Path, *options: str, model: str = MODEL) -> list[Said]:
    said, _ = start(endpoint, home, *options, model=model).communicate(timeout=LIMIT_S)
    return [json.loads(line) for line in said.splitlines()]


def await_progress(running: subprocess.Popen[str], wanted_bytes: int) -> None:
    """Returns when it has said that so much is here; what it says of it is on the disk a moment earlier or later."""
    assert running.stdout is not None
    for line in running.stdout:
        if json.loads(line).get("done_bytes", 0) > wanted_bytes:
            return
    raise AssertionError("it ended before")


def cached(home: Path) -> list[str]:
    """Every file of the hub's cache that holds bytes of the model."""
    return sorted(path.name for path in home.rglob("blobs/*"))


@pytest.fixture(scope="module")
def tiny() -> bytes:
    return require_tiny().read_bytes()


@pytest.fixture
def hub(tiny: bytes) -> Iterator[FakeHub]:
    with running_hub({FILE: tiny}) as running:
        yield running


def test_a_model_is_fetched_once_with_progress_size_and_checksum(hub: FakeHub, tmp_path: Path) -> None:
    *news, done = fetch(hub.endpoint, tmp_path)
    progress = [one["done_bytes"] for one in news if one["event"] == "progress"]
    size = require_tiny().stat().st_size
    assert progress == sorted(set(progress))
    assert (progress[0], progress[-1]) == (0, size)
    assert (done["event"], done["size_bytes"], done["sha256"]) == ("done", size, sum_file(require_tiny()))
    assert Path(done["path"]).read_bytes() == require_tiny().read_bytes()
    assert fetch(NOBODY, tmp_path)[-1] == done


def test_others_find_it_in_the_cache_of_the_hub(hub: FakeHub, tmp_path: Path) -> None:
    done = fetch(hub.endpoint, tmp_path)[-1]
    script = "from huggingface_hub import hf_hub_download as d; print(d('some/model', 'model.nemo'))"
    asked = len(hub.asked)
    told = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(hub.endpoint, tmp_path),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    assert told.stdout.strip() == done["path"]
    assert len(hub.asked) == asked


@pytest.mark.parametrize("end", ["kill", "stdin"])
def test_what_was_interrupted_goes_on_where_it_stopped(end: str, tiny: bytes, tmp_path: Path) -> None:
    with running_hub({FILE: tiny}, gate_bytes=len(tiny) // 2) as hub:
        first = start(hub.endpoint, tmp_path, "--end-with-stdin")
        assert first.stdin is not None
        await_progress(first, len(tiny) // 4)
        if end == "kill":
            first.kill()
        first.stdin.close()
        assert first.wait(LIMIT_S) != 0
        hub.gate.set()
        *news, done = fetch(hub.endpoint, tmp_path)
    have_bytes = news[0]["done_bytes"]
    assert 0 < have_bytes <= len(tiny) // 2
    assert hub.asked[-1].endswith(f"bytes={have_bytes}-")
    assert done["sha256"] == sum_file(require_tiny())
    assert cached(tmp_path) == [done["sha256"]]


def test_a_hub_that_keeps_large_files_elsewhere(tiny: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the real one does. The other server gets the range, and not the token of the hub."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    with running_hub({FILE: tiny}) as storage, running_hub({FILE: tiny}) as hub:
        hub.storage = storage.endpoint.replace("127.0.0.1", "localhost")
        storage.gate_bytes = len(tiny) // 2
        first = start(hub.endpoint, tmp_path)
        await_progress(first, len(tiny) // 4)
        first.kill()
        first.communicate(timeout=LIMIT_S)
        storage.gate.set()
        *news, done = fetch(hub.endpoint, tmp_path)
    assert done["sha256"] == sum_file(require_tiny())
    assert storage.asked[-1].endswith(f"bytes={news[0]['done_bytes']}-")
    assert set(hub.tokens) == {"Bearer hf_secret"}
    assert set(storage.tokens) == {""}


def test_two_fetches_of_one_model_fetch_it_once(tiny: bytes, tmp_path: Path) -> None:
    with running_hub({FILE: tiny}, gate_bytes=len(tiny) // 2) as hub:
        first = start(hub.endpoint, tmp_path)
        assert hub.at_gate.wait(LIMIT_S)
        second = start(hub.endpoint, tmp_path)
        assert second.stdout is not None
        assert json.loads(second.stdout.readline()) == {"event": "phase", "phase": "waiting"}
        hub.gate.set()
        ends = [json.loads(one.communicate(timeout=LIMIT_S)[0].splitlines()[-1]) for one in (first, second)]
    assert [one["event"] for one in ends] == ["done", "done"], ends
    assert len(hub.asked) == 1


def test_without_network_one_line_says_what_to_do(tmp_path: Path) -> None:
    [failed] = fetch(NOBODY, tmp_path)
    assert failed["event"] == "failed"
    assert failed["again"] is True
    assert failed["message"].startswith("some/model can't be fetched from 127.0.0.1:9 (")
    assert failed["message"].endswith("connect to the network, it is tried again by itself")


def test_a_name_that_the_hub_does_not_know_is_final(hub: FakeHub, tmp_path: Path) -> None:
    [failed] = fetch(hub.endpoint, tmp_path, model="some/mistake")
    assert failed["again"] is False
    assert "has no mistake.nemo under that name; correct [stt] model" in failed["message"]


@pytest.mark.parametrize("model", ["canary", "a/b/c", "/a", "a b/c"])
def test_what_is_no_name_is_refused(model: str, tmp_path: Path) -> None:
    [failed] = fetch(NOBODY, tmp_path, model=model)
    assert failed["again"] is False
    assert "expected a hub name like nvidia/canary-1b-flash" in failed["message"]


def test_what_is_no_archive_is_said(tmp_path: Path) -> None:
    with running_hub({FILE: b"a page that explains something"}) as hub:
        failed = fetch(hub.endpoint, tmp_path)[-1]
    assert failed["again"] is False
    assert "some/model holds no model for dictation" in failed["message"]
    assert "no tar file" in failed["message"]


def test_what_is_not_what_the_hub_announced_is_thrown_away(hub: FakeHub, tiny: bytes, tmp_path: Path) -> None:
    fetch(hub.endpoint, tmp_path)
    [blob] = tmp_path.rglob("blobs/*")
    blob.rename(blob.with_name(f"{blob.name}.swictation"))
    with (blob.with_name(f"{blob.name}.swictation")).open("r+b") as unfinished:
        unfinished.write(b"damage")
        unfinished.truncate(len(tiny) - 5)
    failed = fetch(hub.endpoint, tmp_path)[-1]
    assert failed["again"] is True
    assert "is not whole" in failed["message"]
    assert cached(tmp_path) == []
    assert fetch(hub.endpoint, tmp_path)[-1]["event"] == "done"


def test_a_checksum_that_leads_out_of_the_cache_is_refused(hub: FakeHub, tmp_path: Path) -> None:
    hub.etag = "../../../outside"
    [failed] = fetch(hub.endpoint, tmp_path)
    assert "no name for a file" in failed["message"]
    assert list(tmp_path.rglob("outside*")) == []


def test_a_server_that_sends_more_than_it_announced_does_not_fill_the_disk(hub: FakeHub, tmp_path: Path) -> None:
    hub.surplus = bytes(1 << 20)
    failed = fetch(hub.endpoint, tmp_path)[-1]
    assert failed["again"] is True
    assert "more came than was announced" in failed["message"]
    assert cached(tmp_path) == []


def test_an_unfinished_file_of_an_older_revision_is_thrown_away(hub: FakeHub, tmp_path: Path) -> None:
    old = tmp_path / "hub" / "hub" / "models--some--model" / "blobs" / "0123.swictation"
    old.parent.mkdir(parents=True)
    old.write_bytes(b"older")
    fetch(hub.endpoint, tmp_path)
    assert not old.exists()


def test_a_disk_without_room_is_said_before_anything_is_fetched(hub: FakeHub, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(small)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no right to mount a small file system")
    try:
        [failed] = fetch(hub.endpoint, small)
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert failed["again"] is True
    assert "2 MB are needed, 1 MB are free" in failed["message"]
    assert hub.asked == []


class Answered(Exception):
    """As the hub's library tells of a status."""

    def __init__(self, status: int) -> None:
        self.response = SimpleNamespace(status_code=status)


@pytest.mark.parametrize(
    ("error", "again", "said"),
    [
        (OSError(28, "No space left on device"), True, "the disk is full in"),
        (PermissionError(13, "Permission denied"), False, "can't be written (Permission denied)"),
        (
            OSError(30, "Read-only file system"),
            False,
            "can't be written (Read-only file system); correct that, or name another folder",
        ),
        (NotADirectoryError(20, "Not a directory", "/x/hub"), False, "/x/hub can't be written (Not a directory)"),
        (TimeoutError(), True, "(TimeoutError): connect to the network"),
        (Answered(503), True, "(status 503): it is tried again by itself"),
        (OfflineModeIsEnabled(), False, "HF_HUB_OFFLINE forbids it; unset that and restart"),
    ],
)
def test_each_failure_says_what_to_do(error: Exception, again: bool, said: str) -> None:
    failed = describe_failure(MODEL, "model.nemo", error)
    assert failed.again is again
    assert said in str(failed)
