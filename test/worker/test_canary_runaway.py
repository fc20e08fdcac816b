"""Canary's decoder that does not stop: its text is not typed, and what was said is heard in shorter pieces."""

from __future__ import annotations

import numpy as np
import pytest

from canary_parts import require_nemo
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio

require_nemo()

from swictation_worker.engines.canary import engine as canary  # noqa: E402 - NeMo must be there


def hear(monkeypatch: pytest.MonkeyPatch, seconds: float, said: dict[bool, str]) -> tuple[str, list[float]]:
    """The engine over a decoder that says one thing of the whole audio and another of a part."""
    asked: list[float] = []

    def decode(_model: object, piece: Audio, _wishes: object) -> str:
        asked.append(len(piece) / SAMPLE_RATE_HZ)
        return said[asked[-1] >= seconds]

    monkeypatch.setattr(canary, "transcribe_piece", decode)
    engine = canary.CanaryEngine(None)
    engine._model = object()
    noise = np.random.default_rng(1).normal(0, 0.1, int(seconds * SAMPLE_RATE_HZ)).astype(np.float32)
    return engine._words_of(noise), asked


def test_it_is_heard_again_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    text, asked = hear(monkeypatch, 8.0, {True: "he was not " * 60, False: "he was not there"})
    assert set(text.split()) == {"he", "was", "not", "there"}
    assert sum(asked[1:]) == pytest.approx(8.0)


def test_where_the_parts_run_away_too_their_ends_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    text, asked = hear(monkeypatch, 8.0, {True: "he was not " * 60, False: "so he was not " * 40})
    assert text.split().count("so") == len(asked) - 1


def test_a_text_that_can_be_said_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hear(monkeypatch, 4.0, {True: "he was not there", False: ""}) == ("he was not there", [4.0])
