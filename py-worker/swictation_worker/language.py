"""The forms of a text by its language; pure. English is spoken words, so that the spoken commands match."""

from __future__ import annotations

from .spoken.other_languages import to_kept_form, to_plain_form
from .spoken_form import to_spoken_form
from .written_form import to_written_form

ENGLISH = "en"


def plain_form(text: str, language: str) -> str:
    """The text without signs and capitals."""
    return to_spoken_form(text) if language == ENGLISH else to_plain_form(text)


def kept_form(text: str, language: str) -> str:
    """The text with those of the engine."""
    return to_written_form(text) if language == ENGLISH else to_kept_form(text)
