"""Where long audio is cut for a model that takes a limited length; pure.

A cut falls into the quietest place of the last part of a window, so that it does not go through a word.
Pieces follow one another without gap or overlap: nothing is lost, nothing is heard twice.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from .engine import SAMPLE_RATE_HZ, Audio

SEARCH_FRACTION = 0.5
"""The part of a window, from its end, in which the quietest place is looked for."""
STEP_S = 0.02
QUIET_S = 0.3
"""Length of the stretch whose loudness counts: a pause between words, not one between two sounds."""


def cut_points(audio: Audio, window_s: float) -> list[int]:
    """Sample positions of the cuts, rising, without 0 and the end; each piece is at most ``window_s``."""
    window = int(window_s * SAMPLE_RATE_HZ)
    cuts: list[int] = []
    start = 0
    while len(audio) - start > window:
        start = _quietest_place(audio, start + int(window * (1 - SEARCH_FRACTION)), start + window)
        cuts.append(start)
    return cuts


def cut_pieces(audio: Audio, window_s: float) -> list[tuple[int, Audio]]:
    """Pieces of at most ``window_s`` with the position of their first sample; together they are ``audio``."""
    bounds = [0, *cut_points(audio, window_s), len(audio)]
    return [(start, audio[start:end]) for start, end in pairwise(bounds) if end > start]


def _quietest_place(audio: Audio, low: int, high: int) -> int:
    """The middle of the quietest stretch between two positions; the latest one where several are equal."""
    step = int(STEP_S * SAMPLE_RATE_HZ)
    steps = (high - low) // step
    energy = np.square(audio[low : low + steps * step].astype(np.float64)).reshape(steps, step).mean(axis=1)
    width = min(steps, round(QUIET_S / STEP_S))
    loudness = np.convolve(energy, np.ones(width) / width, mode="valid")
    latest = len(loudness) - 1 - int(np.argmin(loudness[::-1]))
    return low + latest * step + width * step // 2
