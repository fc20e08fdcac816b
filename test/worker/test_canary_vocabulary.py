"""`[stt] vocabulary` on a real, small Canary: a listed phrase wins over one that competes, silence stays silent."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from canary_parts import ignore, isolate_cache, require_nemo, require_tiny
from swictation_worker.engine import Audio, Wishes

require_nemo()

from swictation_worker.engines.canary.boosting import only_puts_names  # noqa: E402
from swictation_worker.engines.canary.engine import CanaryEngine  # noqa: E402
from tiny_canary.speech import PHRASES, UNSEEN_VOICES, SpeakerMissing, speak_phrase  # noqa: E402

VOICE = UNSEEN_VOICES[1]
HEADS = ("Zor", "Quel", "Bran", "Mir", "Tal", "Gor", "Ves", "Hul", "Ond", "Jas")
NAMES = tuple(f"{head}{letter}ani" for head in HEADS for letter in "bcdfghjklmnpqrstvwxz")


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield from isolate_cache(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def engine() -> CanaryEngine:
    engine = CanaryEngine(str(require_tiny()))
    engine.load("cpu", ignore)
    return engine


def hear(engine: CanaryEngine, audio: Audio, *names: str) -> str:
    return engine.transcribe(audio, 28.0, ignore, Wishes(vocabulary=names)).text


def say(phrase: str) -> Audio:
    try:
        return speak_phrase(phrase, VOICE)
    except SpeakerMissing as missing:
        pytest.skip(str(missing))


def mixed(one: str, other: str, share: float) -> Audio:
    """Two phrases at once, so that either may be heard."""
    first, second = share * say(one), (1 - share) * say(other)
    samples = np.zeros(max(len(first), len(second)), np.float32)
    samples[: len(first)] += first
    samples[: len(second)] += second
    return samples


@pytest.mark.parametrize(
    ("share", "heard", "listed"),
    [(0.3, "close paren", "open paren"), (0.5, "open paren", "close paren")],
)
def test_a_listed_phrase_wins_over_one_that_competes(
    engine: CanaryEngine, share: float, heard: str, listed: str
) -> None:
    audio = mixed("open paren", "close paren", share)
    assert [hear(engine, audio), hear(engine, audio, listed), hear(engine, audio, heard)] == [heard, listed, heard]
    assert hear(engine, audio) == heard


def test_two_hundred_names_change_nothing_that_was_said(engine: CanaryEngine) -> None:
    clips = [say(phrase) for phrase in PHRASES]
    assert len(NAMES) == 200
    assert [hear(engine, clip, *NAMES) for clip in clips] == [hear(engine, clip) for clip in clips]


def test_two_hundred_names_are_not_heard_in_silence_or_noise(engine: CanaryEngine) -> None:
    """The tiny model writes a phrase for any noise; what is shown is that the names change nothing of it."""
    noise = np.random.default_rng(20)
    assert hear(engine, np.zeros(48_000, np.float32), *NAMES) == ""
    for loudness in (0.003, 0.03, 0.1):
        sound = noise.normal(0, loudness, 48_000).astype(np.float32)
        assert hear(engine, sound, *NAMES) == hear(engine, sound)


@pytest.mark.parametrize(
    ("first", "second", "believed"),
    [
        ("please ask sorvanny about it", "please ask zorvani about it", True),
        ("please ask zor vanny about it", "please ask zorvani about it", True),
        ("please ask sorvanny about it", "please ask zorvani zorvani about it", False),
        ("please ask sorvanny about it", "zorvani", False),
        ("please ask sorvanny about it", "please ask somebody about it", False),
        ("please ask zorvani about it", "please ask zorvani about it", False),
    ],
)
def test_what_is_believed(first: str, second: str, believed: bool) -> None:
    assert only_puts_names(first, second, ["zorvani"]) is believed
