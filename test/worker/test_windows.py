"""Cuts of long audio: nothing lost, nothing doubled, in the quiet."""

from __future__ import annotations

import numpy as np
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


def test_no_audio_gives_no_piece() -> None:
    assert cut_pieces(np.zeros(0, np.float32), 20) == []
