"""Several sounds in one pass of Canary: what the server does with those that came meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from canary_parts import ignore, isolate_cache, require_nemo, require_tiny

require_nemo()

from serving.heard import NoText, Sound, Text, padded_seconds  # noqa: E402
from serving.recogniser import Recogniser  # noqa: E402
from swictation_worker.card.memory import NoCard  # noqa: E402
from swictation_worker.engine import Audio, Wishes  # noqa: E402
from swictation_worker.engines.canary.engine import CanaryEngine  # noqa: E402


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[CanaryEngine]:
    for _ in isolate_cache(tmp_path):
        engine = CanaryEngine(str(require_tiny()))
        engine.load("cpu", ignore)
        yield engine


def clip_of(engine: CanaryEngine) -> Audio:
    clip = engine.known_clip()
    assert clip is not None
    return clip.audio


def to_sound(audio: Audio, late_s: float = 60, wishes: Wishes | None = None) -> Sound:
    pcm = (audio * 32_767).astype("<i2").tobytes()
    return Sound(pcm, time.time() + late_s, wishes or Wishes(written=True))


def test_read_together_each_has_the_words_that_it_has_alone(engine: CanaryEngine) -> None:
    clip = clip_of(engine)
    sounds = [
        clip,
        np.zeros(16_000, np.float32),
        np.concatenate([clip, np.zeros(24_000, np.float32)]),
        clip[:800],
        clip,
    ]
    together = [one.text for one in engine.transcribe_together(sounds, ignore)]
    assert together == [engine.transcribe(sound, 40, ignore).text for sound in sounds]
    assert together[1] == ""


def test_a_replica_reads_what_waits_together(engine: CanaryEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[int] = []
    together = engine.transcribe_together

    def counted(sounds: list[Audio], *about: object) -> object:
        passes.append(len(sounds))
        return together(sounds, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "transcribe_together", counted)
    recogniser = Recogniser(engine, NoCard(), "cpu")
    about = recogniser.start()
    clip = clip_of(engine)
    german = Wishes(written=True, language="de")
    sounds = [to_sound(clip), to_sound(clip, late_s=-1), to_sound(clip), to_sound(clip, wishes=german), to_sound(clip)]
    heard = recogniser.hear(sounds)
    words = engine.transcribe(clip, 40, ignore).text
    assert [one.text for one in heard if isinstance(one, Text)][:2] == [words] * 2
    assert isinstance(heard[1], NoText)
    assert heard[1].why == "late"
    assert passes == [3]
    assert "de" in about.languages


def test_a_batch_costs_what_the_longest_one_costs_each() -> None:
    second = Sound(bytes(32_000), 0)
    assert padded_seconds([second]) == 1
    assert padded_seconds([second, Sound(bytes(32_000 * 5), 0), second]) == 15
    assert padded_seconds([Sound(bytes(32_000 * 300), 0)]) == 40
