"""The words of a decoded text with the second in which each one begins; pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...engine import TimedWord
from ...language import kept_form, plain_form
from .decoder import Timed

UNREADABLE = "\ufffd"
"""What a part is decoded to that ends within a letter, as in scripts that take several tokens for one."""


def timed_words(
    timed: Timed, words_of: Callable[[tuple[int, ...]], str], text: str, language: str
) -> tuple[TimedWord, ...] | None:
    """The words of ``text``, which is the plain form of these parts; ``None`` where it can't be told which is which."""
    words: list[TimedWord] = []
    for raw in _between_spaces(timed, words_of):
        plain, kept = plain_form(raw.written, language), kept_form(raw.written, language)
        if UNREADABLE in raw.written:
            return None
        if plain or not words:
            words.append(replace(raw, text=plain, written=kept))
        else:
            words[-1] = replace(words[-1], written=f"{words[-1].written} {kept}".strip())
    return tuple(words) if " ".join(word.text for word in words if word.text) == text else None


def _between_spaces(timed: Timed, words_of: Callable[[tuple[int, ...]], str]) -> list[TimedWord]:
    words: list[TimedWord] = []
    for part in timed.parts:
        written = words_of(part.tokens)
        if words and not written.startswith(" "):
            last = words[-1]
            least = min(last.probability, part.probability)
            words[-1] = replace(last, written=last.written + written, probability=least)
        else:
            words.append(TimedWord("", written.strip(), part.start_s, part.probability))
    return words
