"""What a card computes with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CardType = Literal["fp16", "bf16"]


@dataclass(frozen=True)
class CardAbility:
    """A card's name and the number types that it computes with, the preferred one first."""

    name: str = "card"
    types: tuple[CardType, ...] = ("fp16", "bf16")
