"""Which names of a vocabulary a text sounds like, and when a second text with them is believed."""

from __future__ import annotations

import numpy as np
import pytest

from swictation_worker.engine import Audio, Wishes
from swictation_worker.engines.vocabulary import edits, holds_name, likely_names
from swictation_worker.engines.whisper.coverage import Frames
from swictation_worker.engines.whisper.decoder import Decoded, Timed
from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.engines.whisper.expecting import ExpectingNames

PIECE: Audio = np.zeros(16_000, np.float32)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("please ask sorvanny about it", "Zorvani"),
        ("please ask zor vani about it", "Zorvani"),
        ("we use cooper netties here", "Kubernetes"),
        ("van der mear came", "Van der Meer"),
        ("herr strössner kommt", "Strößner"),
        ("el señor nuñes llega", "Núñez"),
    ],
)
def test_finds_what_sounds_alike(text: str, name: str) -> None:
    assert likely_names(text, [name, "Quorvex", "Hesperon"]) == [name]


@pytest.mark.parametrize("text", ["the cat sat on the mat", "", "we ask Zorvani about it"])
def test_finds_nothing_else(text: str) -> None:
    assert likely_names(text, ["Zorvani", "Quorvex", "Hesperon"]) == []


def test_counts_edits() -> None:
    assert [edits("", "abc"), edits("abc", "abc"), edits("kitten", "sitting")] == [3, 0, 3]
    assert holds_name("He saw Van der Meer.", "van der meer")


class Scripted:
    """Gives one text, and another one to who expects names."""

    def __init__(self, first: Decoded | None, second: Decoded | None) -> None:
        self.first, self.second = first, second
        self.asked: list[list[str]] = []

    def decode(self, piece: Audio) -> Decoded | None:
        return self.first

    def decode_expecting(self, piece: Audio, names: list[str]) -> Decoded | None:
        self.asked.append(names)
        return self.second

    def time(self, decoded: Decoded, seconds: float) -> Timed:
        return Timed(())

    def words_of(self, tokens: tuple[int, ...]) -> str:
        return ""

    def score(self, piece: Audio) -> Frames:
        return np.zeros(0, np.float32)


def hear(first: Decoded | None, second: Decoded | None) -> tuple[Decoded | None, list[list[str]]]:
    engine = Scripted(first, second)
    return ExpectingNames(engine, ("Zorvani", "Quorvex")).decode(PIECE), engine.asked


def test_a_better_text_takes_the_place_of_the_first() -> None:
    first, second = Decoded("ask sorvanny about it", -0.5, 0.0), Decoded("Ask Zorvani about it", -0.6, 0.0)
    assert hear(first, second) == (second, [["Zorvani"]])


@pytest.mark.parametrize(
    "second",
    [
        None,
        Decoded("ask somebody about it", -0.4, 0.0),
        Decoded("ask Zorvani about it", -1.5, 0.0),
        Decoded("Zorvani Zorvani Zorvani Zorvani Zorvani Zorvani Zorvani Zorvani Zorvani", -0.5, 0.0),
    ],
)
def test_a_worse_text_does_not(second: Decoded | None) -> None:
    first = Decoded("ask sorvanny about it", -0.5, 0.0)
    assert hear(first, second)[0] is first


def test_over_silence_no_name_is_asked_for() -> None:
    assert hear(None, Decoded("Zorvani", -0.1, 0.0)) == (None, [])


def test_noise_and_silence_stay_empty_with_two_hundred_entries() -> None:
    heads = ("Zor", "Quel", "Bran", "Mir", "Tal", "Gor", "Ves", "Hul", "Ond", "Jas")
    names = tuple(f"{head}{letter}ani" for head in heads for letter in "bcdfghjklmnpqrstvwxz")
    assert len(names) == 200
    engine = EmbeddedEngine(threads=2)
    engine.load("cpu", lambda _: None)
    noise = np.random.default_rng(20)
    for sound in (np.zeros(48_000), noise.normal(0, 0.01, 48_000), noise.normal(0, 0.1, 48_000)):
        heard = engine.transcribe(sound.astype(np.float32), 28.0, lambda _: None, Wishes(vocabulary=names))
        assert heard.text == ""
