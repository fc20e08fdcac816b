"""A decoder that does not stop, whichever engine it is in."""

from __future__ import annotations

import pytest

from swictation_worker.engines.runaway import ran_away, repeated_words_of, stop_running


@pytest.mark.parametrize(
    ("text", "seconds", "ran"),
    [
        ("he opened the window and looked out", 3.0, False),
        ("no no no", 1.5, False),
        ("again and again", 1.0, False),
        ("", 1.0, False),
        ("one two three four five six seven eight nine ten eleven twelve", 1.0, True),
        ("he was not he was not", 9.0, True),
        ("unk " * 82, 3.1, True),
        ("the end of the road " * 20, 30.0, True),
    ],
)
def test_what_can_have_been_said(text: str, seconds: float, ran: bool) -> None:
    assert ran_away(text, seconds) is ran


def test_the_end_that_repeats_itself_is_said_once() -> None:
    assert repeated_words_of(["so", "he", "went", "home", "he", "went", "home"]) == 3
    assert stop_running("so " + "he went home " * 20, 9.0) == "so he went home"
    assert stop_running("no way out no way out", 2.0) == "no way out no way out"


def test_no_more_is_left_than_can_be_said() -> None:
    assert len(stop_running("unk " * 82, 3.0).split()) <= 20
