"""One piece of audio before a model gets it; pure."""

from __future__ import annotations

import numpy as np

from .engine import SAMPLE_RATE_HZ, Audio

QUIETEST_PEAK = 2 / 32768
"""Two steps of 16-bit sound: what never gets louder holds no word, and a model would invent some."""


def is_digital_silence(piece: Audio) -> bool:
    return float(np.abs(piece).max(initial=0.0)) <= QUIETEST_PEAK


def pad_to(piece: Audio, shortest_s: float) -> Audio:
    """The piece with silence behind it up to ``shortest_s``; as it is where it is that long."""
    return np.pad(piece, (0, max(0, int(shortest_s * SAMPLE_RATE_HZ) - len(piece))))
