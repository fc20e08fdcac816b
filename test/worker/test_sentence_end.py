"""The engine's own mark behind the last word."""

from __future__ import annotations

import pytest

from swictation_worker.sentence_end import ends_sentence


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("That is all.", True),
        ("Is it?", True),
        ('He said "Stop!"', True),
        ("and then,", False),
        ("and then", False),
        ("and then...", False),
        ("and then…", False),
        ("well -", False),
        ("", None),
        ("  ", None),
    ],
)
def test_what_ends_a_sentence(text: str, wanted: bool | None) -> None:
    assert ends_sentence(text) is wanted
