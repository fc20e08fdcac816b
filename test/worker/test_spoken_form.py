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
    "x@y.com": "x at y dot com",
    "Señor Müller": "señor müller",
    "...": "",
    "": "",
}

SAID_SIGNS = {
    "Open Amazon.com.": "open amazon dot com",
    "We use Node.js for this.": "we use node dot js for this",
    "Node.Js and .NET": "node dot js and dot net",
    "Edit main.py, then README.md": "edit main dot py then readme dot md",
    "https://www.example.com/a_b": "https colon slash slash www dot example dot com slash a underscore b",
    "user_name@mail.example.org": "user underscore name at mail dot example dot org",
    "localhost:8080": "localhost colon eight thousand eighty",
    "__init__.py": "underscore underscore init underscore underscore dot py",
    "either/or": "either slash or",
    "C:\\temp": "c colon backslash temp",
    "C++ and C#": "c plus plus and c sharp",
    "git commit -m and --help": "git commit dash m and dash dash help",
    "version 3.11": "version three dot eleven",
    "Python 3.11.4": "python three dot eleven dot four",
    "v2.0": "v two dot zero",
    "192.168.0.1": "one hundred ninety two dot one hundred sixty eight dot zero dot one",
    "a tag #rust": "a tag hashtag rust",
    "$HOME": "dollar sign home",
    "~/bin": "tilde slash bin",
    "3 * 4": "three times four",
    "it is -5°C": "it is minus five degrees celsius",
    "20° outside": "twenty degrees outside",
    "10 m²": "ten m squared",
    "a ± b": "a plus or minus b",
}
SAID_NUMBERS = {
    "10:30": "ten thirty",
    "10:05": "ten oh five",
    "at 10:00.": "at ten o'clock",
    "10:00 a.m.": "ten a m",
    "10:00am": "ten am",
    "16:9": "sixteen to nine",
    "1,234 people": "one thousand two hundred thirty four people",
    "$1,234.56": "one thousand two hundred thirty four dollars and fifty six cents",
    ".5": "point five",
    "10 - 5 = 5": "ten minus five equals five",
    "50/50": "fifty fifty",
    "$3.50": "three dollars and fifty cents",
    "$0.99": "ninety nine cents",
    "$5.00": "five dollars",
    "$5 million": "five million dollars",
    "$1.5M": "one point five million dollars",
    "€20": "twenty euros",
    "20€": "twenty euros",
    "50¢": "fifty cents",
    "1/2": "one half",
    "2 1/2 cups": "two and a half cups",
    "2½": "two and a half",
    "3/4": "three quarters",
    "24/7": "twenty four seven",
    "the 1990s": "the nineteen nineties",
    "the '90s": "the nineties",
    "in the 80s": "in the eighties",
    "1914-1918": "nineteen fourteen to nineteen eighteen",
    "555-1234": "five five five one two three four",
    "No. 5": "number five",
    "#1": "number one",
    "100% sure": "one hundred percent sure",
    "2nd, 3rd and 22nd": "second third and twenty second",
}
NOT_SAID = {
    "I know. So do I.": "i know so do i",
    "I said so.And then": "i said so and then",
    "in the U.S. and the U.K.": "in the u s and the u k",
    "e.g. this, i.e. that": "e g this i e that",
    "a Ph.D. student": "a ph d student",
    "J.R.R. Tolkien": "j r r tolkien",
    "at 9 a.m.": "at nine a m",
    "wait...what": "wait what",
    "He said:hello": "he said hello",
    "It was 1999.And then": "it was nineteen ninety nine and then",
    "One more thing: listen.": "one more thing listen",
    "well-known - or not -- or so": "well known or not or so",
    '(laughs) "hello" [music]': "laughs hello music",
    "and/or": "and or",
    "TCP/IP": "tcp ip",
    "rock 'n' roll": "rock n roll",
    ">> Hello": "hello",
    "a price of 1,000.": "a price of one thousand",
    "it costs 5.": "it costs five",
    "____": "",
    "COVID-19": "covid nineteen",
    "the end .": "the end",
}


@pytest.mark.parametrize(("written", "spoken"), [*SAID_SIGNS.items(), *SAID_NUMBERS.items()])
def test_a_sign_that_was_said(written: str, spoken: str) -> None:
    assert to_spoken_form(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), NOT_SAID.items())
def test_a_sign_that_was_not_said(written: str, spoken: str) -> None:
    assert to_spoken_form(written) == spoken


@pytest.mark.parametrize(("written", "spoken"), EXAMPLES.items())
def test_examples(written: str, spoken: str) -> None:
    assert to_spoken_form(written) == spoken


@given(st.text(max_size=200) | st.text("abc 019.,$%'-MrDr&st\n/:_#@°½²¢", max_size=60))
def test_only_lower_case_words_and_inner_apostrophes(text: str) -> None:
    spoken = to_spoken_form(text)
    assert spoken == spoken.lower()
    assert re.fullmatch(r"(?:[^\W\d_]+(?:'[^\W\d_]+)*(?: [^\W\d_]+(?:'[^\W\d_]+)*)*)?", spoken)


@given(st.text(max_size=200) | st.text("abc 019.,$%'-:/_#@°½\\*~<>|", max_size=60))
def test_idempotent(text: str) -> None:
    once = to_spoken_form(text)
    assert to_spoken_form(once) == once


@given(st.integers(0, 10**15 - 1))
def test_no_digit_is_left(number: int) -> None:
    spoken = to_spoken_form(f"about {number} of them")
    assert spoken.startswith("about ")
    assert spoken.endswith(" of them")
    assert len(spoken.split()) >= 4
