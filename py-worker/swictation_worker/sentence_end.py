"""Whether a written text ends a sentence; pure."""

from __future__ import annotations

CLOSING = "\"'”’)] "
ENDS = (".", "?", "!", "\u3002", "\uff1f", "\uff01", "\u061f", "\u0964")
TRAILING_OFF = ("...", "…", "..")


def ends_sentence(text: str) -> bool | None:
    """``True`` behind a full stop, question or exclamation mark; ``None`` where there is no text.

    Three dots are what Whisper writes where a voice breaks off, so they end nothing.
    """
    stripped = text.rstrip(CLOSING)
    if not stripped:
        return None
    return stripped.endswith(ENDS) and not stripped.endswith(TRAILING_OFF)
