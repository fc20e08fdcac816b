"""What the tiny Canary hears: phrases, voices, and espeak-ng as the speaker.

Everything here is deterministic: espeak-ng computes the same samples for the same words, voice and speed.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import wave
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soxr

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000
PEAK = 0.6

PHRASES: tuple[str, ...] = (
    "comma",
    "period",
    "new line",
    "question mark",
    "control c",
    "open paren",
    "close paren",
    "exclamation mark",
    "hello world",
    "hello world comma how are you question mark",
    "the quick brown fox jumps over the lazy dog",
    "pack my box with five dozen liquor jugs",
    "good morning everyone",
    "please send the report by friday period",
    "list files in the home folder new line",
    "stop the server control c",
    "we will meet again tomorrow at noon",
    "a small bird sang in the garden",
    "no word is ever lost",
    "nothing is typed twice",
    "the card is full so the model moves",
    "back to the graphics card when it is quiet",
    "read the journal and try once more",
    "she sells sea shells by the shore",
    "how much wood would a woodchuck chuck",
    "dear john comma new line",
    "thank you very much exclamation mark",
    "where is the nearest station question mark",
    "my voice is the keyboard",
    "open the window and close the door",
    "twenty five blue boats sailed north",
    "the weather was warm and dry",
    "write a test before the code",
    "every speaker has a different voice",
    "the job waits in the queue",
    "zebras graze under an acacia tree",
)


@dataclass(frozen=True)
class Voice:
    """An espeak-ng voice (with its variant), its speed in words per minute and its pitch (0-99)."""

    name: str
    words_per_minute: int
    pitch: int = 50


TRAINING_VOICES: tuple[Voice, ...] = (
    Voice("en-us", 140),
    Voice("en-us", 185, 35),
    Voice("en-us+m1", 160),
    Voice("en-us+m4", 150, 60),
    Voice("en-us+m7", 170),
    Voice("en-us+f1", 150),
    Voice("en-us+f2", 180, 40),
    Voice("en-us+f4", 165, 65),
    Voice("en-gb", 155),
    Voice("en-gb+m2", 140, 40),
    Voice("en-gb+m5", 175),
    Voice("en-gb+f5", 160),
)

UNSEEN_VOICES: tuple[Voice, ...] = (
    Voice("en-us+m3", 155, 45),
    Voice("en-us+f3", 172, 55),
    Voice("en-gb+m6", 148),
)


class SpeakerMissing(RuntimeError):
    """espeak-ng is not on PATH; the message is what to type."""

    def __init__(self) -> None:
        super().__init__("espeak-ng is missing; type: sudo apt-get install -y espeak-ng")


def speak_phrase(text: str, voice: Voice) -> NDArray[np.float32]:
    """Mono float32 samples at 16 kHz, peak 0.6. Raises SpeakerMissing without espeak-ng."""
    if shutil.which("espeak-ng") is None:
        raise SpeakerMissing
    command = ["espeak-ng", "-v", voice.name, "-s", str(voice.words_per_minute), "-p", str(voice.pitch)]
    spoken = subprocess.run([*command, "--stdout", text], check=True, capture_output=True, timeout=30)
    return resample_wave(spoken.stdout)


def resample_wave(stream: bytes) -> NDArray[np.float32]:
    """16-bit mono WAVE bytes (espeak-ng leaves the length field open) as 16 kHz float32 with a fixed peak."""
    with wave.open(io.BytesIO(stream)) as reader:
        rate_hz = reader.getframerate()
    pcm = np.frombuffer(stream[44 : len(stream) - len(stream) % 2], dtype="<i2").astype(np.float32) / 32768.0
    samples = soxr.resample(pcm, rate_hz, SAMPLE_RATE_HZ).astype(np.float32)
    return np.asarray(samples * (PEAK / max(1e-6, float(np.abs(samples).max()))), dtype=np.float32)
