"""What is said: phrases that the tiny Canary understands, in a voice that its training did not use.

`python -m card_check.dictation.phrases FOLDER` writes them as files, for a machine without a synthetic voice.
"""

from __future__ import annotations

import sys
import wave
from pathlib import Path

import numpy as np

from swictation_worker.engine import SAMPLE_RATE_HZ, Audio
from swictation_worker.known_clip import read_clip

FOLDER = Path(__file__).resolve().parents[3] / "models" / "phrases"
SAID = (
    "the quick brown fox jumps over the lazy dog",
    "pack my box with five dozen liquor jugs",
    "a small bird sang in the garden",
    "she sells sea shells by the shore",
    "the weather was warm and dry",
    "twenty five blue boats sailed north",
    "every speaker has a different voice",
    "open the window and close the door",
)

Phrase = tuple[str, Audio]


def find_phrases() -> list[Phrase]:
    """From the folder beside the models where there is one, else spoken now."""
    if FOLDER.is_dir():
        return [(path.stem.replace("-", " "), read_clip(path)) for path in sorted(FOLDER.glob("*.wav"))]
    return speak_phrases()


def speak_phrases() -> list[Phrase]:
    """Raises SpeakerMissing without espeak-ng."""
    from tiny_canary.speech import UNSEEN_VOICES, speak_phrase

    return [(phrase, speak_phrase(phrase, UNSEEN_VOICES[0])) for phrase in SAID]


def to_pcm(audio: Audio) -> bytes:
    return bytes((np.clip(audio, -1, 1) * 32767).astype("<i2").tobytes())


def write_phrases(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for phrase, audio in speak_phrases():
        with wave.open(str(folder / f"{phrase.replace(' ', '-')}.wav"), "wb") as file:
            file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
            file.writeframes(to_pcm(audio))


if __name__ == "__main__":
    write_phrases(Path(sys.argv[1]))
