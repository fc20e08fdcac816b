"""What the compared programs share: sound in real time, typed text in a file, and the talk with whoever measures.

They say ``{"ready": true}``, wait for a line, say ``{"zero_s": T}`` (monotonic clock: when the first sample was
spoken), append what a person would see typed to a file, say ``{"done": true, "engine_s": S}`` and wait for the end of
their input, so that their processor time can still be read.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import wave
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
RATE_HZ = 16_000


def read_options(about: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--model", required=True, help="folder with the CTranslate2 weights of tiny.en")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--typed", required=True, help="file that text is appended to")
    parser.add_argument("sound", help="WAV, 16 kHz, mono, 16 bit")
    return parser.parse_args()


def read_sound(path: str) -> Sound:
    with wave.open(path) as file:
        pcm = file.readframes(file.getnframes())
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


class Typing:
    """Appends texts whole, at once."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def type(self, text: str) -> None:
        if text:
            os.write(self._file, text.encode())


class Timed:
    """Adds up the seconds that a function takes."""

    def __init__(self, run: Callable[..., Any]) -> None:
        self._run = run
        self.seconds = 0.0

    def __call__(self, *args: Any, **named: Any) -> Any:
        started_s = time.monotonic()
        try:
            return self._run(*args, **named)
        finally:
            self.seconds += time.monotonic() - started_s


def say(**fields: object) -> None:
    print(json.dumps(fields), flush=True)


def wait_for_start() -> float:
    """Resolves to the moment that the sound begins."""
    say(ready=True)
    sys.stdin.readline()
    zero_s = time.monotonic()
    say(zero_s=zero_s)
    return zero_s


def finish(engine_s: float) -> None:
    say(done=True, engine_s=engine_s)
    sys.stdin.read()
