"""Which languages a Canary was trained for, by its tokenizer."""

from __future__ import annotations

from typing import Any

from ...engine import Wishes
from ...errors import UNKNOWN_LANGUAGE, Refused

SPECIAL = "spl_tokens"
"""Among the tokenizers of a model that of its prompt, which has signs for far more languages than the model knows."""
OF_ONE_TOKENIZER = frozenset(
    "bg cs da de el en es et fi fr hr hu it lt lv mt nl pl pt ro ru sk sl sv uk".split()  # noqa: SIM905
)
"""The models with one tokenizer for all do not name them: these are those of canary-1b-v2 (its model card)."""


def known_languages(tokenizer: Any) -> frozenset[str]:
    """Models with a tokenizer for each language name them, `en` or `en-US`."""
    names = getattr(tokenizer, "langs", None)
    if names is None:
        return OF_ONE_TOKENIZER
    return frozenset(name.split("-")[0] for name in names if name != SPECIAL)


def require_languages(name: str, tokenizer: Any, wishes: Wishes) -> None:
    """Raises `Refused` for a model that does not know what is spoken, or what it is to be translated into."""
    known = known_languages(tokenizer)
    for language in (wishes.language, wishes.text_language):
        if language not in known:
            listed = ", ".join(sorted(known))
            raise Refused(
                UNKNOWN_LANGUAGE, f"[stt] language: {name} does not know {language}, only {listed}: name another model"
            )
