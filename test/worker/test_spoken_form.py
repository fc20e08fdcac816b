"""Written to spoken: what Whisper writes, and properties for everything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swictation_worker.spoken_form import to_spoken_form

EXAMPLES = {
    "Hello, world!": "hello world",
    "And Mr. John Dashwood had then leisure": "and mister john dashwood had then leisure",
    "Dr. Jones and Mrs. Smith": "doctor jones and missus smith",
    "rather cold-hearted, and rather selfish": "rather cold hearted and rather selfish",
    "It isn't what you'd expect.": "it isn't what you'd expect",
    "It isn’t over": "it isn't over",
    "'quoted' words'": "quoted words",
    "the boys' game": "the boys game",
    "9": "nine",
    "At 9.": "at nine",
    "20 apples, 21 pears": "twenty apples twenty one pears",
    "super 1": "super one",
    "20%": "twenty percent",
    "$5 & £1": "five dollars and one pound",
    "1,000,000 people": "one million people",
    "in 1999": "in nineteen ninety nine",
    "the 21st century": "the twenty first century",
    "3.14": "three point one four",
    "007": "zero zero seven",
    "115": "one hundred fifteen",
    "5G": "five g",
    "x@y.com": "x at y com",
    "Señor Müller": "señor müller",
    "...": "",
    "": "",
}


@pytest.mark.parametrize(("written", "spoken"), EXAMPLES.items())
def test_examples(written: str, spoken: str) -> None:
    assert to_spoken_form(written) == spoken


@given(st.text(max_size=200) | st.text("abc 019.,$%'-MrDr&st\n", max_size=60))
def test_only_lower_case_words_and_inner_apostrophes(text: str) -> None:
    spoken = to_spoken_form(text)
    assert spoken == spoken.lower()
    assert re.fullmatch(r"(?:[^\W\d_]+(?:'[^\W\d_]+)*(?: [^\W\d_]+(?:'[^\W\d_]+)*)*)?", spoken)


@given(st.text(max_size=200))
def test_idempotent(text: str) -> None:
    once = to_spoken_form(text)
    assert to_spoken_form(once) == once


@given(st.integers(0, 10**15 - 1))
def test_no_digit_is_left(number: int) -> None:
    spoken = to_spoken_form(f"about {number} of them")
    assert spoken.startswith("about ")
    assert spoken.endswith(" of them")
    assert len(spoken.split()) >= 4
