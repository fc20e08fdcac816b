"""Signs that stand for a spoken word, as that word; pure.

Whisper writes ``amazon.com`` for "amazon dot com". What it adds by itself (full stops, commas, quotes, brackets,
hyphens inside words) was not said and is left to whoever cuts the words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

ALWAYS: Mapping[str, str] = {
    "%": "percent",
    "&": "and",
    "@": "at",
    "+": "plus",
    "=": "equals",
    "\\": "backslash",
    "^": "caret",
    "×": "times",
    "÷": "divided by",
    "±": "plus or minus",
    "≤": "less than or equal to",
    "≥": "greater than or equal to",
    "≈": "about",
    "§": "section",
}
UNWRITTEN: Mapping[str, str] = {
    "and/or": "and or",
    "tcp/ip": "tcp ip",
    "i/o": "i o",
    "a/c": "a c",
    "n/a": "n a",
    "w/o": "without",
    "km/h": "kilometers per hour",
    "c#": "c sharp",
    "f#": "f sharp",
    "ph.d": "ph d",
    "b.sc": "b sc",
    "m.sc": "m sc",
}
"""Usual spellings whose sign nobody says."""
ENDINGS = "com|org|net|io|js|ts|py|dev|app|ai|edu|gov|html|json|txt|pdf|exe"
"""Behind a dot these are no new sentence, though they have a capital: ``Node.Js``."""


def part_sentences(text: str) -> str:
    """A full stop that is glued to the next sentence gets its space: ``so.And then``. Wants capitals."""
    return _GLUED.sub(". ", text)


def signs_to_words(text: str) -> str:
    """Takes and gives lower-case text; digits are still digits."""
    text = _UNWRITTEN.sub(lambda found: f" {UNWRITTEN[found.group(0)]} ", text)
    text = _INITIALS.sub(lambda found: found.group(0).replace(".", " "), text)
    text = _DEGREES.sub(_degree_words, text)
    for pattern, words in _PATTERNS:
        text = pattern.sub(f" {words} ", text)
    return "".join(f" {ALWAYS[c]} " if c in ALWAYS else c for c in text)


_GLUED = re.compile(rf"(?<=[a-z0-9])\.(?=[A-Z][a-z])(?!(?i:{ENDINGS})\b)")
_UNWRITTEN = re.compile(
    "|".join(rf"(?<![\w.]){re.escape(spelling)}(?![\w/])" for spelling in sorted(UNWRITTEN, key=len, reverse=True))
)
_INITIALS = re.compile(r"(?<![\w.@/-])(?:[a-z]\.)+[a-z](?![\w@/]|\.\w)")
_DEGREES = re.compile(r"°\s?([cf])?(?!\w)")

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # Between letters or digits ("node.js"), or before a word that it belongs to (".net"); a number keeps its point.
    (re.compile(r"(?<=[^\W\d])\.(?=\w)|(?<=\d)\.(?=[^\W\d])|(?<![\w.!?,])\.(?=[^\W\d_])"), "dot"),
    (re.compile(r"(?<=\w):(?=//|\\|/)|(?<=[^\W\d]):(?=\d)"), "colon"),
    (re.compile(r"(?<=\w)::(?=\w)"), "colon colon"),
    (re.compile(r"(?<![\w.])\.(?=\d)"), "point"),
    (re.compile(r"\bw/(?=\s)"), "with"),
    (re.compile(r"~(?=/)"), "tilde"),
    (re.compile(r"/"), "slash"),
    (re.compile(r"_(?=_?[^\W_])|(?<=[^\W_])_|(?<=[^\W_]_)_"), "underscore"),
    (re.compile(r"(?<=\d)\s?\*\s?(?=\d)"), "times"),
    (re.compile(r"(?<=\d)\s-\s(?=\d)|(?<!\S)-(?=\d)"), "minus"),
    (re.compile(r"(?<=\w\s)--(?=[^\W\d_])"), "dash dash"),
    (re.compile(r"(?<=\w\s)-(?=[^\W\d_])"), "dash"),
    (re.compile(r"(?<=\w)\s<\s(?=\w)"), "less than"),
    (re.compile(r"(?<=\w)\s>\s(?=\w)"), "greater than"),
    (re.compile(r"(?<=\w)\s\|\s(?=\w)"), "pipe"),
    (re.compile(r"~(?=\d)"), "about"),
    (re.compile(r"#(?=[^\W\d_])"), "hashtag"),
    (re.compile(r"\$(?=[^\W\d_])"), "dollar sign"),
)


def _degree_words(found: re.Match[str]) -> str:
    scale = {"c": " celsius", "f": " fahrenheit"}.get(found.group(1) or "", "")
    return f" degrees{scale} "
