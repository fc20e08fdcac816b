"""Canary through NeMo: the engine of the original, with precision 16 on a card.

On a card: the halved weights are mapped on the CPU and then moved, so nothing larger is ever there. Leaving the card
only lets its tensors go, since the mapped file is the master copy; nothing is read back, so it works on a sick card,
and nothing is converted, so it takes no time. On the CPU: fp32, or dynamic int8 where `[stt] cpu_engine` asks for it.
"""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable
from typing import Any, Literal

import torch

from ...card.memory import NoCard, TorchCard
from ...engine import SAMPLE_RATE_HZ, Audio, Card, Device, Engine, KnownClip, Report, Segment, Transcript, VoiceActivity
from ...errors import not_loaded
from ...known_clip import read_known_clip
from ...nursery.orders import WorkerOptions
from ...piece import is_digital_silence, pad_to
from ...spoken_form import to_spoken_form
from ...windows import cut_pieces
from .cache import Archive, NumberType, open_archive
from .model import Tensors, attach_weights, build_empty_model, quieten_nemo, transcribe_piece
from .silero import MovableSilero
from .source import find_source
from .weights import map_weights

LONGEST_S = 40.0
"""The length up to which Canary was trained (model card of nvidia/canary-1b-flash)."""
SHORTEST_S = 0.2
"""Less than two frames of the encoder; padded with silence."""
KNOWN_FROM_PARAMETERS = 100_000_000
"""A model of at least this size understands ordinary English, so the known clip tests it."""

CpuType = Literal["fp32", "int8", "fp16"]


class CanaryEngine:
    """Speech recognition by a `.nemo`. One model object, whose weights are attached for the place it is at."""

    def __init__(
        self,
        model: str | None,
        cpu_type: CpuType = "fp32",
        start_card: Callable[[], None] | None = None,
        card: str = "cuda",
    ):
        """`start_card` is called once before the first tensor goes to `card`, torch's name of the device."""
        self._wanted = model
        self._cpu_type = cpu_type
        self._start_card = start_card
        self._card = card
        self._archive: Archive | None = None
        self._label = "canary"
        self._model: Any = None
        self._attached: CpuType | None = None
        self._master: Tensors = {}
        self._device: Device | None = None

    @property
    def name(self) -> str:
        """The model's name and the number type that it computes with, as people see it."""
        return f"{self._label} {'fp16' if self._device == 'cuda' else self._cpu_type}"

    @property
    def device(self) -> Device | None:
        return self._device

    def load(self, device: Device, report: Report) -> None:
        if self._device == device:
            return
        self.place(device, report)
        report("warming")
        self._words_of(read_known_clip().audio)  # Real speech: silence would be answered without the model.

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
            raise
        self._device = device

    def drop(self) -> None:
        self._model = None
        self._master = {}
        self._device = None
        gc.collect()

    def transcribe(self, audio: Audio, window_s: float, report: Report) -> Transcript:
        if self._device == "cpu" and self._attached != self._cpu_type:
            self._stay_on_cpu(self._open(report), report)
        segments = []
        for start, piece in cut_pieces(audio, min(window_s, LONGEST_S)):
            report("decoding")
            text = self._words_of(piece)
            if text:
                start_s = start / SAMPLE_RATE_HZ
                segments.append(Segment(start_s, start_s + len(piece) / SAMPLE_RATE_HZ, text))
        return Transcript(" ".join(segment.text for segment in segments), tuple(segments))

    def known_clip(self) -> KnownClip | None:
        """Only for a model of full size: a tiny one, or one that is not loaded, is not known to understand it."""
        if self._model is None:
            return None
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
        self._master = self._attach(archive, "fp16", report)
        report("moving")
        self._model.to(self._card)

    def _leave_card(self) -> None:
        """At once: the mapped weights take the place of those on the card. What the CPU computes with is attached
        when a request asks for it; on its way off a full card nothing is read or converted."""
        attach_weights(self._model, self._master)

    def _stay_on_cpu(self, archive: Archive, report: Report) -> None:
        self._master = {}
        self._attach(archive, "fp16" if self._cpu_type == "fp16" else "fp32", report)
        if self._cpu_type == "int8":
            report("quantizing")
            self._model = quantize(self._model)
            self._attached = "int8"

    def _attach(self, archive: Archive, number_type: NumberType, report: Report) -> Tensors:
        """Mapped weights of one number type become the model's own; those of the place it leaves are let go."""
        quieten_nemo()
        report("reading")
        weights = map_weights(archive, number_type, report)
        if self._model is None or self._attached == "int8":
            self._model = None
            self._model = build_empty_model(archive)
        attach_weights(self._model, weights)
        self._model.half() if number_type == "fp16" else self._model.float()
        self._attached = number_type
        return weights

    def _words_of(self, piece: Audio) -> str:
        if self._model is None:
            raise not_loaded("speech")
        if is_digital_silence(piece):
            return ""
        padded = pad_to(piece, SHORTEST_S)
        return to_spoken_form(transcribe_piece(self._model, padded))


def quantize(model: Any) -> Any:
    """Linear layers with int8 weights, activations quantized as they come (torch's dynamic quantization)."""
    convert: Any = torch.ao.quantization.quantize_dynamic
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Deprecated in torch, but present in the pinned release.
        return convert(model, {torch.nn.Linear}, dtype=torch.qint8, inplace=True)


def open_canary(options: WorkerOptions, role: str) -> tuple[Engine, VoiceActivity, Card]:
    """The parts of a worker with Canary; nothing is loaded, and no card is touched, before the first `load`."""
    torch.set_num_threads(options.threads or 1)
    cpu_type: CpuType = "int8" if options.engine == "canary-int8" else "fp32"
    if role == "cpu" or options.device == "cpu":
        hide_card()
        return CanaryEngine(options.model, cpu_type), MovableSilero(None), NoCard()
    card = TorchCard(torch)
    start = once(card.measure_context)
    return CanaryEngine(options.model, cpu_type, start), MovableSilero(start), card


def hide_card() -> None:
    """NeMo's base class asks for the current card where it is built, which would start a context of 300 MB there, on
    a card that this worker is meant to leave alone and that may be sick. To be called before anything asks."""
    os.environ["CUDA_VISIBLE_DEVICES"] = ""


def once(action: Callable[[], None]) -> Callable[[], None]:
    """`action` until it has succeeded one time; after that, nothing."""
    done = False

    def run() -> None:
        nonlocal done
        if not done:
            action()
            done = True

    return run
