"""A worker on a simulated card: real words, modelled memory, every fault class."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from typing import Any

import pytest

from daemon_side import DaemonSide
from speech import KNOWN_CLIP, read_pcm
from swictation_worker.engines.sim_faults import EXIT_CODE_OF_DEATH
from swictation_worker.known_clip import WORDS

WORLD = {"total_mb": 4_295, "context_mb": 300, "stt_mb": 1_766, "vad_mb": 2.2}
GENERATIONS = iter(range(1, 1_000))


@pytest.fixture
def gpu(shared_daemon: DaemonSide) -> Iterator[str]:
    """A fresh process with both models on its card."""
    identity = shared_daemon.fork("gpu", next(GENERATIONS), engine="sim", sim=WORLD)
    assert shared_daemon.load(identity, "stt", "cuda")["type"] == "done"
    assert shared_daemon.load(identity, "vad", "cuda")["type"] == "done"
    yield identity
    shared_daemon.order(op="kill", generation=int(identity.split(".")[1]), signal="KILL")


def memory(daemon: DaemonSide, identity: str) -> dict[str, Any]:
    figures: dict[str, Any] = daemon.request(daemon.ctl, identity, type="memory")["memory"]
    assert figures["simulated"] is True
    return figures


def about(mb: float) -> object:
    """The allocator leaves up to 1 MiB of a large block unsplit, as PyTorch's does."""
    return pytest.approx(mb, abs=4.2)


def change(daemon: DaemonSide, identity: str, **world: Any) -> None:
    assert daemon.request(daemon.ctl, identity, type="sim", **world)["type"] == "done"


def test_memory_follows_the_models(shared_daemon: DaemonSide, gpu: str) -> None:
    loaded = memory(shared_daemon, gpu)
    assert loaded["context_mb"] == 300
    assert loaded["active_mb"] == pytest.approx(1_768.2, abs=0.1)
    assert loaded["free_mb"] == pytest.approx(4_295 - 300 - loaded["reserved_mb"])
    answer = shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))
    assert answer["text"] == WORDS
    assert answer["device"] == "cuda"
    assert answer["need_mb"] == about(60 + 4 * answer["audio_s"])
    assert answer["memory"]["active_mb"] == pytest.approx(loaded["active_mb"])
    assert answer["memory"]["reserved_mb"] > loaded["reserved_mb"]
    emptied = shared_daemon.request(shared_daemon.ctl, gpu, type="empty_cache")
    assert emptied["memory_before"]["reserved_mb"] > emptied["memory"]["reserved_mb"]
    left = shared_daemon.request(shared_daemon.ctl, gpu, type="place", model="stt", device="cpu")["memory"]
    assert left["active_mb"] == pytest.approx(2.2, abs=0.1)
    assert left["reserved_mb"] == emptied["memory"]["reserved_mb"], "the daemon decides when the cache is emptied"
    freed = shared_daemon.request(shared_daemon.ctl, gpu, type="empty_cache")["memory"]
    assert freed["reserved_mb"] < 21, "what has left the card is free for other programs"
    back = shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))
    assert (back["text"], back["device"], back["need_mb"]) == (WORDS, "cpu", None)


def test_a_card_that_others_fill_is_out_of_memory_and_nothing_is_left_over(shared_daemon: DaemonSide, gpu: str) -> None:
    before = memory(shared_daemon, gpu)
    change(shared_daemon, gpu, others_mb=2_200)
    error = shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))
    assert (error["type"], error["fault"], error["code"]) == ("error", "oom", "out_of_memory")
    assert memory(shared_daemon, gpu)["active_mb"] == pytest.approx(before["active_mb"])
    change(shared_daemon, gpu, others_mb=0)
    assert shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))["text"] == WORDS


def test_a_window_bounds_what_long_audio_needs(shared_daemon: DaemonSide, gpu: str) -> None:
    long = read_pcm(KNOWN_CLIP) * 5
    assert shared_daemon.transcribe(gpu, long, 10)["need_mb"] == about(100)
    assert shared_daemon.transcribe(gpu, long, 5)["need_mb"] == about(80)


