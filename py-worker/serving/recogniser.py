"""One engine of the worker behind requests of many: room is made first, a failure never ends it. No Ray in here."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from swictation_worker.engine import (
    SAMPLE_RATE_HZ,
    Audio,
    Card,
    Device,
    Engine,
    OwnMemory,
    ReadsTogether,
    Transcript,
    Wishes,
)
from swictation_worker.errors import Refused
from swictation_worker.faults import Failure, classify, describe_failure, resolve_ambiguous
from swictation_worker.known_clip import read_known_clip

from .admission import WINDOWS_S, Demand, fits, fitting_window
from .heard import About, Heard, NoText, Sound, Text
from .waiting import EXTRA_S

LANGUAGES_OF_CANARY = ("en", "de", "es", "fr")
Read = TypeVar("Read")
FULL = "the card has no room now"


@dataclass(frozen=True)
class _Failed:
    fault: str | None
    message: str
    is_refusal: bool = False


class Recogniser:
    """Called from one thread. `broken` says why this process must be replaced, once it must."""

    def __init__(self, engine: Engine, card: Card, device: Device) -> None:
        self._engine = engine
        self._card = card
        self._device = device
        self._demand = Demand()
        self.broken: str | None = None

    def start(self) -> About:
        """Loads the model, known words and all, and measures how fast it is."""
        self._engine.load(self._device, _report)
        if self._device == "cuda":
            self._card.settle()
        clip = self._engine.known_clip() or read_known_clip()
        started_s = time.monotonic()
        self._card.start_request()
        self._engine.transcribe(clip.audio, WINDOWS_S[0], _ignore)
        self._learn(len(clip.audio) / SAMPLE_RATE_HZ)
        rtf = (time.monotonic() - started_s) / (len(clip.audio) / SAMPLE_RATE_HZ + EXTRA_S)
        name = self._engine.name
        model = name.split(" ")[0]
        return About(name, model, languages_of(model), self._device, rtf, os.getpid())

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        """One answer for each, in order. Those that can't be read together, or for which there was no room together,
        are read one by one."""
        heard = self._hear_together(sounds)
        return [heard[number] if number in heard else self._hear_one(sound) for number, sound in enumerate(sounds)]

    def _hear_together(self, sounds: Sequence[Sound]) -> dict[int, Heard]:
        """By their number; empty where nothing is gained."""
        engine = self._engine
        if len(sounds) < 2 or not isinstance(engine, ReadsTogether) or self.broken is not None:
            return {}
        heard: dict[int, Heard] = {}
        for numbers in group_alike(sounds, engine.longest_together_s):
            group = [sounds[number] for number in numbers]
            seconds = max(sound.seconds for sound in group) * len(group)
            memory = self._memory()
            if memory is not None and not fits(memory, self._demand, seconds):
                continue
            started_s = time.monotonic()
            result = self._try(lambda group=group: read_together(engine, group), seconds)  # type: ignore[misc]
            if not isinstance(result, _Failed):
                took_s = time.monotonic() - started_s
                share_s = took_s / sum(sound.seconds + EXTRA_S for sound in group)
                for number, sound, one in zip(numbers, group, result, strict=True):
                    heard[number] = to_text(one, share_s * (sound.seconds + EXTRA_S))
            elif result.fault not in (None, "oom"):
                self.broken = result.message
                return heard
        return heard

    def _hear_one(self, sound: Sound) -> Heard:
        if self.broken is not None:
            return NoText("sick", self.broken)
        if time.time() > sound.until_s:
            return NoText("late", "nobody waits for this text any more")
        audio = to_audio(sound.pcm)
        window_s = self._make_room(sound.seconds)
        started_s = time.monotonic()
        while window_s is not None:
            result = self._try(
                lambda window_s=window_s: self._engine.transcribe(audio, window_s, _ignore, sound.wishes),  # type: ignore[misc]
                min(sound.seconds, window_s),
            )
            if not isinstance(result, _Failed):
                return to_text(result, time.monotonic() - started_s)
            if result.fault is None:
                return NoText("refused" if result.is_refusal else "failed", result.message)
            if result.fault != "oom":
                self.broken = result.message
                return NoText("sick", result.message)
            window_s = self._shorter_window(sound.seconds, min(window_s, sound.seconds))
        return NoText("sick", self.broken) if self.broken is not None else NoText("full", FULL)

    def _try(self, read: Callable[[], Read], seconds: float) -> Read | _Failed:
        """`seconds`: of sound on the card at once. The failure is looked at outside `except`: inside, what it holds on
        the card is still alive."""
        try:
            self._card.start_request()
            result = read()
            self._learn(seconds)
            return result
        except Refused as refused:
            return _Failed(None, str(refused), is_refusal=True)
        except Exception as error:
            failure = describe_failure(error)
        return self._judge(failure)

    def _judge(self, failure: Failure) -> _Failed:
        fault = classify(failure)
        if fault == "ambiguous":
            fault = resolve_ambiguous(fault, self._card_answers())
        first = next(iter(failure.text.splitlines()), "")
        print(f"replica: {fault or 'failed'}: {failure.type_name}: {first}", file=sys.stderr, flush=True)
        return _Failed(fault, f"{failure.type_name}: {first}"[:300])

    def _card_answers(self) -> bool:
        try:
            self._card.check()
        except Exception as error:
            return classify(describe_failure(error)) == "oom"
        return True

    def _learn(self, seconds: float) -> None:
        peak_mb = self._card.need_mb()
        if peak_mb is not None:
            self._demand = self._demand.learn(seconds, peak_mb)

    def _make_room(self, seconds: float) -> float | None:
        """The window to read with; None where there is no room for any. The cache goes first, as in the daemon."""
        longest_s = WINDOWS_S[0]
        memory = self._memory()
        if memory is None or fits(memory, self._demand, min(seconds, longest_s)):
            return longest_s
        return self._shorter_window(seconds, float("inf"))

    def _shorter_window(self, seconds: float, below_s: float) -> float | None:
        self._empty_cache()
        memory = self._memory()
        return None if memory is None else fitting_window(memory, self._demand, seconds, below_s)

    def _memory(self) -> OwnMemory | None:
        """None without a card. A card that does not even tell its memory is sick."""
        try:
            return self._card.memory()
        except Exception as error:
            failure = describe_failure(error)
        self.broken = self._judge(failure).message
        return None

    def _empty_cache(self) -> None:
        try:
            self._card.empty_cache()
            return
        except Exception as error:
            failure = describe_failure(error)
        if self._judge(failure).fault != "oom":
            self.broken = failure.type_name


def languages_of(model: str) -> tuple[str, ...]:
    """Empty for a model that nobody here knows: its engine refuses what it can't do."""
    if "canary" in model:
        return LANGUAGES_OF_CANARY
    return ("en",) if model.endswith(".en") else ()


def group_alike(sounds: Sequence[Sound], longest_s: float) -> list[list[int]]:
    """Numbers of those that one pass can read: short enough, still awaited, with the same wishes; two at least."""
    now_s = time.time()
    groups: dict[Wishes, list[int]] = {}
    for number, sound in enumerate(sounds):
        if sound.seconds <= longest_s and sound.until_s >= now_s:
            groups.setdefault(sound.wishes, []).append(number)
    return [numbers for numbers in groups.values() if len(numbers) > 1]


def read_together(engine: ReadsTogether, sounds: Sequence[Sound]) -> list[Transcript]:
    return engine.transcribe_together([to_audio(sound.pcm) for sound in sounds], _ignore, sounds[0].wishes)


def to_text(transcript: Transcript, engine_s: float) -> Text:
    return Text(transcript.written or transcript.text, transcript.segments, engine_s)


def to_audio(pcm: bytes) -> Audio:
    """s16le to what engines take."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def _ignore(_: str) -> None:
    return None


def _report(phase: str) -> None:
    print(f"replica: {phase}", file=sys.stderr, flush=True)
