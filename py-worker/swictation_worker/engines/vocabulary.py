"""Which words of a person's vocabulary may have been said, by how a text sounds; pure.

A small model writes a name that it does not know as words that sound alike ("Zyrtaxia" as "zero taxi a"). Those names
are found here, and only they become the prompt of a second decode: a prompt that holds all of a long list would not
fit, and one over silence would be repeated there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

ALIKE = 0.6
"""Of the longer key, so much must be the same."""
ALIKE_CONSONANTS = 0.5
MOST_NAMES = 12
"""In one prompt."""
LONGER_WORDS = 2
"""A name may be heard as so many words more than it has."""
SOUNDS = (
    ("tion", "Sn"),
    ("sch", "S"),
    ("tch", "C"),
    ("sh", "S"),
    ("ch", "C"),
    ("ph", "f"),
    ("th", "t"),
    ("gh", "g"),
    ("ck", "k"),
    ("qu", "kw"),
    ("x", "ks"),
    ("q", "k"),
    ("z", "s"),
    ("v", "f"),
    ("w", "u"),
    ("y", "i"),
)
SOFT_C = re.compile("c(?=[eiy])")
VOWELS = re.compile("[aeiou]+")
DOUBLE = re.compile(r"(.)\1+")


def likely_names(text: str, vocabulary: Iterable[str]) -> list[str]:
    """Entries that parts of ``text`` sound like and that it does not hold already, the likeliest first."""
    words = words_of(text)
    scored = []
    for name in vocabulary:
        parts = words_of(name)
        if parts and not _holds(words, parts):
            scored.append((_closeness(words, name, len(parts)), name))
    likely = sorted((one for one in scored if one[0] >= ALIKE), key=lambda one: -one[0])
    return [name for _, name in likely[:MOST_NAMES]]


def holds_name(text: str, name: str) -> bool:
    return _holds(words_of(text), words_of(name))


def words_of(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text.lower())


def _holds(words: Sequence[str], parts: Sequence[str]) -> bool:
    return any(list(words[at : at + len(parts)]) == list(parts) for at in range(len(words)))


def _closeness(words: Sequence[str], name: str, parts: int) -> float:
    key = sound_of(name)
    best = 0.0
    for length in range(max(1, parts - 1), parts + LONGER_WORDS + 1):
        for at in range(len(words) - length + 1):
            heard = sound_of(" ".join(words[at : at + length]))
            longer = max(len(key), len(heard))
            if longer and abs(len(key) - len(heard)) <= (1 - max(best, ALIKE)) * longer:
                alike = 1 - edits(key, heard) / longer
                best = max(best, alike if _consonants_fit(key, heard) else 0.0)
    return best


def _consonants_fit(key: str, heard: str) -> bool:
    """Vowels are all one letter: alone they make any two words alike."""
    one, other = key.replace("a", ""), heard.replace("a", "")
    longer = max(len(one), len(other))
    return longer == 0 or 1 - edits(one, other) / longer >= ALIKE_CONSONANTS


@lru_cache(maxsize=4_096)
def sound_of(text: str) -> str:
    """How it sounds, roughly: vowels are all alike, and letters that are spoken alike are one."""
    key = SOFT_C.sub("s", re.sub(r"[^a-z]", "", without_accents(text.lower())))
    for letters, sound in SOUNDS:
        key = key.replace(letters, sound)
    return DOUBLE.sub(r"\1", VOWELS.sub("a", key.replace("c", "k")))


def without_accents(text: str) -> str:
    """The letters of other languages as those of English that are nearest."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if sign.isascii())


def edits(one: Sequence[str], other: Sequence[str]) -> int:
    """Letters, or words, to insert, delete or replace (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, row[0] = row[0], at
        for to, against in enumerate(other, 1):
            before, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, before + (letter != against))
    return row[-1]
