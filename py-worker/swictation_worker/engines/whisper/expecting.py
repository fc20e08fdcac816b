"""Hears a piece once more where its text sounds like names that a person listed."""

from __future__ import annotations

from typing import Protocol

from ...engine import Audio
from ..vocabulary import holds_name, likely_names
from .coverage import Frames
from .decoder import Decoded, Timed
from .thorough import PieceDecoder

MOST_LOSS = 0.35
"""How much less sure, in mean log-probability, the second text may be."""
MOST_OTHER_WORDS = 2
"""How many words more or less it may have besides those of the names."""


class ExpectingDecoder(PieceDecoder, Protocol):
    def decode_expecting(self, piece: Audio, names: list[str]) -> Decoded | None: ...


class ExpectingNames:
    """A decoder of pieces that knows a person's vocabulary. Over silence there is no text, and so no name."""

    def __init__(self, engine: ExpectingDecoder, vocabulary: tuple[str, ...]) -> None:
        self._engine = engine
        self._vocabulary = vocabulary

    def decode(self, piece: Audio) -> Decoded | None:
        first = self._engine.decode(piece)
        names = [] if first is None else likely_names(first.text, self._vocabulary)
        if first is None or not names:
            return first
        second = self._engine.decode_expecting(piece, names)
        return first if second is None or not _is_better(first, second, names) else second

    def time(self, decoded: Decoded, seconds: float) -> Timed:
        return self._engine.time(decoded, seconds)

    def words_of(self, tokens: tuple[int, ...]) -> str:
        return self._engine.words_of(tokens)

    def score(self, piece: Audio) -> Frames:
        return self._engine.score(piece)


def _is_better(first: Decoded, second: Decoded, names: list[str]) -> bool:
    """It holds a name that was likely, is about as sure, and says about as much."""
    found = [name for name in names if holds_name(second.text, name)]
    room = MOST_OTHER_WORDS + sum(len(name.split()) for name in found)
    grown = abs(len(second.text.split()) - len(first.text.split()))
    return bool(found) and grown <= room and second.mean_logprob >= first.mean_logprob - MOST_LOSS
