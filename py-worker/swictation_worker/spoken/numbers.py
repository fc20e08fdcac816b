"""Digits to the words that were said: clock, money, versions, fractions, ranges, plain numbers; pure.

Every function takes lower-case text and gives lower-case text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from num2words import num2words

MONEY: Mapping[str, tuple[str, str, str]] = {
    "$": ("dollar", "dollars", "cents"),
    "£": ("pound", "pounds", "pence"),
    "€": ("euro", "euros", "cents"),
    "¥": ("yen", "yen", "sen"),
    "₹": ("rupee", "rupees", "paise"),
}
AMOUNTS: Mapping[str, str] = {"k": "thousand", "m": "million", "b": "billion", "bn": "billion"}
DENOMINATORS: Mapping[int, tuple[str, str]] = {
    2: ("half", "halves"),
    4: ("quarter", "quarters"),
    **{n: (str(num2words(n, to="ordinal")), f"{num2words(n, to='ordinal')}s") for n in (3, 5, 6, 7, 8, 9, 10, 16)},
}
VERSIONED = (
    "version|versions|release|revision|build|kernel|firmware|python|node|java|php|ruby|perl|rust|go|ubuntu|debian|"
    "fedora|android|ios|macos|windows|linux|cuda|firefox|chrome|postgres|section|chapter|figure|v"
)
"""Words before a number whose dots are said "dot"; elsewhere a single one is said "point"."""
MAX_DIGITS = 15
"""Longer digit strings are no quantity and are read digit by digit."""


def composites_to_words(text: str) -> str:
    """Numbers with signs in or around them, whose signs are no signs of their own."""
    text = _THOUSANDS.sub(_thousands_words, text)
    text = _MONEY.sub(_money_words, text)
    text = _MONEY_BEHIND.sub(lambda found: f"{found.group(1)} {MONEY[found.group(2)][1]} ", text)
    text = _CENTS.sub(r"\1 cents ", text)
    text = _CLOCK.sub(_clock_words, text)
    text = _PHONE.sub(lambda found: f" {digit_words(re.sub('[^0-9]', '', found.group(0)))} ", text)
    text = _FRACTION.sub(_fraction_words, text)
    text = _VERSION.sub(_version_words, text)
    text = _DECADE.sub(_decade_words, text)
    text = _NUMBER_SIGN.sub("number ", text)
    text = _RANGE.sub(_range_words, text)
    return _RATIO.sub(r"\1 to \2", text)


def numbers_to_words(text: str) -> str:
    """What digits are left: ``21st`` to ``twenty first``, ``3.5`` to ``three point five``, ``007`` digit by digit."""
    return _NUMBER.sub(_number_words, text)


_THOUSANDS = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3})+(?!,?\d)(\.\d)?|(?<=\d),(?=\d{3}(?!\d))")
_AMOUNT = r"(?:\s?(thousand|million|billion|trillion)\b|(k|m|bn|b)\b)?"
_MONEY = re.compile(rf"([$£€¥₹])\s*(\d+)(?:\.(\d+))?(?!\.?\d){_AMOUNT}")
_MONEY_BEHIND = re.compile(r"(\d)\s?([£€¥₹])")
_CENTS = re.compile(r"(\d)\s?¢")
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}):([0-5]\d)(?![\d:])(\s*[ap]\.?m\b)?")
_PHONE = re.compile(r"(?<![\d-])(?:\(?\d{3}\)?[- ])?\d{3}-\d{4}(?![\d-])")
_FRACTION = re.compile(r"(?<![\d/.,])(?:(\d+)\s+)?(\d{1,2})[/⁄](\d{1,2})(?![\d/⁄])")
_VERSION = re.compile(rf"(?<![\d.])(?:(\b(?:{VERSIONED})\s*)(\d+(?:\.\d+)+)|(\d+(?:\.\d+){{2,}}))(?![\d.]*\d)")
_DECADE = re.compile(r"(?<![\w.])'?((?:1[1-9]|20)?\d)0'?s\b")
_NUMBER_SIGN = re.compile(r"\bno\.\s?(?=\d)|#\s?(?=\d)")
_RANGE = re.compile(r"(?<![\w.-])(\d{1,4})(?:[-–]|\s–\s)(\d{1,4})(?![\w-])")
_RATIO = re.compile(r"(?<![\d:.])(\d+):(\d+)(?![\d:])")
_NUMBER = re.compile(r"(\d+)(st|nd|rd|th)\b|\d+(?:\.\d+)*")


def _thousands_words(found: re.Match[str]) -> str:
    """A comma makes a quantity of what would else be read as a year: ``1,234``."""
    digits = re.sub(r"\D", "", found.group(0)[: -len(found.group(1) or "") or None])
    if found.group(0) == ",":
        return ""
    if found.group(1) or found.string[: found.start()].rstrip().endswith(tuple(MONEY)):
        return f"{digits}{found.group(1) or ''}"
    return quantity_words(digits)


def _money_words(found: re.Match[str]) -> str:
    sign, whole, rest, amount, letter = found.groups()
    singular, plural, small = MONEY[sign]
    amount = amount or AMOUNTS.get(letter or "")
    if amount:
        return f"{whole}{'.' + rest if rest else ''} {amount} {plural} "
    unit = singular if whole == "1" else plural
    whole = quantity_words(whole)
    if rest is None or len(rest) != 2:
        return f"{whole}{' point ' + digit_words(rest) if rest else ''} {unit} "
    if whole == "zero":
        return f"{int(rest)} {small} "
    return f"{whole} {unit} and {int(rest)} {small} " if int(rest) else f"{whole} {unit} "


def _clock_words(found: re.Match[str]) -> str:
    hour, minute, half = found.groups()
    if int(hour) > 24:
        return found.group(0)
    if minute == "00":
        return f"{hour}{half}" if half else f"{hour} o'clock"
    said = f"oh {minute[1]}" if minute[0] == "0" else minute
    return f"{hour} {said}{half or ''}"


def _fraction_words(found: re.Match[str]) -> str:
    whole, above, below = found.group(1), int(found.group(2)), int(found.group(3))
    if (above, below) in {(24, 7), (9, 11), (50, 50)}:
        return f" {found.group(1) or ''} {above} {below} "
    if below not in DENOMINATORS or not 0 < above < below:
        return found.group(0)
    name = DENOMINATORS[below][above != 1]
    if whole is None:
        return f" {above} {name} "
    return f" {whole} and {'a' if above == 1 else above} {name} "


def _version_words(found: re.Match[str]) -> str:
    before, number, alone = found.groups()
    parts = (number or alone).split(".")
    return f"{before or ''} {' dot '.join(parts)} "


def _decade_words(found: re.Match[str]) -> str:
    """``1990s`` to ``nineteen nineties``; 2000s and 10s have no such word."""
    digits = found.group(1)
    tens = int(digits[-1])
    if tens < 2:
        return found.group(0)
    word = str(num2words(tens * 10))[:-1] + "ies"
    century = digits[:-1]
    return f" {num2words(int(century))} {word} " if century else f" {word} "


def _range_words(found: re.Match[str]) -> str:
    first, second = found.groups()
    joined = "to" if int(first) < int(second) else " "
    return f"{first} {joined} {second}"


def _number_words(found: re.Match[str]) -> str:
    if found.group(2) and len(found.group(1)) <= MAX_DIGITS:
        return f" {num2words(int(found.group(1)), to='ordinal')} "
    parts = (found.group(1) or found.group(0)).split(".")
    head = integer_words(parts[0])
    return f" {' point '.join([head, *map(digit_words, parts[1:])])} "


def integer_words(digits: str) -> str:
    if len(digits) > MAX_DIGITS or (digits.startswith("0") and len(digits) > 1):
        return digit_words(digits)
    if _looks_like_a_year(digits):
        return str(num2words(int(digits), to="year"))
    return quantity_words(digits)


def quantity_words(digits: str) -> str:
    """``1234`` to ``one thousand, two hundred thirty four``, a year or not."""
    if len(digits) > MAX_DIGITS:
        return digit_words(digits)
    return re.sub(r"\band\b", " ", str(num2words(int(digits))))


def _looks_like_a_year(digits: str) -> bool:
    return len(digits) == 4 and ("1100" <= digits <= "1999" or "2010" <= digits <= "2099")


def digit_words(digits: str) -> str:
    return " ".join(str(num2words(int(digit))) for digit in digits)
