"""When each word of a recording ends: the transcript laid on the sound by Whisper's own word timestamps.

    python bench/lag/reference.py FOLDER...

A FOLDER holds WAV files (16 kHz, mono, 16 bit) and ``transcripts.tsv``. The words are given, so none is misheard.
Prints JSON: the folder of the weights, and for each file the ends of its words in seconds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from playing import RATE_HZ, Sound, read_sound

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "py-worker"))

from swictation_worker.engines.whisper.embedded import _shipped_folder  # noqa: E402 - lies beside this folder

FRAMES_A_SECOND = 100


class WordTimer:
    def __init__(self) -> None:
        self._model: Any = WhisperModel(_shipped_folder(), device="cpu", compute_type="int8", cpu_threads=2)
        tokens = self._model.hf_tokenizer
        self._tokenizer = Tokenizer(tokens, self._model.model.is_multilingual, task="transcribe", language="en")

    def word_ends_s(self, sound: Sound, words: list[str]) -> list[float]:
        features = self._model.feature_extractor(sound)
        frames = min(features.shape[-1], int(len(sound) / RATE_HZ * FRAMES_A_SECOND))
        encoded = self._model.encode(np.pad(features, ((0, 0), (0, max(0, 3_000 - features.shape[-1]))))[:, :3_000])
        tokens = self._tokenizer.encode(" " + " ".join(words))
        timed = self._model.find_alignment(self._tokenizer, [tokens], encoded, frames)[0]
        ends = [word["end"] for word in timed if word["word"].strip()]
        if len(ends) != len(words):
            raise SystemExit(f"{len(words)} words, {len(ends)} times: {' '.join(words)}")
        return [round(float(end_s), 3) for end_s in ends]


def main() -> None:
    timer = WordTimer()
    ends: dict[str, list[float]] = {}
    for folder in map(Path, sys.argv[1:]):
        for line in (folder / "transcripts.tsv").read_text().splitlines()[1:]:
            name, text = line.split("\t")
            ends[Path(name).stem] = timer.word_ends_s(read_sound(str(folder / name)), text.split())
    print(json.dumps({"model": _shipped_folder(), "ends_s": ends}))


if __name__ == "__main__":
    main()
