"""The whole daemon while its model is being fetched: the embedded engine types at once, Canary when it is here."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from canary_parts import require_nemo, require_tiny, speak_unseen
from daemon_side import children_of, command_of, wait_until_gone
from fake_hub import NOBODY, FakeHub, running_hub
from running_daemon import LIMIT_S, Home, Microphone, RunningDaemon
from swictation_worker.engines.canary.notes import sum_file
from swictation_worker.known_clip import CLIP

require_nemo()

MODEL = "some/tiny"
FILE = "some/tiny/tiny.nemo"
EMBEDDED = "Speech model: CPU, tiny.en int8"
CANARY = "Speech model: CPU, tiny fp32"
IDLE = ("--source", f"wav:{CLIP}")
PLAY_CLIP = ("--source", f"wav:{CLIP}", "--fast", "--start", "--exit-when-done")


def fetched_line() -> str:
    """What the log says when the model has come, with the size of the one that was trained here."""
    return f"fetched some/tiny: {require_tiny().stat().st_size / 1e6:.1f} MB"


def fetcher_of(daemon: RunningDaemon) -> int:
    """The process that fetches."""
    [found] = [
        child for child in children_of(daemon.process.pid) if b"swictation_worker.files.fetch" in command_of(child)
    ]
    return found


@contextmanager
def fetching_half(tmp_path: Path) -> Iterator[tuple[FakeHub, Home, RunningDaemon, int]]:
    """A daemon whose fetch waits in the middle, until the hub's gate is opened, and the process that fetches."""
    tiny = require_tiny().read_bytes()
    with running_hub({FILE: tiny}, gate_bytes=len(tiny) // 2) as hub:
        home = Home(tmp_path, MODEL, HF_ENDPOINT=hub.endpoint)
        with RunningDaemon(home, *IDLE) as daemon:
            daemon.await_said("fetching some/tiny: 4")
            yield hub, home, daemon, fetcher_of(daemon)


def test_dictation_goes_on_from_the_embedded_engine_to_canary(tmp_path: Path) -> None:
    tiny = require_tiny().read_bytes()
    spoken = [(words, sound) for words, sound in speak_unseen() if len(words.split()) > 4][:6]
    with (
        running_hub({FILE: tiny}, gate_bytes=len(tiny) // 2) as hub,
        Microphone(tmp_path) as microphone,
    ):
        home = Home(tmp_path, MODEL, HF_ENDPOINT=hub.endpoint, PATH=microphone.path)
        with RunningDaemon(home, "--source", "mic", "--start") as daemon:
            texts = 0

            def dictate(number: int) -> None:
                nonlocal texts
                microphone.say(spoken[number][1])
                texts += 1
                daemon.await_fact(lambda: daemon.said.count(" wpm, ") == texts, f"text {texts}")

            dictate(0)
            daemon.await_said("fetching some/tiny: 4")
            status = home.swictation("status")
            assert EMBEDDED in status
            assert "Model file: fetching some/tiny, 4" in status
            dictate(1)
            hub.gate.set()
            while CANARY not in home.swictation("status"):
                dictate(2)
            home.typed.write_text("")
            for number in (3, 4, 5):
                dictate(number)
            assert home.typed.read_text().split() == " ".join(words for words, _ in spoken[3:]).split()
            assert "Model file" not in home.swictation("status")
            assert "its engine makes way for the configured one" in home.swictation("why")
            assert home.swictation("pending").strip() == "Nothing is pending."
        assert f"{fetched_line()}, sha256 {sum_file(require_tiny())}" in daemon.said
        assert len(hub.asked) == 1


def test_a_killed_daemon_leaves_no_process_and_the_next_one_goes_on(tmp_path: Path) -> None:
    with fetching_half(tmp_path) as (hub, home, killed, fetcher):
        killed.process.kill()
        wait_until_gone([fetcher])
        hub.gate.set()
        with RunningDaemon(home, *IDLE) as daemon:
            daemon.await_said(fetched_line())
            assert "fetching some/tiny: 0 %" not in daemon.said
    assert [asked.split("bytes=")[-1] != "0-" for asked in hub.asked] == [True, True]
    assert "bytes=" in hub.asked[1]


def test_a_fetch_that_was_stopped_is_continued_and_said(tmp_path: Path) -> None:
    with fetching_half(tmp_path) as (hub, _, daemon, fetcher):
        os.kill(fetcher, signal.SIGSTOP)
        daemon.await_said("the fetch of some/tiny was stopped: it is continued")
        hub.gate.set()
        daemon.await_said(fetched_line())


def test_a_daemon_that_is_asked_to_end_does_not_wait_for_the_fetch(tmp_path: Path) -> None:
    with fetching_half(tmp_path) as (_, home, daemon, fetcher):
        home.swictation("stop")
        assert daemon.process.wait(LIMIT_S) == 0
        wait_until_gone([fetcher])


def test_without_network_one_line_says_so_and_the_embedded_engine_types(tmp_path: Path) -> None:
    home = Home(tmp_path, MODEL, HF_ENDPOINT=NOBODY)
    with RunningDaemon(home, *PLAY_CLIP) as daemon:
        assert daemon.process.wait(LIMIT_S) == 0
    assert daemon.said.count("can't be fetched") == 1
    assert "connect to the network, it is tried again by itself" in daemon.said
    assert home.typed.read_text().strip() != ""


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("some/mistake", "has no mistake.nemo under that name; correct [stt] model"),
        ("some/text", "some/text holds no model for dictation"),
    ],
)
def test_what_is_of_no_use_is_said_and_shown(model: str, words: str, tmp_path: Path) -> None:
    with running_hub({"some/text/text.nemo": b"a page that explains something"}) as hub:
        home = Home(tmp_path, model, HF_ENDPOINT=hub.endpoint)
        with RunningDaemon(home, *IDLE) as daemon:
            daemon.await_said(words)
            daemon.await_fact(lambda: EMBEDDED in home.swictation("status"), EMBEDDED)
            assert words in home.swictation("status")


def test_a_file_that_is_no_archive_is_said_before_a_worker_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "page.nemo"
    path.write_text("a page that explains something")
    home = Home(tmp_path, str(path))
    with RunningDaemon(home, *PLAY_CLIP) as daemon:
        daemon.await_said("page.nemo: not a whole .nemo archive (it is no tar file)")
        nursery = [command_of(child) for child in children_of(daemon.process.pid)]
        assert not any(b"--import-canary" in command for command in nursery)
        assert daemon.process.wait(LIMIT_S) == 0
    assert home.typed.read_text().strip() != ""


def test_a_file_is_transcribed_by_the_embedded_engine_and_nothing_is_fetched(tmp_path: Path) -> None:
    tiny = require_tiny().read_bytes()
    with running_hub({FILE: tiny}) as hub:
        home = Home(tmp_path, MODEL, HF_ENDPOINT=hub.endpoint)
        told = home.swictation("transcribe", "--json", str(CLIP))
    assert "some/tiny is not on this machine yet, the embedded engine transcribes" in told
    assert '"engine":"tiny.en int8"' in told
    assert hub.asked == []


def test_a_model_that_does_not_load_leaves_the_embedded_engine_typing(tmp_path: Path) -> None:
    home = Home(tmp_path, str(require_tiny()))
    (tmp_path / "swictation" / "canary").write_text("where the cache of weights should be")
    with RunningDaemon(home, *PLAY_CLIP) as daemon:
        assert daemon.process.wait(LIMIT_S) == 0
    assert "the embedded engine dictates until the next start" in daemon.said
    assert home.typed.read_text().strip() != ""
