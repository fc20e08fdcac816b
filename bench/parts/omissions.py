"""Words that never became text: sentences close together, the embedded engine beside plain faster-whisper.

    python bench/parts/omissions.py --rounds 6 FOLDER...

Same weights, same sound, one process. A FOLDER holds WAV files (16 kHz, mono, 16 bit) and ``transcripts.tsv``.
Prints a JSON list: for each gap between the sentences and each engine the words, errors, missing words, the longest
run of missing words, and the seconds it took.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "py-worker"))

from swictation_worker.engine import SAMPLE_RATE_HZ, Audio  # noqa: E402 - the worker lies beside this folder
from swictation_worker.engines.whisper.embedded import EmbeddedEngine, _shipped_folder  # noqa: E402

GAPS_S = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
HISS = 1e-4
THREADS = 2

Clip = tuple[Audio, list[str]]
Recogniser = Callable[[Audio], str]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z']+", text.lower())


def compare(said: list[str], heard: list[str]) -> tuple[int, int, int]:
    """Errors, missing words among them, and the most of these in a row, on a shortest way of edits."""
    rows = [list(range(len(heard) + 1))]
    for i, word in enumerate(said, 1):
        row = [i]
        for j, other in enumerate(heard, 1):
            row.append(min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (word != other)))
        rows.append(row)
    i, j, missing, run, longest = len(said), len(heard), 0, 0, 0
    while i or j:
        if i and j and rows[i][j] == rows[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            i, j, run = i - 1, j - 1, 0
        elif i and rows[i][j] == rows[i - 1][j] + 1:
            i, missing, run = i - 1, missing + 1, run + 1
            longest = max(longest, run)
        else:
            j, run = j - 1, 0
    return rows[-1][-1], missing, longest


def read_clips(folder: Path) -> list[Clip]:
    rows = [line.split("\t") for line in (folder / "transcripts.tsv").read_text().splitlines()[1:]]
    return [(read(folder / name), words_of(text)) for name, text in rows]


def read(path: Path) -> Audio:
    with wave.open(str(path)) as file:
        pcm = file.readframes(file.getnframes())
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def join(clips: list[Clip], draw: random.Random, gap_s: float, seed: int) -> Clip:
    """Two or three of them, with a faint hiss between."""
    hiss = np.random.default_rng(seed).normal(0, HISS, int(gap_s * SAMPLE_RATE_HZ)).astype(np.float32)
    picked = draw.sample(clips, min(len(clips), draw.choice([2, 2, 3])))
    sound: Audio = np.concatenate([part for clip, _ in picked for part in (clip, hiss)])
    return sound, [word for _, words in picked for word in words]


def recognisers() -> dict[str, Recogniser]:
    ours = EmbeddedEngine(THREADS)
    ours.load("cpu", lambda _: None)
    plain: Any = WhisperModel(_shipped_folder(), device="cpu", compute_type="int8", cpu_threads=THREADS)

    def ask_plain(audio: Audio) -> str:
        said, _ = plain.transcribe(audio, language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(segment.text for segment in said)

    return {
        "this program": lambda audio: ours.transcribe(audio, 28.0, lambda _: None).text,
        "plain faster-whisper": ask_plain,
    }


def measure(recognise: Recogniser, recordings: list[Clip]) -> dict[str, float]:
    started_s = time.monotonic()
    results = [compare(said, words_of(recognise(audio))) for audio, said in recordings]
    return {
        "words": sum(len(said) for _, said in recordings),
        "errors": sum(errors for errors, _, _ in results),
        "missing": sum(missing for _, missing, _ in results),
        "longest": max(longest for _, _, longest in results),
        "seconds": time.monotonic() - started_s,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="words that never became text")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    clips = [clip for folder in options.folders for clip in read_clips(folder)]
    engines = recognisers()
    rows: list[dict[str, object]] = []
    for gap_s in GAPS_S:
        draw = random.Random(round(gap_s * 100))
        recordings = [join(clips, draw, gap_s, seed) for seed in range(options.rounds)]
        rows += [{"gap_s": gap_s, "engine": name, **measure(ask, recordings)} for name, ask in engines.items()]
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
