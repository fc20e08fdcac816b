"""The fields of a request to what is asked; pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from swictation_worker.engine import Wishes

from .api_error import ApiError, bad_field

Format = Literal["json", "text", "verbose_json"]
FORMATS: tuple[Format, ...] = get_args(Format)
LANGUAGE = re.compile(r"[a-z]{2,3}")
ANY_MODEL = ("", "whisper-1")
"""What clients send that leave the choice to the server."""


@dataclass(frozen=True)
class Asked:
    """What a client wants beside the words."""

    format: Format
    wishes: Wishes


def read_asked(form: Mapping[str, object], model: str, languages: tuple[str, ...]) -> Asked:
    """Raises `ApiError`. `model` is the one that is served. Fields that nobody here knows are left alone, as the
    interface has many that only some servers follow."""
    wanted = _text(form, "model")
    if wanted not in (*ANY_MODEL, model):
        raise ApiError(404, f"there is no model {wanted[:80]!r} here, only {model!r}", "model_not_found", "model")
    given = _text(form, "response_format") or "json"
    if given not in FORMATS:
        raise bad_field("response_format", f"expected one of {', '.join(FORMATS)}, got {given[:40]!r}")
    if _text(form, "stream").lower() in ("true", "1"):
        raise bad_field("stream", "the text comes in one piece here: leave stream out")
    return Asked(given, Wishes(written=True, language=_language(form, languages)))


def _language(form: Mapping[str, object], languages: tuple[str, ...]) -> str:
    """The first that the engine knows where none is named."""
    given = _text(form, "language").lower()
    if not given:
        return languages[0] if languages else "en"
    if LANGUAGE.fullmatch(given) is None or (languages and given not in languages):
        raise bad_field("language", f"expected one of {', '.join(languages) or 'en, de, ...'}, got {given[:20]!r}")
    return given


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name, "")
    if isinstance(value, str):
        return value.strip()
    raise bad_field(name, "expected a text, got a file")
