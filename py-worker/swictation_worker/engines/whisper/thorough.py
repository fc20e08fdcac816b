"""Goes on where a text ends too early: speech without words is cut out and decoded on its own.

Whisper's decoder ends where it believes that a sentence has ended, and what another voice says behind it, or before it,
is left out. One decode is enough for most audio; what it did not cover is decoded again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from ...engine import SAMPLE_RATE_HZ, Audio
from ...spoken_form import to_spoken_form
from .coverage import Frames, Uncovered, cuts_around, find_uncovered
from .decoder import NOTHING, Decoded, Timed

MOST_DECODES = 16
"""For one piece: a song, or a language that the model does not know, is not tried for ever."""
MOST_HASTY_DECODES = 2
"""Where the next look is due in half a second."""
SHORTEST_PART_S = 0.2


@dataclass(frozen=True)
class Heard:
    """A text as it was written, and the second up to which all speech has words."""

    written: str
    covered_s: float
    timed: Timed
    """The same in its parts."""


class PieceDecoder(Protocol):
    """What is needed of an engine."""

    def decode(self, piece: Audio) -> Decoded | None:
        """``None`` where there is nothing to write down."""

    def time(self, decoded: Decoded, seconds: float) -> Timed: ...

    def words_of(self, tokens: tuple[int, ...]) -> str: ...

    def score(self, piece: Audio) -> Frames:
        """Probability of speech for each frame."""


class ThoroughListener:
    """One piece of audio to text, in as many decodes as it takes."""

    def __init__(self, engine: PieceDecoder, progress: Callable[[], None], *, hasty: bool = False) -> None:
        """``progress`` is called before each decode. ``hasty``: only what was left out is decoded again, and once."""
        self._engine = engine
        self._progress = progress
        self._hasty = hasty
        self._decodes = 0

    def hear(self, piece: Audio) -> Heard:
        """Decodes a piece, and again the parts of it that were left out."""
        self._progress()
        self._decodes += 1
        seconds = len(piece) / SAMPLE_RATE_HZ
        decoded = self._engine.decode(piece)
        timed = NOTHING if decoded is None else self._engine.time(decoded, seconds)
        uncovered = find_uncovered(timed.starts, seconds, lambda: self._engine.score(piece))
        if decoded is None:
            return Heard("", seconds if uncovered is None else 0.0, NOTHING)
        if uncovered is None:
            return Heard(decoded.text, seconds, timed)
        if self._decodes >= (MOST_HASTY_DECODES if self._hasty else MOST_DECODES):
            return Heard(decoded.text, uncovered.from_s, timed)
        cuts = cuts_around(uncovered, seconds, self._engine.score(piece))
        left_out = uncovered if self._hasty else None
        return self._hear_parts(piece, timed, [0.0, *cuts, seconds], left_out)

    def _hear_parts(self, piece: Audio, timed: Timed, bounds: list[float], only: Uncovered | None) -> Heard:
        """All parts again, or that one only."""
        texts: list[str] = []
        covered_s = 0.0
        together = NOTHING
        for from_s, to_s in pairwise(bounds):
            known = timed.between(from_s, to_s)
            is_wanted = only is None or from_s <= (only.from_s + only.to_s) / 2 < to_s
            part = self._hear_part(piece, known, from_s, to_s) if is_wanted else self._as_known(known, from_s, to_s)
            texts.append(part.written)
            together = together.followed_by(part.timed.later(from_s))
            if covered_s >= from_s:
                covered_s = from_s + part.covered_s
        return Heard(" ".join(text for text in texts if text), covered_s, together)

    def _hear_part(self, piece: Audio, known: Timed, from_s: float, to_s: float) -> Heard:
        """A part on its own, or what was written of it before where that is more."""
        kept = self._as_known(known, from_s, to_s)
        seconds = to_s - from_s
        if seconds < SHORTEST_PART_S:
            return kept
        again = self.hear(piece[round(from_s * SAMPLE_RATE_HZ) : round(to_s * SAMPLE_RATE_HZ)])
        is_fuller = again.covered_s >= seconds or fullness(again.written) >= fullness(kept.written)
        return again if is_fuller else replace(kept, covered_s=0.0)

    def _as_known(self, known: Timed, from_s: float, to_s: float) -> Heard:
        """A part as it was written before."""
        return Heard(self._engine.words_of(known.tokens).strip(), to_s - from_s, known.later(-from_s))


def fullness(written: str) -> int:
    """How much was said: letters, since one long word is as easily heard as three short ones."""
    return len(to_spoken_form(written).replace(" ", ""))
