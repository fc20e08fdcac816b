"""A pretended card under the real engine: it computes on the CPU, and the figures of `torch.cuda` are arithmetic.

The worker's own code is stepped through: `TorchCard`, `CanaryEngine`, `MovableSilero`. What a model or a request would
take of a card is taken from a model of torch's allocator (`card/sim_card.py`); what others hold counts against it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import torch

from swictation_worker.card.memory import TorchCard
from swictation_worker.card.sim_card import BYTES_PER_MB, Block, SimCard, SimWorld
from swictation_worker.engine import (
    PLAIN,
    SAMPLE_RATE_HZ,
    Audio,
    Card,
    Device,
    Engine,
    OwnMemory,
    Report,
    Transcript,
    VoiceActivity,
    Wishes,
)
from swictation_worker.engines.canary.engine import CanaryEngine, CpuType
from swictation_worker.engines.canary.opening import once
from swictation_worker.engines.canary.silero import MovableSilero
from swictation_worker.nursery.orders import WorkerOptions

from .card_folder import CardFolder, PretendedWorld

POISONED = "CUDA error: device-side assert triggered (PRETENDED card)"


class PretendedMemory:
    """The memory of this process on the card that all processes of the check share."""

    def __init__(self, folder: CardFolder, world: PretendedWorld) -> None:
        self.world = world
        self._folder = folder
        self._poisoned = False
        self.card = SimCard(SimWorld(total_mb=world.total_mb, context_mb=world.context_mb))

    def poison(self) -> None:
        self._poisoned = True
        self.touch()

    def touch(self) -> None:
        """What every call to CUDA goes through."""
        if self._poisoned:
            raise RuntimeError(POISONED)
        own = self._folder.held_mb()
        own.pop(os.getpid(), None)
        self.card.others = int((self._folder.others_mb + sum(own.values())) * BYTES_PER_MB)

    def start(self) -> None:
        self.touch()
        self.card.create_context()
        self._tell()

    def take(self, mb: float) -> Block:
        self.touch()
        try:
            return self.card.allocate(int(mb * BYTES_PER_MB))
        finally:
            self._tell()

    def give_back(self, block: Block | None) -> None:
        if block is not None:
            self.card.free(block)

    def empty_cache(self) -> None:
        self.touch()
        self.card.empty_cache()
        self._tell()

    def _tell(self) -> None:
        self._folder.hold((self.card.context + self.card.reserved()) / BYTES_PER_MB)


class PretendedCuda:
    """As much of `torch.cuda` as `TorchCard` asks for."""

    def __init__(self, memory: PretendedMemory) -> None:
        self._memory = memory

    def mem_get_info(self) -> tuple[int, int]:
        self._memory.touch()
        return self._memory.card.driver_free(), self._memory.card.total()

    def memory_stats(self) -> dict[str, int]:
        card = self._memory.card
        return {
            "reserved_bytes.all.current": card.reserved(),
            "active_bytes.all.current": card.active(),
            "active_bytes.all.peak": card.peak,
            "allocated_bytes.all.current": card.active(),
            "inactive_split_bytes.all.current": card.inactive_split(),
            "num_alloc_retries": card.retries,
        }

    def reset_peak_memory_stats(self) -> None:
        self._memory.card.reset_peak()

    def empty_cache(self) -> None:
        self._memory.empty_cache()

    def synchronize(self) -> None:
        self._memory.touch()

    def get_device_capability(self) -> tuple[int, int]:
        return (8, 6)

    def get_device_name(self) -> str:
        return "PRETENDED card"


def pretend_torch(memory: PretendedMemory) -> Any:
    """What `TorchCard` takes for torch; tensors are the CPU's."""

    def on_cpu(make: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        def run(*sizes: Any, device: str = "cuda", **options: Any) -> torch.Tensor:
            memory.start()
            return make(*sizes, **options)

        return run

    return SimpleNamespace(
        cuda=PretendedCuda(memory),
        zeros=on_cpu(torch.zeros),
        ones=on_cpu(torch.ones),
        float32=torch.float32,
        version=SimpleNamespace(cuda="none"),
        backends=SimpleNamespace(cuda=SimpleNamespace(cufft_plan_cache=[SimpleNamespace()]), cudnn=SimpleNamespace()),
        _C=SimpleNamespace(),
    )


class PretendedCard(TorchCard):
    """Its figures say that they are none of a card."""

    def memory(self) -> OwnMemory:
        return replace(super().memory(), simulated=True)


class PretendedCanary(CanaryEngine):
    """Takes of the card what a model of full size takes, and computes on the CPU."""

    def __init__(self, model: str | None, cpu_type: CpuType, memory: PretendedMemory, card: TorchCard) -> None:
        super().__init__(model, cpu_type, once(card.start), card="cpu", ability=card.ability)
        self._memory = memory
        self._weights: Block | None = None

    def place(self, device: Device, report: Report) -> None:
        super().place(device, report)
        if device == "cuda" and self._weights is None:
            try:
                self._weights = self._memory.take(self._memory.world.stt_mb)
            except RuntimeError:
                self.drop()
                raise
        elif device == "cpu":
            self._leave()

    def drop(self) -> None:
        super().drop()
        self._leave()

    def transcribe(self, audio: Audio, window_s: float, report: Report, wishes: Wishes = PLAIN) -> Transcript:
        if self.device != "cuda":
            return super().transcribe(audio, window_s, report, wishes)
        world = self._memory.world
        seconds = min(window_s, len(audio) / SAMPLE_RATE_HZ)
        block = self._memory.take(world.activation_base_mb + world.activation_mb_per_s * seconds)
        try:
            heard = super().transcribe(audio, window_s, report, wishes)
            self._memory.touch()
            return heard
        finally:
            self._memory.give_back(block)

    def _leave(self) -> None:
        block, self._weights = self._weights, None
        self._memory.give_back(block)


class PretendedSilero(MovableSilero):
    """The same for voice activity."""

    def __init__(self, start_card: Callable[[], None], memory: PretendedMemory) -> None:
        super().__init__(start_card, card="cpu")
        self._memory = memory
        self._weights: Block | None = None

    def place(self, device: Device, report: Report) -> None:
        if device == "cuda" and self._weights is None:
            self._weights = self._memory.take(self._memory.world.vad_mb)
        super().place(device, report)
        if device == "cpu":
            self.drop_from_card()

    def drop(self) -> None:
        super().drop()
        self.drop_from_card()

    def drop_from_card(self) -> None:
        block, self._weights = self._weights, None
        self._memory.give_back(block)


def open_pretended(
    options: WorkerOptions, folder: CardFolder, world: PretendedWorld
) -> tuple[Engine, VoiceActivity, Card, Callable[[], None]]:
    """The parts of a worker, and what poisons it."""
    torch.set_num_threads(options.threads or 1)
    memory = PretendedMemory(folder, world)
    card = PretendedCard(pretend_torch(memory))
    cpu_type: CpuType = "int8" if options.engine == "canary-int8" else "fp32"
    engine = PretendedCanary(options.model, cpu_type, memory, card)
    return engine, PretendedSilero(once(card.start), memory), card, memory.poison
