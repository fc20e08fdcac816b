"""No speech in, no text out: what a microphone gives when no one speaks, at several levels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from daemon_side import DaemonSide
from speech import to_pcm
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio

Sound = Callable[[int, np.random.Generator], Audio]


def silence(samples: int, _: np.random.Generator) -> Audio:
    return np.zeros(samples, np.float32)


def white_noise(samples: int, random: np.random.Generator) -> Audio:
    return np.asarray(random.standard_normal(samples) / 3, np.float32)


def brown_noise(samples: int, random: np.random.Generator) -> Audio:
    walk = np.cumsum(random.standard_normal(samples))
    drift = np.convolve(walk, np.ones(801) / 801, mode="same")
    return np.asarray((walk - drift) / np.abs(walk - drift).max(), np.float32)


def hum(samples: int, _: np.random.Generator) -> Audio:
    t = np.arange(samples) / SAMPLE_RATE_HZ
    return np.asarray(sum(np.sin(2 * np.pi * 50 * k * t) / k for k in (1, 2, 3, 5)) / 2, np.float32)


def clicks(samples: int, random: np.random.Generator) -> Audio:
    """A keyboard: short bursts of noise a few times a second."""
    audio = np.zeros(samples, np.float32)
    for start in random.integers(0, max(1, samples - 200), size=max(1, samples // 4_000)):
        burst = random.standard_normal(160) * np.exp(-np.arange(160) / 30)
        audio[start : start + 160] += burst[: samples - start].astype(np.float32) / 3
    return audio


def breathing(samples: int, random: np.random.Generator) -> Audio:
    """Soft noise that comes and goes, three seconds a breath."""
    t = np.arange(samples) / SAMPLE_RATE_HZ
    soft = np.convolve(random.standard_normal(samples), np.ones(6) / 6, mode="same")
    return np.asarray(soft * np.clip(np.sin(2 * np.pi * t / 3), 0, 1) ** 2, np.float32)


def fan(samples: int, random: np.random.Generator) -> Audio:
    t = np.arange(samples) / SAMPLE_RATE_HZ
    rush = np.convolve(random.standard_normal(samples), np.ones(24) / 24, mode="same")
    blades = 0.3 * np.sin(2 * np.pi * 120 * t) + 0.1 * np.sin(2 * np.pi * 240 * t)
    return np.asarray((rush + blades) / 2, np.float32)


def tone(samples: int, _: np.random.Generator) -> Audio:
    return np.asarray(np.sin(2 * np.pi * 440 * np.arange(samples) / SAMPLE_RATE_HZ), np.float32)


def constant(samples: int, _: np.random.Generator) -> Audio:
    return np.full(samples, 0.5, np.float32)


SOUNDS = [silence, white_noise, brown_noise, hum, clicks, breathing, fan, tone, constant]
SYLLABLES_TEXT = "bar den fel gor hin jas kel lom mir nus por qua rin sta tov ula ver wex yan zil"
SYLLABLES = SYLLABLES_TEXT.split()
VOCABULARY = [first.capitalize() + second for first in SYLLABLES for second in SYLLABLES[:10]]


@pytest.fixture(scope="module")
def cpu(shared_daemon: DaemonSide) -> str:
    identity = shared_daemon.fork("cpu", 1)
    shared_daemon.load(identity)
    return identity


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("level", [1.0, 0.1, 0.003])
@pytest.mark.parametrize("seconds", [0.3, 2.0, 8.0])
def test_no_speech_gives_no_text(
    shared_daemon: DaemonSide, cpu: str, sound: Sound, level: float, seconds: float
) -> None:
    audio = level * sound(int(seconds * SAMPLE_RATE_HZ), np.random.default_rng(7))
    answer = shared_daemon.transcribe(cpu, to_pcm(audio))
    assert answer["text"] == ""
    assert answer["segments"] == []


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("seconds", [0.3, 2.0, 8.0])
def test_a_vocabulary_of_200_names_is_not_heard_in_it(
    shared_daemon: DaemonSide, cpu: str, sound: Sound, seconds: float
) -> None:
    assert len(VOCABULARY) == 200
    audio = 0.1 * sound(int(seconds * SAMPLE_RATE_HZ), np.random.default_rng(11))
    assert shared_daemon.transcribe(cpu, to_pcm(audio), vocabulary=VOCABULARY)["text"] == ""
