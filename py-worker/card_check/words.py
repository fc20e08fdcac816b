"""What a Canary hears in each number type: the words of its known clip and of a recording, and its largest number.

Nobody has tried the released models at fp16 as a whole: it overflows at 65,504, and torch has no error for that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch.nn.modules.module import register_module_forward_hook

from swictation_worker.card.ability import CardAbility, CardType
from swictation_worker.engine import Audio, Device
from swictation_worker.engines.canary.engine import CanaryEngine
from swictation_worker.errors import WrongResult
from swictation_worker.known_clip import is_close, read_clip, read_known_clip

Figures = dict[str, Any]
DEMO = Path(__file__).resolve().parents[2] / "models" / "demo.wav"
CARD_TYPES: tuple[CardType, ...] = ("fp16", "bf16")


def record_words(archive: str, dry: bool) -> Figures:
    """By number type: fp32 on the CPU, then each that the card computes."""
    found = {"fp32 on the CPU": hear(archive, "cpu", "fp16", dry)}
    for number_type in CARD_TYPES:
        if dry or number_type == "fp16" or torch.cuda.get_device_capability() >= (8, 0):
            found[number_type] = hear(archive, "cuda", number_type, dry)
        else:
            found[number_type] = {"right": None, "why": "this card does not compute it"}
    return {"archive": Path(archive).name, **found}


def hear(archive: str, device: Device, number_type: CardType, dry: bool) -> Figures:
    """Placed, not loaded: a load would take another type, or refuse, where the words are wrong. A dry run has the
    card's number types on the CPU."""
    ability = CardAbility(f"check of {number_type}", (number_type,))
    engine = CanaryEngine(archive, card="cpu" if dry else "cuda", ability=lambda: ability)
    engine.place(device, ignore)
    clip = engine.known_clip() or read_known_clip()
    with LargestNumber() as largest:
        heard = try_to_hear(engine, clip.audio)
        demo = try_to_hear(engine, read_clip(DEMO)) if DEMO.is_file() else None
    engine.drop()
    right = is_close(heard, clip.words)
    return {"right": right, "known_clip": heard, "demo": demo, "largest_number": largest.value}


def try_to_hear(engine: CanaryEngine, audio: Audio) -> str:
    try:
        return engine.transcribe(audio, 40.0, ignore).text
    except WrongResult as wrong:
        return f"({wrong})"


class LargestNumber:
    """Over the outputs of all modules while it is entered."""

    def __init__(self) -> None:
        self.value = 0.0
        self._hook: Any = None

    def __enter__(self) -> LargestNumber:
        self._hook = register_module_forward_hook(self._look)
        return self

    def __exit__(self, *_: object) -> None:
        self._hook.remove()

    def _look(self, _module: object, _inputs: object, output: object) -> None:
        if isinstance(output, torch.Tensor) and output.is_floating_point() and output.numel():
            self.value = max(self.value, float(output.abs().amax()))


def ignore(_: str) -> None:
    """A report to nobody."""
