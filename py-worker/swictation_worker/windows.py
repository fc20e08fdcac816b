"""Where long audio is cut for a model that takes a limited length; pure.

A cut falls into the longest rest of the last part of a window, so that it does not go through a word.
Pieces follow one another without gap or overlap: nothing is lost, nothing is heard twice.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from .engine import SAMPLE_RATE_HZ, Audio

SEARCH_FRACTION = 0.5
"""The part of a window, from its end, in which the longest rest is looked for."""
STEP_S = 0.02
QUIET_S = 0.3
"""A pause between words for sure, not one between two sounds: longer ones are no better."""
FLOOR_SHARE = 0.01
FLOOR_FACTOR = 4.0
SILENT_FACTOR = 1e-3


def cut_points(audio: Audio, window_s: float) -> list[int]:
    """Sample positions of the cuts, rising, without 0 and the end; each piece is at most ``window_s``."""
    window = int(window_s * SAMPLE_RATE_HZ)
    cuts: list[int] = []
    start = 0
    while len(audio) - start > window:
        start = _longest_rest(audio, start + int(window * (1 - SEARCH_FRACTION)), start + window)
        cuts.append(start)
    return cuts


def cut_pieces(audio: Audio, window_s: float) -> list[tuple[int, Audio]]:
    """Pieces of at most ``window_s`` with the position of their first sample; together they are ``audio``."""
    bounds = [0, *cut_points(audio, window_s), len(audio)]
    return [(start, audio[start:end]) for start, end in pairwise(bounds) if end > start]


def _longest_rest(audio: Audio, low: int, high: int) -> int:
    """Inside the longest quiet stretch between two positions; the latest one where several are as long.

    The length counts and not the loudness: a rest between two words is longer than the closure of a consonant, and
    may be shorter than any stretch whose mean would show it.
    """
    step = int(STEP_S * SAMPLE_RATE_HZ)
    steps = (high - low) // step
    energy = np.square(audio[low : low + steps * step].astype(np.float64)).reshape(steps, step).mean(axis=1)
    start, end = _longest_run(energy <= _quiet_level(energy), round(QUIET_S / STEP_S))
    return low + (start + end) * step // 2


def _quiet_level(energy: npt.NDArray[np.float64]) -> float:
    """Up to 6 dB above the floor of noise, or 30 dB below the mean where there is no noise."""
    return max(float(np.quantile(energy, FLOOR_SHARE)) * FLOOR_FACTOR, float(energy.mean()) * SILENT_FACTOR)


def _longest_run(quiet: npt.NDArray[np.bool_], enough: int) -> tuple[int, int]:
    """First and end of the longest run of true values, its last ``enough`` where it is longer; the latest of equals."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]])))
    runs = [(max(int(start), int(end) - enough), int(end)) for start, end in edges.reshape(-1, 2)]
    return max(runs, key=lambda run: (run[1] - run[0], run[1]))
