"""Written text to spoken words, as Canary gives them with ``pnc='no'``; pure.

Lower case, single spaces, no punctuation but apostrophes inside words; numbers, money, titles and signs that stand
for a spoken word ("amazon.com") as words, so that the voice commands, which are spoken forms, match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from .spoken.numbers import composites_to_words, numbers_to_words
from .spoken.signs import part_sentences, signs_to_words

TITLES: Mapping[str, str] = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "prof": "professor",
    "vs": "versus",
    "etc": "et cetera",
}
APOSTROPHES = {"’": "'", "‘": "'", "ʼ": "'", "`": "'"}
LOST_IN_NFKC = {"²": " squared ", "³": " cubed ", "½": " 1/2 ", "¼": " 1/4 ", "¾": " 3/4 ", "™": " "}
"""NFKC would make digits and letters of them that stick to what is before: ``m²`` to ``m2``, ``2½`` to ``21/2``."""
BEFORE = str.maketrans(APOSTROPHES | LOST_IN_NFKC)


def to_spoken_form(text: str) -> str:
    """The words of ``text``. Idempotent; an empty or wordless text gives ``""``."""
    written = unicodedata.normalize("NFKC", text.translate(BEFORE)).translate(BEFORE)
    lowered = part_sentences(written).lower()
    spoken = numbers_to_words(signs_to_words(composites_to_words(lowered)))
    return " ".join(TITLES.get(word, word) for word in _words(spoken))


def _words(text: str) -> list[str]:
    """Letters and apostrophes between letters are words; everything else separates them."""
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text)
