"""A piece of audio before a model gets it."""

from __future__ import annotations

import numpy as np
import pytest

from swictation_worker.engine import Audio
from swictation_worker.piece import is_digital_silence, pad_to


@pytest.mark.parametrize(("peak", "silent"), [(0, True), (2, True), (-2, True), (3, False), (-3, False)])
def test_two_steps_of_sixteen_bits_are_silence(peak: int, silent: bool) -> None:
    assert is_digital_silence(np.array([0, peak / 32768, 0], np.float32)) == silent


def test_nothing_is_silence() -> None:
    assert is_digital_silence(np.zeros(0, np.float32))


def test_what_is_too_short_is_followed_by_silence() -> None:
    piece: Audio = np.ones(100, np.float32)
    padded = pad_to(piece, 0.01)
    assert len(padded) == 160
    assert padded[:100].all()
    assert not padded[100:].any()
    assert len(pad_to(piece, 0.005)) == 100
