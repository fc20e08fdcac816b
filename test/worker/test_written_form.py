"""What an engine wrote, as it is typed: one style for all of them."""

from __future__ import annotations

import pytest

from swictation_worker.spoken_form import to_spoken_form
from swictation_worker.written_form import to_written_form


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (" Good morning, Mrs. Miller.", "Good morning, Mrs. Miller."),
        ("He said, \u201cno\u201d.", 'He said, "no".'),
        ("It\u2019s late\u2026", "It's late"),
        ("and then...", "and then"),
        ("We met at 10:05, didn't we?", "We met at ten oh five, didn't we?"),
        ("\u266a la la \u266a", "la la"),
        ("a well-known node.js user", "a well-known node.js user"),
        ("It costs $3.50.", "It costs three dollars and fifty cents."),
        ("- Yes. - No.", "Yes. No."),
        ("", ""),
        ("...", ""),
    ],
)
def test_writes(text: str, written: str) -> None:
    assert to_written_form(text) == written
    assert to_written_form(written) == written


def test_says_the_same_words_as_the_spoken_form() -> None:
    text = "In 1999, Dr. Smith paid 25% of it: \u201cfine\u201d, he said."
    assert to_spoken_form(to_written_form(text)) == to_spoken_form(text)
