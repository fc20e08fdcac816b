"""Canary through NeMo: the engine of the original, with precision 16 on a card.

On a card: the halved weights are mapped on the CPU and then moved, so nothing larger is ever there. Leaving the card
only lets its tensors go, since the mapped file is the master copy; nothing is read back, so it works on a sick card,
and nothing is converted, so it takes no time. On the CPU: fp32, or dynamic int8 where `[stt] cpu_engine` asks for it.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any, Literal

from ...card.ability import CardAbility, CardType
from ...engine import PLAIN, SAMPLE_RATE_HZ, Audio, Device, KnownClip, Report, Segment, Transcript, Wishes
from ...errors import WrongResult, not_loaded
from ...known_clip import is_close, read_known_clip, read_own_clip
from ...language import kept_form, plain_form
from ...piece import is_digital_silence, pad_to
from ...sentence_end import ends_sentence
from ...spoken_form import to_spoken_form
from ...windows import cut_pieces
from ..runaway import ran_away, stop_running
from ..vocabulary import likely_names
from .boosting import only_puts_names, raising
from .cache import Archive, NumberType, open_archive
from .card_type import describe_flaw, preferred_type, remember_type
from .languages import require_languages
from .model import (
    TOKENS_BEYOND,
    Tensors,
    attach_weights,
    build_empty_model,
    move_weights,
    quieten_nemo,
    transcribe_piece,
    transcribe_pieces,
)
from .quantize import quantize
from .source import find_source
from .weights import DTYPE_OF, map_weights, replace_damaged

LONGEST_S = 40.0
"""The length up to which Canary was trained (model card of nvidia/canary-1b-flash)."""
SHORTEST_S = 0.2
"""Less than two frames of the encoder; padded with silence."""
SHORTEST_HALVED_S = 2.0
"""A decoder that does not stop is given less at once, down to this; then the end that repeats itself is cut off."""
HALVED_SHARE = 0.75
"""Of a piece, the longest part of the two or three that it is halved into: the cut is to fall into a rest."""
KNOWN_FROM_PARAMETERS = 100_000_000
"""A model of at least this size understands ordinary English, so the known clip tests it."""

CpuType = Literal["fp32", "int8", "fp16"]


class CanaryEngine:
    """Speech recognition by a `.nemo`. One model object, whose weights are attached for the place it is at."""

    longest_together_s = LONGEST_S

    def __init__(
        self,
        model: str | None,
        cpu_type: CpuType = "fp32",
        start_card: Callable[[], None] | None = None,
        card: str = "cuda",
        ability: Callable[[], CardAbility] = CardAbility,
        wishes: Wishes = PLAIN,
    ):
        """`wishes`: what will be asked for; a model that can't do it is not loaded. `start_card` is called once before
        the first tensor goes to `card`, torch's name of the device; `ability` is asked after it for what that card
        computes with."""
        self._wanted = model
        self._expected = wishes
        self._cpu_type = cpu_type
        self._start_card = start_card
        self._card = card
        self._ability = ability
        self._card_type: CardType | None = None
        self._archive: Archive | None = None
        self._label = "canary"
        self._model: Any = None
        self._attached: CpuType | NumberType | None = None
        self._master: Tensors = {}
        self._device: Device | None = None

    @property
    def name(self) -> str:
        """The model's name and the number type that it computes with, as people see it."""
        return f"{self._label} {self._card_type if self._device == 'cuda' else self._cpu_type}"

    @property
    def device(self) -> Device | None:
        return self._device

    def load(self, device: Device, report: Report) -> None:
        """Ready means: known speech has given its known words there. Raises `WrongResult` for a card that computes
        wrongly in every number type that it has, `Refused` for a model that is wrong on the CPU as well."""
        if self._device == device:
            return
        self.place(device, report)
        flaw = self._find_flaw(report)
        if flaw is not None and self._replace_damaged(device, report):
            flaw = self._find_flaw(report)
        if flaw is not None and device == "cuda":
            flaw = self._try_other_type(flaw, report)
        if flaw is not None:
            archive = self._open(report)
            self.drop()
            raise describe_flaw(archive, device, flaw)

    def _find_flaw(self, report: Report) -> str | None:
        """What is wrong with how the model computes where it is now, found with real speech: silence would be answered
        without the model. This is its warm-up as well."""
        report("warming")
        clip = self.known_clip()
        try:
            heard = to_spoken_form(self._words_of((clip or read_known_clip()).audio))
        except WrongResult as wrong:
            return str(wrong)
        return None if clip is None or is_close(heard, clip.words) else "the known clip did not give its known words"

    def _replace_damaged(self, device: Device, report: Report) -> bool:
        """Whether the weights in use were not those that had been written: they are then made again, and placed."""
        if not replace_damaged(self._open(report), self._number_type_on(device), report):
            return False
        report("replacing damaged weights")
        self.drop()
        self.place(device, report)
        return True

    def _try_other_type(self, flaw: str, report: Report) -> str | None:
        """fp16 overflows, or is broken on some cards, where bf16 is not. What is wrong with the last type tried."""
        archive = self._open(report)
        ability = self._ability()
        for other in [one for one in ability.types if one != self._card_type]:
            report(f"{self._card_type} computes wrongly here, trying {other}")
            self.drop()
            self._card_type = other
            self.place("cuda", report)
            found = self._find_flaw(report)
            if found is None:
                remember_type(archive, ability, other)
                return None
            flaw = found
        return flaw

    def _number_type_on(self, device: Device) -> NumberType:
        if device == "cuda":
            return self._card_type or "fp16"
        return "fp16" if self._cpu_type == "fp16" else "fp32"

    def place(self, device: Device, report: Report) -> None:
        if self._device == device:
            return
        archive = self._open(report)
        leaves_card, self._device = self._device == "cuda", None
        try:
            if device == "cuda":
                self._move_to_card(archive, report)
            elif leaves_card:
                self._leave_card()
            else:
                self._stay_on_cpu(archive, report)
        except BaseException:
            self._model = None  # Half of it may be on the card: the next place builds it anew.
            gc.collect()  # A model holds itself in circles.
            raise
        self._device = device

    def drop(self) -> None:
        self._model = None
        self._master = {}
        self._device = None
        gc.collect()

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        self._attach_for_cpu(report)
        heard = []
        for start, piece in cut_pieces(audio, min(window_s, LONGEST_S)):
            report("decoding")
            heard.append((start, len(piece), self._words_of(piece, wishes)))
        return assemble(heard, wishes)

    def transcribe_together(self, sounds: Sequence[Audio], report: Report, wishes: Wishes = PLAIN) -> list[Transcript]:
        """Silence is not given to the model, and what runs away is read again alone."""
        if self._model is None:
            raise not_loaded("speech")
        self._attach_for_cpu(report)
        report("decoding")
        spoken = [number for number, sound in enumerate(sounds) if not is_digital_silence(sound)]
        pieces = [pad_to(sounds[number], SHORTEST_S) for number in spoken]
        texts = transcribe_pieces(self._model, pieces, wishes) if pieces else []
        heard = dict(zip(spoken, texts, strict=True))
        transcripts = []
        for number, sound in enumerate(sounds):
            text = tidy(heard.get(number, ""), wishes)
            if ran_away(text, len(sound) / SAMPLE_RATE_HZ):
                text = self._words_of(sound, wishes)
            transcripts.append(assemble([(0, len(sound), text)], wishes))
        return transcripts

    def _attach_for_cpu(self, report: Report) -> None:
        if self._device == "cpu" and self._attached != self._cpu_type:
            self._stay_on_cpu(self._open(report), report)

    def known_clip(self) -> KnownClip | None:
        """The archive's own, else the shipped one for a model of full size: a tiny one, or one that is not loaded, is
        not known to understand it."""
        if self._model is None or self._archive is None:
            return None
        own = read_own_clip(self._archive.parts)
        if own is not None:
            return own
        size = sum(parameter.numel() for parameter in self._model.parameters())
        return read_known_clip() if size >= KNOWN_FROM_PARAMETERS else None

    def _open(self, report: Report) -> Archive:
        if self._archive is None:
            source = find_source(self._wanted)
            self._archive = open_archive(source.path, report)
            self._label = source.name
            megabytes = self._archive.size_bytes / 1_000_000
            report(f"reading {source.name} {megabytes:.0f} MB sha256 {self._archive.sha256[:12]}")
        return self._archive

    def _move_to_card(self, archive: Archive, report: Report) -> None:
        if self._start_card is not None:
            report("starting the card")
            self._start_card()
        self._card_type = self._card_type or preferred_type(archive, self._ability())
        self._master = self._attach(archive, self._card_type, report)
        move_weights(self._model, self._card, report)

    def _leave_card(self) -> None:
        """At once: the mapped weights take the place of those on the card. What the CPU computes with is attached
        when a request asks for it; on its way off a full card nothing is read or converted."""
        attach_weights(self._model, self._master)

    def _stay_on_cpu(self, archive: Archive, report: Report) -> None:
        self._master = {}
        self._attach(archive, self._number_type_on("cpu"), report)
        if self._cpu_type == "int8":
            report("quantizing")
            self._model = quantize(self._model)
            self._attached = "int8"

    def _attach(self, archive: Archive, number_type: NumberType, report: Report) -> Tensors:
        """Mapped weights of one number type become the model's own; those of the place it leaves are let go."""
        quieten_nemo()
        if self._model is None or self._attached == "int8":
            self._model = None
            self._model = build_empty_model(archive, report)
            require_languages(self._label, self._model.tokenizer, self._expected)
        report("reading")
        weights = map_weights(archive, number_type, report, self._model)
        attach_weights(self._model, weights)
        self._model.to(DTYPE_OF[number_type])
        attach_weights(self._model, weights)  # What was cast just now belongs to a computation in fp32.
        self._attached = number_type
        return weights

    def _words_of(self, piece: Audio, wishes: Wishes = PLAIN) -> str:
        """As the model writes it."""
        if self._model is None:
            raise not_loaded("speech")
        text = self._decode(piece, wishes)
        seconds = len(piece) / SAMPLE_RATE_HZ
        if ran_away(text, seconds):
            return self._words_of_halves(piece, text, wishes)
        names = likely_names(text, wishes.vocabulary) if text and wishes.vocabulary else []
        return self._expecting(names, piece, text, wishes) if names else text

    def _expecting(self, names: list[str], piece: Audio, text: str, wishes: Wishes) -> str:
        """The piece once more with these names raised, where that only puts them in the place of words."""
        written = names if wishes.written else [plain_form(name, wishes.text_language) for name in names]
        with raising(self._model, written, wishes.text_language, TOKENS_BEYOND):
            again = self._decode(piece, wishes)
        believed = only_puts_names(text, again, written) and not ran_away(again, len(piece) / SAMPLE_RATE_HZ)
        return again if believed else text

    def _words_of_halves(self, piece: Audio, text: str, wishes: Wishes) -> str:
        """Decoding is greedy, so the same audio runs away again: other audio is what is left to try."""
        seconds = len(piece) / SAMPLE_RATE_HZ
        if seconds < SHORTEST_HALVED_S:
            return stop_running(text, seconds)
        halves = [half for _, half in cut_pieces(piece, max(SHORTEST_HALVED_S / 2, seconds * HALVED_SHARE))]
        texts = [self._decode(half, wishes) for half in halves]
        ends = [stop_running(each, len(half) / SAMPLE_RATE_HZ) for each, half in zip(texts, halves, strict=True)]
        return " ".join(filter(None, ends))

    def _decode(self, piece: Audio, wishes: Wishes) -> str:
        if is_digital_silence(piece):
            return ""
        return tidy(transcribe_piece(self._model, pad_to(piece, SHORTEST_S), wishes), wishes)


def tidy(text: str, wishes: Wishes) -> str:
    """What the model wrote, with its signs where they are wished for."""
    return " ".join(text.split()) if wishes.written else plain_form(text, wishes.text_language)


def assemble(heard: Sequence[tuple[int, int, str]], wishes: Wishes) -> Transcript:
    """Of pieces: first sample, samples, what was heard in them."""
    language = wishes.text_language
    segments = []
    written = []
    for start, samples, words in heard:
        text = plain_form(words, language)
        if text:
            start_s = start / SAMPLE_RATE_HZ
            segments.append(Segment(start_s, start_s + samples / SAMPLE_RATE_HZ, text))
            written.append(kept_form(words, language))
    spoken = " ".join(segment.text for segment in segments)
    if not wishes.written:
        return Transcript(spoken, tuple(segments))
    whole = " ".join(written)
    return Transcript(spoken, tuple(segments), ends_sentence(whole), None, whole)
