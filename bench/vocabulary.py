"""How many made-up names become text with and without `[stt] vocabulary`, on synthetic voices (espeak-ng, flite).

Prints recall, errors of the other words, and the time of a sentence, side by side.
`bench/vocabulary.py [ENTRIES [all | held-out]]`: the list is filled up with other names to this many entries. `all`:
each name by each voice. `held-out`: names, sentences and voices that no constant was chosen with.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1] / "py-worker"))

from swictation_worker.engine import Audio, Wishes
from swictation_worker.engines.vocabulary import edits
from swictation_worker.engines.whisper.embedded import EmbeddedEngine

NAMES_TEXT = (
    "Zorvani Kelmora Tresquin Vandelor Mirabeck Oskarion Plentara Quorvex Belthane Drussila "
    "Fennimore Galvatrix Hesperon Ivandale Jorrick Kestraline Lumeria Morvath Nexaflow Ostravel "
    "Pyrelius Quendris Ravenholt Solandra Tibruna Ulmarek Vexoria Wyndale Xantheon Yorvick "
    "Zephrina Altemira Brontavia Corsivex Dalmoria Estrivan Folgari Grendova Hyzenthal Ilvermont "
)
NAMES = NAMES_TEXT.split()
SENTENCES = (
    "please send the report to {} before friday",
    "we met {} at the station in the morning",
    "the new version of {} was installed yesterday",
    "I think that {} is the right answer",
    "could you ask {} about the garden",
)
VOICES = (
    ("espeak-ng", "-v", "en-us", "-s", "150", "-w"),
    ("espeak-ng", "-v", "en-gb", "-s", "150", "-w"),
    ("flite", "-voice", "slt", "-o"),
    ("flite", "-voice", "rms", "-o"),
)
HELD_OUT_TEXT = (
    "Abrenzo Calvessa Dorimund Elspara Fintavel Gorlemain Hestivar Iskandre Jolvenne Kirastor "
    "Lavendrik Melquora Nordavi Orvantes Paskaline Quillimar Rostaveen Selmandra Tarquessa Umbrielle "
    "Valtorian Westalor Ximarella Yelvano Zandrique Arkelime Boravel Crestovan Delphinor Evantrix "
    "Farolith Gimaldi Havornel Istravane Kolvarin Lumistrel Marenka Nelvoso Pendragore Vistarion "
)
HELD_OUT_SENTENCES = (
    "the letter from {} arrived this week",
    "let us ask {} before we begin",
    "everybody at {} has read the plan",
    "there is a new office of {} in the city",
)
HELD_OUT_VOICES = (
    ("espeak-ng", "-v", "en-gb-scotland+m3", "-s", "145", "-w"),
    ("espeak-ng", "-v", "en-us+f3", "-s", "155", "-w"),
    ("flite", "-voice", "awb", "-o"),
    ("flite", "-voice", "kal16", "-o"),
)
SYLLABLES_TEXT = "bar den fel gor hin jas kel lom mir nus por qua rin sta tov ula ver wex yan zil "
SYLLABLES = SYLLABLES_TEXT.split()


def speak(voice: tuple[str, ...], text: str, folder: str) -> Audio:
    path = f"{folder}/said.wav"
    say = ["-t", text] if voice[0] == "flite" else [text]
    subprocess.run([voice[0], *voice[1:], path, *say], check=True, capture_output=True)
    with wave.open(path) as file:
        rate = file.getframerate()
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    at = np.arange(0, len(pcm) - 1, rate / 16_000)
    quiet = np.zeros(4_800, np.float32)
    return np.concatenate([quiet, np.interp(at, np.arange(len(pcm)), pcm).astype(np.float32), quiet])


def errors_beside(said: str, heard: str, name: str) -> int:
    """Word errors without the name: the words of the sentence that are missing from the text."""
    left = heard.split()
    wrong = 0
    for word in said.lower().replace(name.lower(), "").split():
        if word in left:
            left.remove(word)
        else:
            wrong += 1
    return wrong


def main() -> None:
    entries = int(sys.argv[1]) if len(sys.argv) > 1 else len(NAMES)
    everyone = sys.argv[2:] == ["all"]
    held_out = sys.argv[2:] == ["held-out"]
    names = HELD_OUT_TEXT.split() if held_out else NAMES
    sentences = HELD_OUT_SENTENCES if held_out else SENTENCES
    random.seed(20)
    others = ["".join(random.choices(SYLLABLES, k=3)).capitalize() for _ in range(max(0, entries - len(names)))]
    engine = EmbeddedEngine(threads=2)
    engine.load("cpu", lambda _: None)
    voices = [voice for voice in (HELD_OUT_VOICES if held_out else VOICES) if shutil.which(voice[0])]
    print(f"{engine.name}, {len(names)} names, {len(voices)} voices, {len(names) + len(others)} entries")
    with tempfile.TemporaryDirectory() as folder:
        said = [(name, sentences[at % len(sentences)].format(name)) for at, name in enumerate(names)]
        # Each voice says as many of them; `all` has each name said by each voice.
        turns = [
            (at, voice) for at in range(len(said)) for voice in (voices if everyone else [voices[at % len(voices)]])
        ]
        clips = [(*said[at], speak(voice, said[at][1], folder)) for at, voice in turns]
    for label, wishes in (("off", Wishes()), ("on", Wishes(vocabulary=(*names, *others)))):
        found = near = wrong = words = 0
        started_s = time.monotonic()
        for name, text, clip in clips:
            heard = engine.transcribe(clip, 28.0, lambda _: None, wishes).text
            found += name.lower() in heard.split()
            near += any(edits(name.lower(), word) <= 1 for word in heard.split())
            wrong += errors_beside(text, heard, name)
            words += len(text.split()) - 1
        ms = (time.monotonic() - started_s) * 1_000 / len(clips)
        recall = f"recall {found}/{len(clips)} ({found / len(clips):.0%}), {near} within one letter"
        print(f"{label:>3}: {recall}; other words wrong {wrong}/{words}; {ms:.0f} ms a sentence", flush=True)


if __name__ == "__main__":
    main()
