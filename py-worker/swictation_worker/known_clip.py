"""The clip whose words are known: made by a text-to-speech program for this product, and ours to ship."""

from __future__ import annotations

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np

from .engine import SAMPLE_RATE_HZ, KnownClip

CLIP = Path(__file__).parent / "clips" / "known.wav"
WORDS = "please open the file and save it again"


@lru_cache
def read_known_clip() -> KnownClip:
    """The shipped clip, 16 kHz mono."""
    with wave.open(str(CLIP)) as clip:
        if (clip.getframerate(), clip.getnchannels(), clip.getsampwidth()) != (SAMPLE_RATE_HZ, 1, 2):
            raise ValueError(f"{CLIP.name}: expected 16 kHz mono s16")
        pcm = clip.readframes(clip.getnframes())
    return KnownClip(np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768), WORDS)
