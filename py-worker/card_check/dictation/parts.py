"""The parts of a worker in a check: the real ones with a trigger, on the real card or on a pretended one.

Importing this replaces `open_canary`, which each worker looks up when it is forked.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from swictation_worker.engine import (
    PLAIN,
    Audio,
    Card,
    Device,
    Engine,
    KnownClip,
    Report,
    Transcript,
    VoiceActivity,
    Wishes,
)
from swictation_worker.engines.canary import opening
from swictation_worker.nursery.orders import WorkerOptions

from .card_folder import CardFolder
from .pretended import open_pretended

open_real = opening.open_canary


class TriggeredEngine:
    """The engine that it is given; a poisoned transcription on the card is one whose kernel asserts."""

    def __init__(self, engine: Engine, take_poison: Callable[[], bool], poison: Callable[[], None]) -> None:
        self._engine = engine
        self._take_poison = take_poison
        self._poison = poison
        self.load = engine.load
        self.place = engine.place
        self.drop = engine.drop
        self.known_clip: Callable[[], KnownClip | None] = engine.known_clip

    @property
    def name(self) -> str:
        return self._engine.name

    @property
    def device(self) -> Device | None:
        return self._engine.device

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        if self._engine.device == "cuda" and self._take_poison():
            self._poison()
        return self._engine.transcribe(audio, window_s, report, wishes)


def open_checked(options: WorkerOptions, role: str) -> tuple[Engine, VoiceActivity, Card]:
    if role == "cpu" or options.device == "cpu":
        return open_real(options, role)
    folder = CardFolder.from_environment()
    folder.enlist_worker()
    world = folder.world
    if world is not None:
        engine, ear, card, poison = open_pretended(options, folder, world)
    else:
        (engine, ear, card), poison = open_real(options, role), assert_on_card
    return TriggeredEngine(engine, folder.take_poison, poison), ear, card


def assert_on_card() -> None:
    """An index out of range: the kernel asserts, and the process is poisoned from then on."""
    table = torch.zeros(4, device="cuda")
    table[torch.tensor([10_000_000], device="cuda")].sum().item()
    torch.cuda.synchronize()


opening.open_canary = open_checked
