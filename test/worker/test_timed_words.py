"""Looks at speech that goes on: when each word begins, and how sure the engine is of it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from speech import read_pcm, to_samples
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio, TimedWord, Wishes
from swictation_worker.engines.whisper.decoder import Part, Timed
from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.engines.whisper.timed_words import timed_words

FIXTURES = Path(__file__).parents[1] / "fixtures" / "speech"
TEXTS = {1: " Twenty", 2: "-six", 3: " cats", 4: ".", 5: " -", 6: " it", 7: "'s", 8: " \ufffd", 9: " Mr", 10: "."}


def words_of(tokens: Sequence[int]) -> str:
    return "".join(TEXTS[token] for token in tokens)


def parts(*tokens: tuple[int, ...]) -> Timed:
    return Timed(tuple(Part(each, at / 2, 0.9 - at / 10) for at, each in enumerate(tokens)))


def test_parts_become_words_between_spaces() -> None:
    assert timed_words(parts((1,), (2,), (3, 4)), words_of, "twenty six cats", "en") == (
        TimedWord("twenty six", "Twenty-six", 0.0, 0.8),
        TimedWord("cats", "cats.", 1.0, 0.7),
    )


def test_a_sign_alone_is_no_word() -> None:
    words = timed_words(parts((6,), (7,), (5,), (3,)), words_of, "it's cats", "en")
    assert words is not None
    assert [(word.text, word.written) for word in words] == [("it's", "it's"), ("cats", "cats")]


def test_what_is_not_the_text_is_not_told() -> None:
    assert timed_words(parts((3,)), words_of, "dogs", "en") is None
    assert timed_words(parts((3,), (8,)), words_of, "cats \ufffd", "en") is None
    assert timed_words(parts((9, 10)), words_of, "mister", "en") == (TimedWord("mister", "Mr.", 0.0, 0.9),)


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    engine = EmbeddedEngine(threads=1)
    engine.load("cpu", lambda _: None)
    return engine


def fixture(name: str) -> Audio:
    return to_samples(read_pcm(FIXTURES / name))


def test_real_words_have_their_places(engine: EmbeddedEngine) -> None:
    first, second = fixture("fox.wav"), fixture("garden.wav")
    rest = np.zeros(SAMPLE_RATE_HZ // 2, np.float32)
    heard = engine.transcribe(np.concatenate([first, rest, second]), 40.0, lambda _: None, Wishes(timed=True))
    assert heard.words is not None
    assert " ".join(word.text for word in heard.words) == heard.text
    assert all(earlier.start_s <= later.start_s for earlier, later in pairwise(heard.words))
    assert all(0 <= word.probability <= 1 for word in heard.words)
    alone = engine.transcribe(first, 40.0, lambda _: None).text.split()
    behind = " ".join(word.text for word in heard.words).split()[len(alone) :]
    assert behind == engine.transcribe(second, 40.0, lambda _: None).text.split()
    joint_s = (len(first) + len(rest)) / SAMPLE_RATE_HZ
    assert heard.words[-len(behind)].start_s == pytest.approx(joint_s, abs=0.5)


def test_nobody_is_told_who_did_not_ask(engine: EmbeddedEngine) -> None:
    assert engine.transcribe(fixture("fox.wav"), 40.0, lambda _: None).words is None


def test_a_look_takes_two_decodes_at_most(engine: EmbeddedEngine) -> None:
    begun: list[str] = []
    rest = np.zeros(SAMPLE_RATE_HZ // 5, np.float32)
    names = ("fox.wav", "garden.wav", "fox.wav", "garden.wav", "fox.wav", "garden.wav")
    sound = np.concatenate([part for name in names for part in (fixture(name), rest)])[: 28 * SAMPLE_RATE_HZ]
    heard = engine.transcribe(sound, 40.0, begun.append, Wishes(timed=True))
    assert 1 <= begun.count("decoding") <= 2
    assert heard.covered_until_s is not None
    assert heard.covered_until_s <= len(sound) / SAMPLE_RATE_HZ + 0.1
