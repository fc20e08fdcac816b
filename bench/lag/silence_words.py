"""Plain faster-whisper behind a fixed silence of 0.6 s: what was said is recognised once nobody spoke for so long.

As RealtimeSTT does by default (post_speech_silence_duration = 0.6, pre_recording_buffer_duration = 1.0,
min_length_of_recording = 0.5, beams of 5), with Silero as its ear.
"""

from __future__ import annotations

import sys
import time
from collections import deque
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from playing import RATE_HZ, Sound, Timed, Typing, finish, read_options, read_sound, wait_for_start

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "py-worker"))

from swictation_worker.engine import FRAME_SAMPLES
from swictation_worker.engines.silero import Silero

SILENCE_S = 0.6
BEFORE_S = 1.0
SHORTEST_S = 0.5
SPEECH = 0.5
FRAME_S = FRAME_SAMPLES / RATE_HZ


class Recorder:
    """Collects frames; gives what was said when the silence behind it is long enough."""

    def __init__(self) -> None:
        self._before: deque[Sound] = deque(maxlen=round(BEFORE_S / FRAME_S))
        self._said: list[Sound] = []
        self._spoken_s = 0.0
        self._silent_s = 0.0

    def hear(self, frame: Sound, is_speech: bool) -> Sound | None:
        if not self._said:
            self._before.append(frame)
            if is_speech:
                self._said, self._spoken_s, self._silent_s = list(self._before), FRAME_S, 0.0
            return None
        self._said.append(frame)
        self._spoken_s += FRAME_S
        self._silent_s = 0.0 if is_speech else self._silent_s + FRAME_S
        is_over = self._silent_s >= SILENCE_S and self._spoken_s >= SHORTEST_S
        return self.take() if is_over else None

    def take(self) -> Sound | None:
        said = np.concatenate(self._said) if self._said else None
        self._said = []
        self._before.clear()
        return said


def main() -> None:
    options = read_options("faster-whisper behind a fixed silence, in real time")
    model: Any = WhisperModel(options.model, device="cpu", compute_type="int8", cpu_threads=options.threads)
    ear = Silero()
    ear.load("cpu", lambda _: None)
    typing = Typing(options.typed)
    sound = read_sound(options.sound)
    sound = np.pad(sound, (0, -len(sound) % FRAME_SAMPLES))

    def recognise(said: Sound) -> str:
        segments, _ = model.transcribe(said, language="en", beam_size=5, condition_on_previous_text=False)
        return " ".join(segment.text.strip() for segment in segments)

    timed = Timed(recognise)
    timed(np.zeros(RATE_HZ, np.float32))
    timed.seconds = 0.0
    recorder = Recorder()
    state: bytes | None = None
    zero_s = wait_for_start()
    for end in range(FRAME_SAMPLES, len(sound) + 1, FRAME_SAMPLES):
        time.sleep(max(0.0, zero_s + end / RATE_HZ - time.monotonic()))
        frame = sound[end - FRAME_SAMPLES : end]
        (probability,), state = ear.score(frame[np.newaxis], state)
        said = recorder.hear(frame, probability >= SPEECH)
        if said is not None:
            typing.type(timed(said) + " ")
    said = recorder.take()
    if said is not None:
        typing.type(timed(said) + " ")
    finish(timed.seconds)


if __name__ == "__main__":
    main()
