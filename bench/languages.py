"""Word errors of Whisper base in German, Spanish and French, the language pinned, on synthetic voices (espeak-ng).

These voices are harder than a person: the figures tell one version of the program from another, and nothing of people.
`bench/languages.py [FOLDER]`: the weights, by default where `swictation setup --languages` puts them.
"""

from __future__ import annotations

import os
import re
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
from swictation_worker.language import plain_form

VOICES = {"de": ("de", "de+m3", "de+f2"), "es": ("es", "es-419", "es+m3"), "fr": ("fr-fr", "fr-be", "fr-fr+m3")}
SENTENCES = {
    "de": (
        "Guten Morgen, ich möchte einen Termin für nächsten Dienstag vereinbaren.",
        "Die Lieferung kommt am vierten März um neun Uhr.",
        "Das Wetter ist heute sehr schön und wir gehen in den Park.",
        "Meine Schwester wohnt seit drei Jahren in einer kleinen Stadt.",
        "Wir haben gestern Abend einen guten Film gesehen.",
        "Der Zug nach Hamburg fährt von Gleis sieben ab.",
        "Vielen Dank für Ihre Hilfe und bis morgen.",
        "Im Garten stehen zwei alte Bäume und eine Bank.",
    ),
    "es": (
        "Buenos días, quisiera pedir una cita para el próximo martes.",
        "El tren sale a las nueve y media de la mañana.",
        "Hoy hace muy buen tiempo y vamos al parque.",
        "Mi hermana vive desde hace tres años en una ciudad pequeña.",
        "Ayer por la noche vimos una película muy buena.",
        "Muchas gracias por su ayuda y hasta mañana.",
        "En el jardín hay dos árboles viejos y una mesa.",
        "La casa de mi abuela está cerca del mar.",
    ),
    "fr": (
        "Bonjour, je voudrais prendre rendez-vous pour mardi prochain.",
        "Le train part à neuf heures et demie du matin.",
        "Il fait très beau aujourd'hui et nous allons au parc.",
        "Ma sœur habite depuis trois ans dans une petite ville.",
        "Hier soir nous avons vu un très bon film.",
        "Merci beaucoup pour votre aide et à demain.",
        "Dans le jardin il y a deux vieux arbres et une table.",
        "La maison de ma grand-mère est près de la mer.",
    ),
}
WORDS_PER_MINUTE = "135"


def say(text: str, voice: str, folder: str) -> Audio:
    path = f"{folder}/said.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", WORDS_PER_MINUTE, "-w", path, text], check=True)
    with wave.open(path) as file:
        rate = file.getframerate()
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    at = np.arange(0, len(pcm) - 1, rate / 16_000)
    return np.interp(at, np.arange(len(pcm)), pcm).astype(np.float32)


def words_in(text: str, language: str) -> list[str]:
    return re.sub("[-']", " ", plain_form(text, language)).split()


def main() -> None:
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    folder = sys.argv[1] if len(sys.argv) > 1 else f"{data}/swictation/models/whisper-base"
    engine = EmbeddedEngine(2, folder)
    engine.load("cpu", lambda _: None)
    print(f"{engine.name}; synthetic voices (espeak-ng), the language pinned")
    with tempfile.TemporaryDirectory() as scratch:
        for language, sentences in SENTENCES.items():
            for voice in VOICES[language]:
                wrong = words = 0
                started_s = time.monotonic()
                for text in sentences:
                    wishes = Wishes(language=language, written=True)
                    heard = engine.transcribe(say(text, voice, scratch), 28.0, lambda _: None, wishes)
                    wanted = words_in(text, language)
                    wrong += edits(wanted, words_in(heard.text, language))
                    words += len(wanted)
                    if voice == VOICES[language][0]:
                        print(f"    {heard.written}")
                ms = (time.monotonic() - started_s) * 1_000 / len(sentences)
                print(f"{language} {voice:>10}: {wrong} of {words} words wrong, {ms:.0f} ms a sentence", flush=True)


if __name__ == "__main__":
    main()
