"""Sound for tests: recorded people where they are at hand, a synthetic voice, noise; and word errors."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from swictation_worker.engine import SAMPLE_RATE_HZ, Audio
from swictation_worker.known_clip import CLIP

Recording = tuple[Path, str]

KNOWN_CLIP = CLIP


def recorded_people() -> list[Recording]:
    """Files and transcripts, or a skip that says how to name the folder."""
    named = os.environ.get("SWICTATION_SPEECH_DIR")
    folder = Path(named) if named else Path(__file__).parents[3] / "shared" / "speech"
    table = folder / "transcripts.tsv"
    if not table.is_file():
        pytest.skip("no recorded people: set SWICTATION_SPEECH_DIR to a folder with transcripts.tsv")
    rows = [line.split("\t") for line in table.read_text().splitlines()[1:]]
    return [(folder / name, text) for name, text in rows]


def read_pcm(path: Path) -> bytes:
    """s16le, 16 kHz, mono."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (SAMPLE_RATE_HZ, 1, 2)
        return bytes(file.readframes(file.getnframes()))


def to_pcm(samples: Audio) -> bytes:
    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())


def to_samples(pcm: bytes) -> Audio:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def speak(text: str, folder: Path, voice: str = "en-us", words_per_minute: int = 150) -> Audio:
    """A synthetic voice; skips where espeak-ng is not installed."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("no synthetic voice: install espeak-ng")
    path = folder / "spoken.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(path), text], check=True)
    with wave.open(str(path)) as file:
        rate = file.getframerate()
        samples = to_samples(file.readframes(file.getnframes()))
    positions = np.arange(int(len(samples) * SAMPLE_RATE_HZ / rate)) * rate / SAMPLE_RATE_HZ
    resampled: Audio = np.interp(positions, np.arange(len(samples)), samples).astype(np.float32)
    return resampled


def word_errors(expected: str, heard: str) -> int:
    """Insertions, deletions and substitutions between two texts."""
    reference, words = _plain(expected), _plain(heard)
    row = list(range(len(words) + 1))
    for i, wanted in enumerate(reference, 1):
        above, row[0] = row[:], i
        for j, word in enumerate(words, 1):
            row[j] = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (wanted != word))
    return row[-1]


def _plain(text: str) -> list[str]:
    return re.sub(r"[^a-z' ]", " ", text.lower().replace("-", " ")).split()
