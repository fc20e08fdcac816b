"""Workers as processes over real sockets: what they answer, and what harms nothing."""

from __future__ import annotations

import os
import signal
from typing import Any

import pytest

from daemon_side import DaemonSide
from speech import KNOWN_CLIP, read_pcm
from swictation_worker.known_clip import WORDS

GENERATIONS = iter(range(1, 1_000))


@pytest.fixture(scope="module")
def cpu(shared_daemon: DaemonSide) -> str:
    identity = shared_daemon.fork("cpu", next(GENERATIONS))
    shared_daemon.load(identity)
    return identity


def test_load_reports_phases_engine_and_time(shared_daemon: DaemonSide) -> None:
    identity = shared_daemon.fork("cpu", next(GENERATIONS))
    done = shared_daemon.load(identity)
    assert done["engine"] == "tiny.en int8"
    assert done["memory"] is None
    assert done["load_ms"] > 0

    def phases() -> list[str]:
        return [m["phase"] for who, m in shared_daemon.seen if who == identity and m["type"] == "phase"]

    first = phases()
    assert first[0] == "reading"
    assert "warming" in first
    assert shared_daemon.load(identity)["type"] == "done"
    assert phases() == first
    exited = shared_daemon.end(identity)
    assert (exited["code"], exited["signal"]) == (None, signal.SIGTERM)


def test_transcribe(shared_daemon: DaemonSide, cpu: str) -> None:
    pcm = read_pcm(KNOWN_CLIP)
    answer = shared_daemon.transcribe(cpu, pcm)
    assert answer["text"] == WORDS
    assert answer["device"] == "cpu"
    assert answer["memory"] is None
    assert answer["need_mb"] is None
    assert answer["audio_s"] == pytest.approx(len(pcm) / 32_000)
    (segment,) = answer["segments"]
    assert segment == {"start_s": 0.0, "end_s": answer["audio_s"], "text": WORDS}


@pytest.mark.parametrize("samples", [0, 1, 160, 1_600, 8_000, 16_000])
def test_short_audio_is_no_error(shared_daemon: DaemonSide, cpu: str, samples: int) -> None:
    pcm = read_pcm(KNOWN_CLIP)[: 2 * samples]
    assert shared_daemon.transcribe(cpu, pcm)["type"] == "text"


def test_heartbeats_name_the_job(shared_daemon: DaemonSide, cpu: str) -> None:
    beat = shared_daemon.await_message(shared_daemon.ctl, cpu, "heartbeat")
    assert beat["rss_mb"] > 10
    shared_daemon.send(shared_daemon.data, cpu, bytes(0), type="transcribe", format="s16le", window_s=20)
    long = read_pcm(KNOWN_CLIP) * 50
    job = shared_daemon.send(shared_daemon.data, cpu, long, type="transcribe", format="s16le", window_s=4)
    jobs = set()
    while job not in jobs:
        jobs.add(shared_daemon.await_message(shared_daemon.ctl, cpu, "heartbeat")["job"])
    shared_daemon.await_answer(shared_daemon.data, cpu, job)


def test_ctl_comes_before_data(shared_daemon: DaemonSide, cpu: str) -> None:
    """Two transcriptions wait; a question sent after them is answered before the second one."""
    pcm = read_pcm(KNOWN_CLIP)
    jobs = [
        shared_daemon.send(shared_daemon.data, cpu, pcm, type="transcribe", format="s16le", window_s=20)
        for _ in range(3)
    ]
    shared_daemon.request(shared_daemon.ctl, cpu, type="memory")
    assert not shared_daemon.data.poll(0) or len(_answered(shared_daemon, jobs)) < 3
    for job in jobs:
        assert shared_daemon.await_answer(shared_daemon.data, cpu, job)["text"] == WORDS


def _answered(daemon: DaemonSide, jobs: list[int]) -> list[int]:
    return [m["id"] for _, m in daemon.seen if m["type"] == "text" and m["id"] in jobs]


