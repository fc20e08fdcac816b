"""Which engine a worker gets, from what is installed and present; pure, availability is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ..errors import Refused

EngineName = Literal["embedded", "canary", "sim"]
ENGINE_NAMES: tuple[EngineName, ...] = ("embedded", "canary", "sim")
CANARY_WISHES = ("canary", "canary-fp32", "canary-int8")
"""The same engine; the suffix is the number type that it computes with on the CPU."""


@dataclass(frozen=True)
class Available:
    """``embedded``: faster-whisper and its weights; ``canary``: NeMo."""

    embedded: bool
    canary: bool


def choose_engine(wish: str | None, available: Available) -> EngineName:
    """The wish where it can be had, else the best there is.

    Raises ``Refused`` with what to install where nothing can be had.
    """
    if wish in (None, "auto"):
        return _best_engine(available)
    if wish in CANARY_WISHES and available.canary:
        return "canary"
    if wish in CANARY_WISHES:
        raise Refused("not_installed", "engine canary needs NeMo: pip install -r requirements.txt")
    if wish in ("embedded", "sim") and not available.embedded:
        raise Refused("not_installed", "engine embedded is missing: pip install -r requirements-embedded.txt")
    for name in ENGINE_NAMES:
        if name == wish:
            return name
    raise Refused("unknown_engine", f"engine: expected one of {', '.join(ENGINE_NAMES)}, got {wish!r}")


def _best_engine(available: Available) -> EngineName:
    if available.embedded:
        return "embedded"
    if available.canary:
        return "canary"
    raise Refused("not_installed", "no speech engine is installed: pip install -r requirements-embedded.txt")
