"""One engine of the worker behind requests of many: room is made first, a failure never ends it. No Ray in here."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from swictation_worker.engine import SAMPLE_RATE_HZ, Audio, Card, Device, Engine, OwnMemory, Transcript
from swictation_worker.faults import Failure, classify, describe_failure, resolve_ambiguous
from swictation_worker.known_clip import read_known_clip

from .admission import WINDOWS_S, Demand, fits, fitting_window
from .heard import About, Heard, NoText, Sound, Text
from .waiting import EXTRA_S

LANGUAGES_OF_CANARY = ("en", "de", "es", "fr")
FULL = "the card has no room now"


@dataclass(frozen=True)
class _Failed:
    fault: str | None
    message: str


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
        languages = LANGUAGES_OF_CANARY if "canary" in model else ("en",)
        return About(name, model, languages, self._device, rtf, os.getpid())

    def hear(self, sounds: Sequence[Sound]) -> list[Heard]:
        """One answer for each, in order."""
        return [self._hear_one(sound) for sound in sounds]

    def _hear_one(self, sound: Sound) -> Heard:
        if self.broken is not None:
            return NoText("sick", self.broken)
        if time.time() > sound.until_s:
            return NoText("late", "nobody waits for this text any more")
        audio = to_audio(sound.pcm)
        window_s = self._make_room(sound.seconds)
        started_s = time.monotonic()
        while window_s is not None:
            result = self._try(audio, window_s, sound)
            if isinstance(result, Transcript):
                return Text(result.written or result.text, result.segments, time.monotonic() - started_s)
            if result.fault is None:
                return NoText("failed", result.message)
            if result.fault != "oom":
                self.broken = result.message
                return NoText("sick", result.message)
            window_s = self._shorter_window(sound.seconds, min(window_s, sound.seconds))
        return NoText("sick", self.broken) if self.broken is not None else NoText("full", FULL)

    def _try(self, audio: Audio, window_s: float, sound: Sound) -> Transcript | _Failed:
        """The failure is looked at outside `except`: inside, what it holds on the card is still alive."""
        try:
            self._card.start_request()
            transcript = self._engine.transcribe(audio, window_s, _ignore, sound.wishes)
            self._learn(min(sound.seconds, window_s))
            return transcript
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


def to_audio(pcm: bytes) -> Audio:
    """s16le to what engines take."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768)


def _ignore(_: str) -> None:
    return None


def _report(phase: str) -> None:
    print(f"replica: {phase}", file=sys.stderr, flush=True)
