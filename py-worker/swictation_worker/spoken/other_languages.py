"""Texts of a language other than English: nothing in them is read as English; pure.

A number, an abbreviation or a sign stays as the engine wrote it. The plain form is that of a text without signs and
capitals; the kept form is what is typed where the engine's own are wanted.
"""

from __future__ import annotations

import re
import unicodedata

APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'"})
SIGNS = '.,?!;:"()[]{}\u2026\u00bf\u00a1\u00ab\u00bb\u2039\u203a\u201c\u201d\u201e\u201a\u061f\u060c\u061b\u0964'
"""They stand before or behind a word; inside one, as in `3,5` or `l'heure`, they belong to it."""
EDGES = SIGNS + "'-\u2013\u2014"
WIDE_SIGNS = re.compile("[\u3001\u3002\uff01\uff0c\uff1a\uff1b\uff1f\u300c\u300d\u300e\u300f]")
"""Signs of scripts without spaces, which stand between words."""
BROKEN_OFF = re.compile(r"\.{2,}|\u2026")


def to_plain_form(text: str) -> str:
    """Lower case, single spaces, no signs of a sentence. Idempotent; a text without words gives ``""``."""
    parted = WIDE_SIGNS.sub(" ", text.translate(APOSTROPHES))
    written = unicodedata.normalize("NFKC", parted).translate(APOSTROPHES)
    words = (word.strip(EDGES) for word in written.lower().split())
    return " ".join(word for word in words if _is_spoken(word))


def to_kept_form(text: str) -> str:
    """With the signs and capitals of the engine, without music notes and the dots where a voice broke off."""
    words = BROKEN_OFF.sub(" ", text.translate(APOSTROPHES)).split()
    kept = [word for word in words if _is_spoken(word) or set(word) <= set(EDGES)]
    return " ".join(kept) if any(_is_spoken(word) for word in kept) else ""


def _is_spoken(word: str) -> bool:
    """Letters, digits, or a sign that is said, such as that of a currency."""
    kinds = [unicodedata.category(sign) for sign in word]
    return any(kind[0] in "LN" or kind in ("Sc", "Sm") for kind in kinds) or word.strip(EDGES) in ("%", "&", "@")
