"""The speech engine of a worker that has none: the ear."""

from __future__ import annotations

from typing import NoReturn

from ...engine import PLAIN, Audio, Device, Report, Transcript, Wishes
from ...errors import Refused


class NoSpeechEngine:
    """Refuses everything but ``drop``."""

    name = "none"
    device: Device | None = None

    def load(self, device: Device, report: Report) -> None:
        self._refuse()

    def place(self, device: Device, report: Report) -> None:
        self._refuse()

    def drop(self) -> None:
        return None

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        self._refuse()

    def known_clip(self) -> None:
        return None

    def _refuse(self) -> NoReturn:
        raise Refused("no_speech_engine", "this worker only listens: it has no speech model")
