"""The embedded engine beside a modelled card: real words, arithmetic memory, faults on request.

What a real GPU worker does to its card is done to the model: a context at the first call, weights in a few
large blocks, activations that grow with the audio, a cache that keeps them. Faults are the exceptions that
PyTorch raises, word for word, so that they take the same way as real ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from ..engine import (
    SAMPLE_RATE_HZ,
    Audio,
    Device,
    Engine,
    KnownClip,
    OwnMemory,
    Report,
    SimChange,
    Transcript,
)
from ..errors import Refused
from ..sim_card import BYTES_PER_MB, MIB, Block, OutOfMemoryError, SimCard, SimWorld
from .silero import Silero

WEIGHT_BLOCKS = 8
ACTIVATION_SHARES = (0.5, 0.3, 0.2)
LEAK_STEP_BYTES = MIB // 2
HANG_STEP_S = 3_600.0
EXIT_CODE_OF_DEATH = 70

T = TypeVar("T")


class SimulatedError(RuntimeError):
    """Carries ``error_code`` as torch's AcceleratorError does."""

    def __init__(self, text: str, error_code: int | None = None) -> None:
        super().__init__(text)
        self.error_code = error_code


ERRORS: Mapping[str, tuple[str, int | None]] = {
    "ambiguous": (
        "CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx( handle, ...)`",
        None,
    ),
    "sticky": ("CUDA error: unspecified launch failure", 719),
    "driver_gone": ("CUDA error: unknown error", 999),
    "config": ("CUDA error: no kernel image is available for execution on the device", 209),
}
POISONING = ("sticky", "driver_gone", "config")
"""After one of these every further call of the process fails the same way."""


class SimulatedCard:
    """``Card`` over the arithmetic of ``SimCard``, with faults, a leak and a driver that can go."""

    def __init__(self, world: SimWorld, clock_s: Callable[[], float] = time.monotonic) -> None:
        self.world = world
        self._card = SimCard(world)
        self._clock_s = clock_s
        self._active_before = 0
        self._next_fault: str | None = None
        self._poison: str | None = None
        self._leak_bytes_per_s = 0.0
        self._leaked_until_s = clock_s()
        self._leak: list[Block] = []

    def call(self) -> None:
        """What every kernel launch goes through: the poison of an earlier fault, then a fault in waiting."""
        self._raise_poison()
        fault, self._next_fault = self._next_fault, None
        if fault is None:
            self._card.create_context()
            return
        if fault in POISONING:
            self._poison = fault
        _fail(fault)

    def allocate(self, size_mb: float) -> Block:
        return self._card.allocate(int(size_mb * BYTES_PER_MB))

    def free(self, blocks: list[Block]) -> None:
        while blocks:
            self._card.free(blocks.pop())

    def memory(self) -> OwnMemory:
        self._raise_poison()
        self._leak_on()
        card = self._card
        return OwnMemory(
            total_mb=card.total() / BYTES_PER_MB,
            free_mb=card.driver_free() / BYTES_PER_MB,
            context_mb=card.context / BYTES_PER_MB,
            allocated_mb=card.active() / BYTES_PER_MB,
            active_mb=card.active() / BYTES_PER_MB,
            reserved_mb=card.reserved() / BYTES_PER_MB,
            inactive_split_mb=card.inactive_split() / BYTES_PER_MB,
            largest_free_mb=card.largest_free() / BYTES_PER_MB,
            alloc_retries=card.retries,
            peak_mb=card.peak / BYTES_PER_MB,
            simulated=True,
        )

    def empty_cache(self) -> None:
        self._raise_poison()
        self._card.empty_cache()

    def start_request(self) -> None:
        self._leak_on()
        self._card.reset_peak()
        self._active_before = self._card.active()

    def need_mb(self) -> float:
        return max(0, self._card.peak - self._active_before) / BYTES_PER_MB

    def check(self) -> None:
        self._raise_poison()

    def probe(self, size_mb: float) -> None:
        self.call()
        self._card.free(self.allocate(size_mb))

    def change(self, change: SimChange) -> None:
        if change.others_mb is not None:
            self._card.others = int(change.others_mb * BYTES_PER_MB)
        if change.fault is not None:
            self._next_fault = change.fault
        if change.leak_mb_per_min is not None:
            self._leak_on()
            self._leak_bytes_per_s = change.leak_mb_per_min * BYTES_PER_MB / 60
        if change.driver is not None:
            self._change_driver(gone=change.driver == "gone")

    def _change_driver(self, gone: bool) -> None:
        """A context that lived while the driver went stays dead; a process without one starts afresh."""
        if gone:
            self._poison = "driver_gone"
        elif not self._card.context:
            self._poison = None

    def _leak_on(self) -> None:
        """Lets what leaked since the last look take its memory; a full card stops it, as it would."""
        now_s = self._clock_s()
        due = int((now_s - self._leaked_until_s) * self._leak_bytes_per_s) // LEAK_STEP_BYTES
        if self._leak_bytes_per_s == 0:
            self._leaked_until_s = now_s
        if due <= 0:
            return
        self._leaked_until_s += due * LEAK_STEP_BYTES / self._leak_bytes_per_s
        try:
            self._leak.extend(self._card.allocate(LEAK_STEP_BYTES) for _ in range(due))
        except OutOfMemoryError:
            return

    def _raise_poison(self) -> None:
        if self._poison is not None:
            _fail(self._poison)


