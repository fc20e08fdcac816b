"""A decoder that did not stop: more words than can be said, or the same ones again and again; pure."""

from __future__ import annotations

import zlib

REPETITIVE = 2.4
"""Length over zlib length from which Whisper itself calls a text repetitive (``transcribe.py`` of openai/whisper)."""
MAX_WORDS_PER_S = 6.0
SHORTEST_REPEAT = 3


def ran_away(text: str, seconds: float) -> bool:
    """Whether a text of so much audio can't be what was said."""
    return cannot_be_said(text, seconds) or repeated_words_of(text.split()) > 0


def cannot_be_said(text: str, seconds: float) -> bool:
    """As ``ran_away``, but the same words twice may have been said twice."""
    return compression(text) > REPETITIVE or len(text.split()) > 2 + seconds * MAX_WORDS_PER_S


def compression(text: str) -> float:
    """Length over its zlib length; a text that repeats itself is far above 2."""
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0


def repeated_words_of(words: list[str]) -> int:
    """How many words at the end are the same three or more words once more; 0 where none are."""
    plain = ["".join(sign for sign in word.lower() if sign.isalnum()) for word in words]
    repeats = (n for n in range(SHORTEST_REPEAT, len(plain) // 2 + 1) if plain[-n:] == plain[-2 * n : -n])
    return next(repeats, 0)


def stop_running(text: str, seconds: float) -> str:
    """What is left of a text that can't be said: the end that repeats itself once, and no more than can be said."""
    words = text.split()
    if not cannot_be_said(text, seconds):
        return text
    while repeated := repeated_words_of(words):
        words = words[:-repeated]
    return " ".join(words[: int(2 + seconds * MAX_WORDS_PER_S)])
