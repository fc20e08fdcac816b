"""Voice activity on the card computes what onnxruntime computes, and takes over its state in mid-sentence."""

from __future__ import annotations

import numpy as np
import pytest

from canary_parts import require_nemo
from speech import KNOWN_CLIP, read_pcm, to_samples
from swictation_worker.engine import FRAME_SAMPLES, Audio
from swictation_worker.errors import Refused

require_nemo()

from swictation_worker.engines.canary.silero import (  # noqa: E402
    MovableSilero,
    SileroNet,
    read_silero_weights,
    score_with,
)
from swictation_worker.engines.silero import Silero  # noqa: E402

CLOSE = 1e-4


@pytest.fixture(scope="module")
def frames() -> Audio:
    samples = to_samples(read_pcm(KNOWN_CLIP))
    usable: Audio = samples[: len(samples) // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    return usable


@pytest.fixture(scope="module")
def onnx() -> Silero:
    silero = Silero()
    silero.load("cpu", lambda _: None)
    return silero


@pytest.fixture(scope="module")
def net() -> SileroNet:
    return SileroNet(read_silero_weights(), "cpu")


def test_same_probabilities_and_state(frames: Audio, onnx: Silero, net: SileroNet) -> None:
    expected, expected_state = onnx.score(frames, None)
    scores, state = score_with(net, frames, None)
    assert max(expected) > 0.9
    assert np.allclose(scores, expected, atol=CLOSE)
    assert np.allclose(np.frombuffer(state, "<f4"), np.frombuffer(expected_state, "<f4"), atol=1e-3)


def test_moves_between_frames_change_nothing(frames: Audio, onnx: Silero, net: SileroNet) -> None:
    expected, _ = onnx.score(frames, None)
    scores: list[float] = []
    state = None
    for number in range(len(frames)):
        one = frames[number : number + 1]
        found, state = score_with(net, one, state) if number % 3 else onnx.score(one, state)
        scores += found
    assert np.allclose(scores, expected, atol=CLOSE)


def test_a_worker_without_a_card_says_so() -> None:
    with pytest.raises(Refused, match="cpu only"):
        MovableSilero(None).place("cuda", lambda _: None)
