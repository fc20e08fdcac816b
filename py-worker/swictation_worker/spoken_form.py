"""Written text to spoken words, as Canary gives them with ``pnc='no'``; pure.

Lower case, single spaces, no punctuation but apostrophes inside words; numbers, per cent, money and titles
as words, so that the voice commands, which are spoken forms, match.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from num2words import num2words

TITLES: Mapping[str, str] = {
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "prof": "professor",
    "vs": "versus",
    "etc": "et cetera",
}
SIGNS: Mapping[str, str] = {"%": "percent", "&": "and", "@": "at", "+": "plus", "=": "equals"}
MONEY: Mapping[str, tuple[str, str]] = {
    "$": ("dollar", "dollars"),
    "£": ("pound", "pounds"),
    "€": ("euro", "euros"),
}
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
MAX_DIGITS = 15
"""Longer digit strings are no quantity and are read digit by digit."""


def to_spoken_form(text: str) -> str:
    """The words of ``text``. Idempotent; an empty or wordless text gives ``""``."""
    lowered = unicodedata.normalize("NFKC", text).translate(APOSTROPHES).lower()
    numbered = _NUMBER.sub(_number_words, _MONEY.sub(_money_words, _THOUSANDS.sub("", lowered)))
    signed = "".join(f" {SIGNS[c]} " if c in SIGNS else c for c in numbered)
    return " ".join(TITLES.get(word, word) for word in _words(signed))


_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MONEY = re.compile(r"([$£€])\s*(\d+(?:\.\d+)?)")
_NUMBER = re.compile(r"(\d+)(st|nd|rd|th)\b|\d+(?:\.\d+)*")


def _words(text: str) -> list[str]:
    """Letters and apostrophes between letters are words; everything else separates them."""
    return re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)*", text)


def _money_words(found: re.Match[str]) -> str:
    singular, plural = MONEY[found.group(1)]
    return f"{found.group(2)} {singular if found.group(2) == '1' else plural}"


def _number_words(found: re.Match[str]) -> str:
    """``21st`` to ``twenty first``, ``3.5`` to ``three point five``, ``007`` digit by digit."""
    if found.group(2) and len(found.group(1)) <= MAX_DIGITS:
        return f" {num2words(int(found.group(1)), to='ordinal')} "
    parts = (found.group(1) or found.group(0)).split(".")
    head = _integer_words(parts[0])
    return f" {' point '.join([head, *map(_digit_words, parts[1:])])} "


def _integer_words(digits: str) -> str:
    if len(digits) > MAX_DIGITS or (digits.startswith("0") and len(digits) > 1):
        return _digit_words(digits)
    if _looks_like_a_year(digits):
        return str(num2words(int(digits), to="year"))
    return re.sub(r"\band\b", " ", str(num2words(int(digits))))


def _looks_like_a_year(digits: str) -> bool:
    return len(digits) == 4 and ("1100" <= digits <= "1999" or "2010" <= digits <= "2099")


def _digit_words(digits: str) -> str:
    return " ".join(str(num2words(int(digit))) for digit in digits)
