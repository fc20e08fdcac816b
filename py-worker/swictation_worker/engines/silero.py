"""Silero voice activity by onnxruntime.

Stateless: the state bytes are h and c (1 x 1 x 128 float32 each) and the last 64 samples, which the model
wants in front of the next 512.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..engine import FRAME_SAMPLES, Audio, Device, Report
from ..errors import Refused

CONTEXT_SAMPLES = 64
HIDDEN = 128
STATE_FLOATS = 2 * HIDDEN + CONTEXT_SAMPLES
STATE_BYTES = 4 * STATE_FLOATS
MODEL_FILE = Path(__file__).parents[1] / "ear_model" / "silero_vad_v6.onnx"
"""faster-whisper's copy of the model, which lies here too: the ear needs no recogniser."""


class Silero:
    """Voice activity on the CPU, one thread: a frame takes less than a millisecond."""

    def __init__(self) -> None:
        self._session: Any = None

    @property
    def device(self) -> Device | None:
        return None if self._session is None else "cpu"

    def load(self, device: Device, report: Report) -> None:
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if device != "cpu":
            raise Refused("no_card", "this worker has voice activity on the cpu only")
        if self._session is None:
            report("reading")
            self._session = _open_session()

    def drop(self) -> None:
        self._session = None

    def score(self, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
        hidden, cell, context = _read_state(state)
        tails = frames[:-1, -CONTEXT_SAMPLES:]
        contexts = np.concatenate([context[np.newaxis], tails])
        windows = np.concatenate([contexts, frames], axis=1)
        inputs = {"input": windows, "h": hidden, "c": cell}
        probabilities, hidden, cell = self._session.run(None, inputs)
        after = np.concatenate([hidden.ravel(), cell.ravel(), frames[-1, -CONTEXT_SAMPLES:]])
        return [float(p) for p in np.ravel(probabilities)], after.astype("<f4").tobytes()


def prepare_fork() -> None:
    """Opens the session before a fork, so that an ear listens as soon as it is forked."""
    _open_session()


@lru_cache
def _open_session() -> Any:
    """One thread and no state of its own, so one session serves a process, and a nursery all its children."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = 1
    options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(MODEL_FILE), options, providers=["CPUExecutionProvider"])
    hidden, cell, _ = _read_state(None)
    frame = np.zeros((1, CONTEXT_SAMPLES + FRAME_SAMPLES), np.float32)
    session.run(None, {"input": frame, "h": hidden, "c": cell})
    return session


def _read_state(state: bytes | None) -> tuple[Audio, Audio, Audio]:
    if state is None:
        return _split(np.zeros(STATE_FLOATS, np.float32))
    if len(state) != STATE_BYTES:
        raise Refused("bad_state", f"state: expected {STATE_BYTES} bytes, got {len(state)}")
    values = np.frombuffer(state, "<f4")
    if not np.isfinite(values).all():
        raise Refused("bad_state", "state: expected finite numbers")
    return _split(values)


def _split(values: Audio) -> tuple[Audio, Audio, Audio]:
    shape = (1, 1, HIDDEN)
    return values[:HIDDEN].reshape(shape), values[HIDDEN : 2 * HIDDEN].reshape(shape), values[2 * HIDDEN :]
