"""Clips whose words are known: the shipped one, which a text-to-speech program made for us, or an archive's own."""

from __future__ import annotations

import wave
from functools import lru_cache
from pathlib import Path

import numpy as np

from .engine import SAMPLE_RATE_HZ, Audio, KnownClip

OWN_CLIP = "known_clip.wav"
OWN_WORDS = "known_clip.txt"
"""In an archive: what a model understands that does not understand ordinary English."""
CLIP = Path(__file__).parent / "clips" / "known.wav"
WORDS = "please open the file and save it again"


@lru_cache
def read_known_clip() -> KnownClip:
    """The shipped clip."""
    return KnownClip(read_clip(CLIP), WORDS)


def read_own_clip(parts: Path) -> KnownClip | None:
    """The clip that lies among the parts of an archive; None where there is none that can be read."""
    try:
        return KnownClip(read_clip(parts / OWN_CLIP), (parts / OWN_WORDS).read_text(encoding="utf-8").strip())
    except (OSError, ValueError, EOFError, wave.Error):
        return None


def read_clip(path: Path) -> Audio:
    """16 kHz mono. Raises ValueError for another format."""
    with wave.open(str(path)) as clip:
        if (clip.getframerate(), clip.getnchannels(), clip.getsampwidth()) != (SAMPLE_RATE_HZ, 1, 2):
            raise ValueError(f"{path.name}: expected 16 kHz mono s16")
        pcm = clip.readframes(clip.getnframes())
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def is_close(heard: str, words: str) -> bool:
    """At least three of four known words, in any order: a sick card gives none of them, or nonsense."""
    known = words.split()
    found = sum(1 for word in known if word in heard.split())
    return found * 4 >= len(known) * 3
