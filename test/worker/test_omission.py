"""Two sentences close together: no one of them may be missing in the text."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from speech import read_pcm, speak, to_samples
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio
from swictation_worker.engines.whisper.embedded import EmbeddedEngine

FIXTURES = Path(__file__).parents[1] / "fixtures" / "speech"
MOST_MISSING = 2
"""Words that may be missing in a row: misheard ones are, a sentence is longer."""
VOICES = (("en-gb-scotland+m3", "nobody knew where the old key was"), ("en-us+f3", "the train to the north is late"))
FILES = ("fox.wav", "garden.wav")


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    engine = EmbeddedEngine(threads=2)
    engine.load("cpu", lambda _: None)
    return engine


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Audio, str]]:
    folder = tmp_path_factory.mktemp("voices")
    table = dict(line.split("\t") for line in (FIXTURES / "transcripts.tsv").read_text().splitlines()[1:])
    files = [(to_samples(read_pcm(FIXTURES / name)), table[name]) for name in FILES]
    return [*files, *((speak(text, folder, voice), text) for voice, text in VOICES)]


def test_neither_of_two_voices_is_left_out(engine: EmbeddedEngine, clips: list[tuple[Audio, str]]) -> None:
    for first, second in permutations(clips, 2):
        audio = joined([first[0], second[0]], 0.2)
        transcript = engine.transcribe(audio, 40.0, lambda _: None)
        said = f"{first[1]} {second[1]}"
        assert longest_gap(said, transcript.text) <= MOST_MISSING, f"{said!r}: {transcript.text!r}"
        assert transcript.covered_until_s == pytest.approx(len(audio) / SAMPLE_RATE_HZ, abs=0.1)


def test_four_in_a_row(engine: EmbeddedEngine, clips: list[tuple[Audio, str]]) -> None:
    transcript = engine.transcribe(joined([audio for audio, _ in clips], 0.2), 40.0, lambda _: None)
    assert longest_gap(" ".join(text for _, text in clips), transcript.text) <= MOST_MISSING


def test_silence_is_covered(engine: EmbeddedEngine) -> None:
    transcript = engine.transcribe(np.zeros(5 * SAMPLE_RATE_HZ, np.float32), 40.0, lambda _: None)
    assert (transcript.text, transcript.covered_until_s) == ("", 5.0)


def joined(parts: list[Audio], gap_s: float) -> Audio:
    rest = np.zeros(int(gap_s * SAMPLE_RATE_HZ), np.float32)
    return np.concatenate([sound for part in parts for sound in (part, rest)])


def longest_gap(said: str, heard: str) -> int:
    """The most words in a row for which a text has none: what a shortest way of edits deletes."""
    wanted, words = said.split(), heard.split()
    rows = [list(range(len(words) + 1))]
    for i, word in enumerate(wanted, 1):
        row = [i]
        for j, other in enumerate(words, 1):
            row.append(min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    i, j, run, longest = len(wanted), len(words), 0, 0
    while i:
        if j and rows[i][j] == rows[i - 1][j - 1] + (wanted[i - 1] != words[j - 1]):
            i, j, run = i - 1, j - 1, 0
        elif rows[i][j] == rows[i - 1][j] + 1:
            i, run = i - 1, run + 1
            longest = max(longest, run)
        else:
            j, run = j - 1, 0
    return longest
