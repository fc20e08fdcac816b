"""Cuts of long audio: nothing lost, nothing doubled, in the quiet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from swictation_worker.engine import SAMPLE_RATE_HZ
from swictation_worker.windows import cut_pieces


@settings(max_examples=50)
@given(st.floats(0, 90), st.floats(1, 40), st.integers(0, 2**32 - 1))
def test_pieces_are_the_audio(seconds: float, window_s: float, seed: int) -> None:
    audio = np.random.default_rng(seed).standard_normal(int(seconds * SAMPLE_RATE_HZ)).astype(np.float32)
    pieces = cut_pieces(audio, window_s)
    joined = np.concatenate([piece for _, piece in pieces]) if pieces else np.zeros(0, np.float32)
    np.testing.assert_array_equal(joined, audio)
    assert all(0 < len(piece) <= window_s * SAMPLE_RATE_HZ for _, piece in pieces)
    assert [start for start, _ in pieces] == list(np.cumsum([0, *(len(piece) for _, piece in pieces[:-1])]))[
        : len(pieces)
    ]


def test_the_cut_falls_into_the_pause() -> None:
    audio = np.random.default_rng(1).standard_normal(40 * SAMPLE_RATE_HZ).astype(np.float32)
    pause = slice(int(16.2 * SAMPLE_RATE_HZ), int(16.6 * SAMPLE_RATE_HZ))
    audio[pause] *= 0.01
    (_, first), (start, _), *_ = cut_pieces(audio, 20)
    assert pause.start <= start <= pause.stop
    assert len(first) == start


@pytest.mark.parametrize("noise", [0.0, 1e-3])
@pytest.mark.parametrize("rest_s", [0.1, 0.16, 0.3])
def test_the_longest_rest_wins_over_a_softer_sound(rest_s: float, noise: float) -> None:
    """A short rest among loud sounds, and behind it half a second of soft speech with closures of 40 ms in it."""
    random = np.random.default_rng(1)
    audio = 0.2 * random.standard_normal(30 * SAMPLE_RATE_HZ).astype(np.float32)
    rest = slice(int(14 * SAMPLE_RATE_HZ), int((14 + rest_s) * SAMPLE_RATE_HZ))
    audio[rest] = 0
    audio[int(17 * SAMPLE_RATE_HZ) : int(17.5 * SAMPLE_RATE_HZ)] *= 0.1
    for start_s in (12.0, 15.0, 16.5, 17.2, 18.8):
        audio[int(start_s * SAMPLE_RATE_HZ) : int((start_s + 0.04) * SAMPLE_RATE_HZ)] = 0
    audio += noise * random.standard_normal(len(audio)).astype(np.float32)
    (_, first), *_ = cut_pieces(audio.astype(np.float32), 20)
    assert rest.start <= len(first) <= rest.stop


def test_of_long_silence_the_window_is_used() -> None:
    audio = np.zeros(60 * SAMPLE_RATE_HZ, np.float32)
    assert all(len(piece) > 19 * SAMPLE_RATE_HZ for _, piece in cut_pieces(audio, 20)[:-1])


def test_no_audio_gives_no_piece() -> None:
    assert cut_pieces(np.zeros(0, np.float32), 20) == []
