"""Requests of the daemon as typed values; ``messages.py`` makes them from bytes."""

from __future__ import annotations

from dataclasses import dataclass

from ..engine import PLAIN, Audio, Device, Model, SimChange, Wishes


@dataclass(frozen=True)
class Load:
    id: int
    model: Model
    device: Device


@dataclass(frozen=True)
class Place:
    id: int
    model: Model
    device: Device


@dataclass(frozen=True)
class Drop:
    id: int
    model: Model


@dataclass(frozen=True)
class EmptyCache:
    id: int


@dataclass(frozen=True)
class Memory:
    id: int


@dataclass(frozen=True)
class Sim:
    id: int
    change: SimChange


@dataclass(frozen=True)
class Probe:
    id: int


@dataclass(frozen=True)
class SpokenForm:
    """A text with punctuation and signs, as it was said."""

    id: int
    text: str
    language: str = "en"


@dataclass(frozen=True)
class Transcribe:
    """``audio`` of any length, also empty; ``window_s`` is the longest piece given to the model at once."""

    id: int
    audio: Audio
    window_s: float
    wishes: Wishes = PLAIN


@dataclass(frozen=True)
class Score:
    """``frames`` has the shape ``[n, 512]``; ``state`` is what the last answer gave out, or a fresh start."""

    id: int
    frames: Audio
    state: bytes | None


Request = Load | Place | Drop | EmptyCache | Memory | Sim | Probe | SpokenForm | Transcribe | Score