@pytest.mark.parametrize(
    "frames",
    [
        [b""],
        [b"\xc1"],
        [b"garbage " * 1_000],
        [b"\x80"],
        [b"x", b"y", b"z"],
        [os.urandom(1_000_000)],
        [b"\x80", bytes(9 * 1024 * 1024)],
    ],
    ids=["empty", "reserved byte", "text", "empty map", "three frames", "1 MB of noise", "9 MB of audio"],
)
@pytest.mark.parametrize("channel", ["ctl", "data"])
def test_garbage_gets_a_named_error_and_harms_nothing(
    shared_daemon: DaemonSide, cpu: str, channel: str, frames: list[bytes]
) -> None:
    socket = shared_daemon.ctl if channel == "ctl" else shared_daemon.data
    shared_daemon.send_frames(socket, cpu, frames)
    error = shared_daemon.await_message(socket, cpu, "error")
    assert error["id"] is None
    assert error["fault"] is None
    assert error["code"] == "invalid_message"
    assert shared_daemon.request(shared_daemon.ctl, cpu, type="memory")["type"] == "done"


def test_an_unknown_request_is_answered_with_its_id(shared_daemon: DaemonSide, cpu: str) -> None:
    error = shared_daemon.request(shared_daemon.ctl, cpu, type="nonsense")
    assert error["code"] == "invalid_message"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({"type": "load", "model": "stt", "device": "cuda"}, "no_card"),
        ({"type": "place", "model": "stt", "device": "cuda"}, "no_card"),
        ({"type": "probe"}, "no_card"),
        ({"type": "sim", "fault": "oom"}, "not_simulated"),
    ],
)
def test_what_a_worker_without_a_card_refuses(
    shared_daemon: DaemonSide, cpu: str, request_: dict[str, Any], code: str
) -> None:
    error = shared_daemon.request(shared_daemon.ctl, cpu, **request_)
    assert (error["type"], error["fault"], error["code"]) == ("error", None, code)
    assert shared_daemon.transcribe(cpu, read_pcm(KNOWN_CLIP))["text"] == WORDS


def test_work_before_load_is_refused_and_drop_unloads(shared_daemon: DaemonSide) -> None:
    identity = shared_daemon.fork("cpu", next(GENERATIONS))
    assert shared_daemon.transcribe(identity, bytes(3_200))["code"] == "not_loaded"
    shared_daemon.load(identity)
    assert shared_daemon.request(shared_daemon.ctl, identity, type="drop", model="stt")["type"] == "done"
    assert shared_daemon.transcribe(identity, bytes(3_200))["code"] == "not_loaded"
    shared_daemon.order(op="kill", generation=int(identity.split(".")[1]), signal="KILL")


def test_a_worker_killed_at_work_is_replaced_and_gives_the_same_text(daemon: DaemonSide) -> None:
    pcm = read_pcm(KNOWN_CLIP)
    first = daemon.fork("cpu", 1)
    daemon.load(first)
    daemon.send(daemon.data, first, pcm, type="transcribe", format="s16le", window_s=20)
    os.kill(daemon.await_event("forked", generation=1)["pid"], signal.SIGKILL)
    daemon.await_event("exited", generation=1, signal=signal.SIGKILL)
    second = daemon.fork("cpu", 2)
    daemon.load(second)
    assert daemon.transcribe(second, pcm)["text"] == WORDS


def test_a_stopped_worker_falls_silent_and_can_be_killed(daemon: DaemonSide) -> None:
    identity = daemon.fork("ear", 1)
    pid = daemon.await_event("forked", generation=1)["pid"]
    os.kill(pid, signal.SIGSTOP)
    daemon.order(op="kill", generation=1, signal="KILL")
    assert daemon.await_event("exited", generation=1)["signal"] == signal.SIGKILL
    assert identity == "ear.1"
