"""The parts of a worker with Canary."""

from __future__ import annotations

import os
from collections.abc import Callable

import torch

from ...card.memory import NoCard, TorchCard
from ...engine import Card, Engine, VoiceActivity, Wishes
from ...nursery.orders import WorkerOptions
from .engine import CanaryEngine, CpuType
from .silero import MovableSilero


def open_canary(options: WorkerOptions, role: str) -> tuple[Engine, VoiceActivity, Card]:
    """The parts of a worker with Canary; nothing is loaded, and no card is touched, before the first `load`."""
    torch.set_num_threads(options.threads or 1)
    wishes = Wishes(language=options.language, translate_to=options.translate_to)
    cpu_type: CpuType = "int8" if options.engine == "canary-int8" else "fp32"
    if role == "cpu" or options.device == "cpu":
        hide_card()
        return CanaryEngine(options.model, cpu_type, wishes=wishes), MovableSilero(None), NoCard()
    card = TorchCard(torch)
    start = once(card.start)
    engine = CanaryEngine(options.model, cpu_type, start, ability=card.ability, wishes=wishes)
    return engine, MovableSilero(start), card


def hide_card() -> None:
    """NeMo's base class asks for the current card where it is built, which would start a context of 300 MB there, on
    a card that this worker is meant to leave alone and that may be sick. To be called before anything asks."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def once(action: Callable[[], None]) -> Callable[[], None]:
    """`action` until it has succeeded one time; after that, nothing."""
    done = False

    def run() -> None:
        nonlocal done
        if not done:
            action()
            done = True

    return run
