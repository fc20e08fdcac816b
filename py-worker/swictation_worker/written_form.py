"""What an engine wrote, as it is typed where its own signs and capitals are wanted; pure.

All engines agree in style: plain quotes, numbers and signs as the words that were said (the voice commands, which are
spoken forms, then match as ever), no music notes, no dots where a voice broke off.
"""

from __future__ import annotations

import re

from .spoken_form import BEFORE, to_spoken_form

CURLY = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2026": "..."})
WORD = re.compile(r"""(?P<before>["'(\[¿¡]*)(?P<word>.*?)(?P<behind>[.,?!;:"')\]]*)""", re.DOTALL)
PLAIN_WORD = re.compile(r"[^\W\d_]+(?:['.-][^\W\d_]+)*")
BROKEN_OFF = re.compile(r"\.{2,}")


def to_written_form(text: str) -> str:
    """Idempotent; a text without words gives ``""``."""
    words = (_write(word) for word in BROKEN_OFF.sub(" ", text.translate(CURLY).translate(BEFORE)).split())
    return " ".join(word for word in words if word)


def _write(token: str) -> str:
    found = WORD.fullmatch(token)
    assert found is not None
    word = found["word"]
    if PLAIN_WORD.fullmatch(word):
        return token
    spoken = to_spoken_form(word)
    return f"{found['before']}{spoken}{found['behind']}" if spoken else ""
