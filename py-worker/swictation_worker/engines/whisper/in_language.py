"""The engine as it is asked in one language."""

from __future__ import annotations

from typing import Protocol

from ...engine import Audio, Wishes
from .coverage import Frames
from .decoder import Decoded, Spoken, Timed


def spoken_in(wishes: Wishes) -> Spoken:
    """Whisper translates into English and into nothing else."""
    return Spoken(wishes.language, into_english=wishes.language != "en" and wishes.text_language == "en")


class DecoderOfLanguages(Protocol):
    def decode(self, piece: Audio, spoken: Spoken, *, hasty: bool) -> Decoded | None: ...

    def decode_expecting(self, piece: Audio, names: list[str], spoken: Spoken) -> Decoded | None: ...

    def time(self, decoded: Decoded, seconds: float) -> Timed: ...

    def words_of(self, tokens: tuple[int, ...]) -> str: ...

    def score(self, piece: Audio) -> Frames: ...


class InLanguage:
    """A decoder of pieces that are spoken in this language: it is told, and never guessed."""

    def __init__(self, engine: DecoderOfLanguages, spoken: Spoken, *, hasty: bool = False) -> None:
        self._engine = engine
        self._spoken = spoken
        self._hasty = hasty

    def decode(self, piece: Audio) -> Decoded | None:
        return self._engine.decode(piece, self._spoken, hasty=self._hasty)

    def decode_expecting(self, piece: Audio, names: list[str]) -> Decoded | None:
        return self._engine.decode_expecting(piece, names, self._spoken)

    def time(self, decoded: Decoded, seconds: float) -> Timed:
        return self._engine.time(decoded, seconds)

    def words_of(self, tokens: tuple[int, ...]) -> str:
        return self._engine.words_of(tokens)

    def score(self, piece: Audio) -> Frames:
        return self._engine.score(piece)