@pytest.mark.parametrize(
    ("fault", "seen", "healthy_after"),
    [
        ("oom", "oom", True),
        ("ambiguous", "oom", True),
        ("sticky", "sticky", False),
        ("wrong_result", "wrong_result", False),
        ("driver_gone", "driver_gone", False),
        ("config", "config", False),
    ],
)
def test_the_next_call_fails_with_the_fault(
    shared_daemon: DaemonSide, gpu: str, fault: str, seen: str, healthy_after: bool
) -> None:
    change(shared_daemon, gpu, fault=fault)
    assert memory(shared_daemon, gpu)["free_mb"] > 0
    pcm = read_pcm(KNOWN_CLIP)
    assert shared_daemon.transcribe(gpu, pcm)["fault"] == seen
    again = shared_daemon.transcribe(gpu, pcm)
    if healthy_after:
        assert again["text"] == WORDS
    else:
        assert again["fault"] == seen
        assert shared_daemon.request(shared_daemon.ctl, gpu, type="memory")["fault"] == seen
        dropped = shared_daemon.request(shared_daemon.ctl, gpu, type="place", model="stt", device="cpu")
        assert dropped["type"] == "done" or dropped["fault"] == seen


def test_a_fault_can_hit_the_ear_on_the_card(shared_daemon: DaemonSide, gpu: str) -> None:
    header = {"type": "score", "format": "s16le", "state": None}
    assert shared_daemon.request(shared_daemon.data, gpu, bytes(1_024), **header)["device"] == "cuda"
    change(shared_daemon, gpu, fault="sticky")
    assert shared_daemon.request(shared_daemon.data, gpu, bytes(1_024), **header)["fault"] == "sticky"


def test_a_dead_worker_is_reaped(shared_daemon: DaemonSide, gpu: str) -> None:
    change(shared_daemon, gpu, fault="dead")
    shared_daemon.send(shared_daemon.data, gpu, bytes(3_200), type="transcribe", format="s16le", window_s=20)
    exited = shared_daemon.await_event("exited", generation=int(gpu.split(".")[1]))
    assert exited["code"] == EXIT_CODE_OF_DEATH


def test_a_hung_worker_beats_on_without_an_answer(shared_daemon: DaemonSide, gpu: str) -> None:
    change(shared_daemon, gpu, fault="hang")
    pcm = read_pcm(KNOWN_CLIP)
    job = shared_daemon.send(shared_daemon.data, gpu, pcm, type="transcribe", format="s16le", window_s=20)
    beats = 0
    while beats < 2:
        beats += shared_daemon.await_message(shared_daemon.ctl, gpu, "heartbeat")["job"] == job
    generation = int(gpu.split(".")[1])
    shared_daemon.order(op="kill", generation=generation, signal="KILL")
    assert shared_daemon.await_event("exited", generation=generation)["signal"] == signal.SIGKILL


def test_a_driver_that_went_takes_the_context_with_it(shared_daemon: DaemonSide, gpu: str) -> None:
    change(shared_daemon, gpu, driver="gone")
    assert shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))["fault"] == "driver_gone"
    change(shared_daemon, gpu, driver="back")
    assert shared_daemon.transcribe(gpu, read_pcm(KNOWN_CLIP))["fault"] == "driver_gone"


def test_a_leak_grows(shared_daemon: DaemonSide, gpu: str) -> None:
    before = memory(shared_daemon, gpu)["allocated_mb"]
    change(shared_daemon, gpu, leak_mb_per_min=60_000)
    while memory(shared_daemon, gpu)["allocated_mb"] < before + 50:
        shared_daemon.await_message(shared_daemon.ctl, gpu, "heartbeat")


def test_the_probe_gives_the_known_words(shared_daemon: DaemonSide) -> None:
    identity = shared_daemon.fork("probe", next(GENERATIONS), engine="sim", sim=WORLD)
    done = shared_daemon.request(shared_daemon.ctl, identity, type="probe")
    assert done["text"] == WORDS
    assert done["memory"]["peak_mb"] == about(1_766 + 60 + len(read_pcm(KNOWN_CLIP)) / 32_000 * 4)
    change(shared_daemon, identity, fault="sticky")
    assert shared_daemon.request(shared_daemon.ctl, identity, type="probe")["fault"] == "sticky"
    shared_daemon.end(identity)


def test_a_probe_on_a_full_card_is_out_of_memory(shared_daemon: DaemonSide) -> None:
    full = {**WORLD, "others_mb": 4_200}
    identity = shared_daemon.fork("probe", next(GENERATIONS), engine="sim", sim=full)
    assert shared_daemon.request(shared_daemon.ctl, identity, type="probe")["fault"] == "oom"
    shared_daemon.end(identity)
