"""Words of recorded people, of a synthetic voice, and of audio longer than the model takes at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from daemon_side import DaemonSide
from speech import read_pcm, recorded_people, speak, to_pcm, to_samples, word_errors
from swictation_worker.engine import SAMPLE_RATE_HZ

HIGHEST_WORD_ERROR_RATE = 0.10


@pytest.fixture(scope="module")
def cpu(shared_daemon: DaemonSide) -> str:
    identity = shared_daemon.fork("cpu", 1)
    shared_daemon.load(identity)
    return identity


def test_recorded_people(shared_daemon: DaemonSide, cpu: str) -> None:
    recordings = recorded_people()
    errors = sum(word_errors(text, _words(shared_daemon, cpu, read_pcm(path))) for path, text in recordings)
    words = sum(len(text.split()) for _, text in recordings)
    assert errors / words <= HIGHEST_WORD_ERROR_RATE


def test_the_level_of_the_voice_does_not_matter(shared_daemon: DaemonSide, cpu: str) -> None:
    path, text = recorded_people()[-1]
    for gain in (0.02, 0.3, 1.5):
        quiet = to_pcm(to_samples(read_pcm(path)) * np.float32(gain))
        assert word_errors(text, _words(shared_daemon, cpu, quiet)) <= 1


def test_the_same_audio_gives_the_same_text(shared_daemon: DaemonSide, cpu: str) -> None:
    path, _ = recorded_people()[1]
    assert len({_words(shared_daemon, cpu, read_pcm(path)) for _ in range(3)}) == 1


def test_long_audio_loses_and_doubles_nothing_at_its_seams(shared_daemon: DaemonSide, cpu: str) -> None:
    """Two minutes without a pause longer than a breath, in windows of 20 s and of 10 s."""
    recordings = recorded_people()
    gap = bytes(2 * int(0.3 * SAMPLE_RATE_HZ))
    pcm = gap.join(read_pcm(path) for _ in range(5) for path, _ in recordings)
    text = " ".join(text for _ in range(5) for _, text in recordings)
    for window_s in (20.0, 10.0):
        answer = shared_daemon.transcribe(cpu, pcm, window_s)
        assert word_errors(text, answer["text"]) / len(text.split()) <= HIGHEST_WORD_ERROR_RATE
        starts = [segment["start_s"] for segment in answer["segments"]]
        ends = [segment["end_s"] for segment in answer["segments"]]
        assert starts == sorted(starts)
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
        assert all(end - start <= window_s for start, end in zip(starts, ends, strict=True))
        assert " ".join(segment["text"] for segment in answer["segments"]) == answer["text"]


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("one two three four five", "one two three four five"),
        ("please open the file and save it again", "please open the file and save it again"),
    ],
)
def test_synthetic_voice(shared_daemon: DaemonSide, cpu: str, tmp_path: Path, said: str, heard: str) -> None:
    assert _words(shared_daemon, cpu, to_pcm(speak(said, tmp_path, "en-gb", 130))) == heard


def _words(daemon: DaemonSide, identity: str, pcm: bytes) -> str:
    answer = daemon.transcribe(identity, pcm)
    assert answer["type"] == "text", answer
    return str(answer["text"])
