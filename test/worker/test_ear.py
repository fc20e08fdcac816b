"""The ear is stateless: however frames are cut and whoever scores them, the scores are the same."""

from __future__ import annotations

import numpy as np
import pytest

from daemon_side import DaemonSide
from speech import KNOWN_CLIP, read_pcm

FRAME_BYTES = 1_024


@pytest.fixture(scope="module")
def ears(shared_daemon: DaemonSide) -> list[str]:
    identities = [shared_daemon.fork("ear", generation) for generation in (1, 2)]
    for identity in identities:
        assert shared_daemon.load(identity, "vad")["engine"] == "silero"
    return identities


@pytest.fixture(scope="module")
def pcm() -> bytes:
    whole = read_pcm(KNOWN_CLIP)
    return whole[: len(whole) // FRAME_BYTES * FRAME_BYTES]


def score(daemon: DaemonSide, ear: str, pcm: bytes, state: bytes | None) -> tuple[list[float], bytes]:
    answer = daemon.request(daemon.data, ear, pcm, type="score", format="s16le", state=state)
    assert answer["device"] == "cpu"
    assert len(answer["state"]) <= 8_192
    return answer["probabilities"], answer["state"]


def test_pieces_and_other_ears_give_the_same_scores(shared_daemon: DaemonSide, ears: list[str], pcm: bytes) -> None:
    whole, last_state = score(shared_daemon, ears[0], pcm, None)
    assert len(whole) == len(pcm) // FRAME_BYTES
    assert max(whole) > 0.9
    assert min(whole) < 0.1
    for frames_at_once in (1, 3, 7):
        step = frames_at_once * FRAME_BYTES
        pieces: list[float] = []
        state: bytes | None = None
        for index, start in enumerate(range(0, len(pcm), step)):
            scores, state = score(shared_daemon, ears[index % 2], pcm[start : start + step], state)
            pieces += scores
        np.testing.assert_allclose(pieces, whole, atol=1e-5)
        assert state is not None
        np.testing.assert_allclose(np.frombuffer(state, "<f4"), np.frombuffer(last_state, "<f4"), atol=1e-4)


def test_a_frame_sent_again_is_scored_the_same(shared_daemon: DaemonSide, ears: list[str], pcm: bytes) -> None:
    _, state = score(shared_daemon, ears[0], pcm[: 20 * FRAME_BYTES], None)
    frame = pcm[20 * FRAME_BYTES : 21 * FRAME_BYTES]
    assert score(shared_daemon, ears[0], frame, state) == score(shared_daemon, ears[1], frame, state)


def test_silence_has_no_speech(shared_daemon: DaemonSide, ears: list[str]) -> None:
    scores, _ = score(shared_daemon, ears[0], bytes(100 * FRAME_BYTES), None)
    assert max(scores) < 0.1


@pytest.mark.parametrize("state", [b"", b"x", bytes(1_281), b"\xff" * 1_280], ids=["empty", "1", "1281", "NaN"])
def test_a_foreign_state_is_refused(shared_daemon: DaemonSide, ears: list[str], state: bytes) -> None:
    header = {"type": "score", "format": "s16le", "state": state}
    error = shared_daemon.request(shared_daemon.data, ears[0], bytes(FRAME_BYTES), **header)
    assert (error["type"], error["code"]) == ("error", "bad_state")


def test_an_ear_has_no_speech_model(shared_daemon: DaemonSide, ears: list[str]) -> None:
    assert shared_daemon.load(ears[0], "stt")["code"] == "no_speech_engine"
    assert shared_daemon.transcribe(ears[0], bytes(3_200))["code"] == "not_loaded"
