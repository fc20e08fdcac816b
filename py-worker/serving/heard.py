"""What passes between the server's front and an engine; plain values, so that any process can read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from swictation_worker.engine import PLAIN, SAMPLE_RATE_HZ, Segment, Wishes

BYTES_PER_SAMPLE = 2


@dataclass(frozen=True)
class Sound:
    """s16le, mono, 16 kHz, and until when (`time.time()`) somebody waits for its text."""

    pcm: bytes
    until_s: float
    wishes: Wishes = PLAIN

    @property
    def seconds(self) -> float:
        return len(self.pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ


@dataclass(frozen=True)
class Text:
    """`engine_s`: what it took of the engine, its share where several were read at once."""

    text: str
    segments: tuple[Segment, ...]
    engine_s: float


@dataclass(frozen=True)
class NoText:
    """`full`: the card has no room now. `late`: nobody waits any more. `sick`: this replica is of no use until it is
    replaced. `failed`: this sound, here. `refused`: it is not what this engine can do."""

    why: Literal["full", "late", "sick", "failed", "refused"]
    message: str


Heard = Text | NoText

SHORTEST_BATCH_S = 40
"""A model takes this much at once in any case; longer sounds are read by themselves."""


def padded_seconds(sounds: Sequence[Sound]) -> int:
    """What a batch of them costs: all are brought to the length of the longest."""
    longest_s = max(min(sound.seconds, SHORTEST_BATCH_S) for sound in sounds)
    return min(math.ceil(longest_s), SHORTEST_BATCH_S) * len(sounds)


@dataclass(frozen=True)
class About:
    """What a replica serves. `languages`: empty where it is not known. `rtf`: seconds of work for a second of sound,
    measured with known speech."""

    name: str
    model: str
    languages: tuple[str, ...]
    device: str
    rtf: float
    pid: int