class SimEngine:
    """``Engine`` whose words come from the embedded engine and whose memory is the card's."""

    def __init__(self, real: Engine, card: SimulatedCard) -> None:
        self._real = real
        self._card = card
        self._weights: list[Block] = []
        self._device: Device | None = None

    @property
    def name(self) -> str:
        return f"{self._real.name} (simulated card)"

    @property
    def device(self) -> Device | None:
        return self._device

    def load(self, device: Device, report: Report) -> None:
        """The host copy is the master; it is read once and stays."""
        self._real.load("cpu", report)
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if self._real.device is None:
            raise Refused("not_loaded", "the speech model is not loaded: send load first")
        if device == "cuda" and not self._weights:
            report("moving")
            self._card.call()
            size_mb = self._card.world.stt_mb / WEIGHT_BLOCKS
            _allocate_all(self._card, self._weights, [size_mb] * WEIGHT_BLOCKS)
        if device == "cpu":
            self._card.free(self._weights)
        self._device = device

    def drop(self) -> None:
        self._card.free(self._weights)
        self._real.drop()
        self._device = None

    def transcribe(self, audio: Audio, window_s: float, report: Report) -> Transcript:
        if self._device != "cuda":
            return self._real.transcribe(audio, window_s, report)
        self._card.call()
        activations: list[Block] = []
        try:
            _allocate_all(self._card, activations, self._activation_sizes(audio, window_s))
            return self._real.transcribe(audio, window_s, report)
        finally:
            self._card.free(activations)

    def known_clip(self) -> KnownClip | None:
        return self._real.known_clip()

    def _activation_sizes(self, audio: Audio, window_s: float) -> list[float]:
        """One workspace, and what grows with the longest piece that is given to the model at once."""
        world = self._card.world
        growing_mb = min(len(audio) / SAMPLE_RATE_HZ, window_s) * world.activation_mb_per_s
        sizes = [world.activation_base_mb, *(growing_mb * share for share in ACTIVATION_SHARES)]
        return [size for size in sizes if size > 0]


class SimVoiceActivity:
    """Silero on the processor, its tensors on the modelled card while it is placed there."""

    def __init__(self, card: SimulatedCard) -> None:
        self._real = Silero()
        self._card = card
        self._tensors: list[Block] = []
        self._device: Device | None = None

    @property
    def device(self) -> Device | None:
        return self._device

    def load(self, device: Device, report: Report) -> None:
        self._real.load("cpu", report)
        self.place(device, report)

    def place(self, device: Device, report: Report) -> None:
        if self._real.device is None:
            raise Refused("not_loaded", "the voice-activity model is not loaded: send load first")
        if device == "cuda" and not self._tensors:
            report("moving")
            self._card.call()
            _allocate_all(self._card, self._tensors, [self._card.world.vad_mb])
        if device == "cpu":
            self._card.free(self._tensors)
        self._device = device

    def drop(self) -> None:
        self._card.free(self._tensors)
        self._real.drop()
        self._device = None

    def score(self, frames: Audio, state: bytes | None) -> tuple[list[float], bytes]:
        if self._device == "cuda":
            self._card.call()
        return self._real.score(frames, state)


def open_sim(real: Engine, world: SimWorld | None) -> tuple[SimEngine, SimVoiceActivity, SimulatedCard]:
    """The three parts of a worker on one modelled card; raises ``Refused`` without a world."""
    if world is None:
        raise Refused("no_world", "engine sim needs options.sim with at least total_mb")
    card = SimulatedCard(world)
    return SimEngine(real, card), SimVoiceActivity(card), card


def _allocate_all(card: SimulatedCard, blocks: list[Block], sizes_mb: list[float]) -> None:
    """All or nothing: a card that fills up in the middle gets the first blocks back."""
    try:
        for size_mb in sizes_mb:
            blocks.append(card.allocate(size_mb))
    except OutOfMemoryError:
        card.free(blocks)
        raise


def _fail(fault: str) -> None:
    if fault == "dead":
        os._exit(EXIT_CODE_OF_DEATH)
    if fault == "oom":
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 64.00 MiB. (an injected fault)")
    while fault == "hang":
        time.sleep(HANG_STEP_S)
    text, code = ERRORS[fault]
    raise SimulatedError(text, code)
