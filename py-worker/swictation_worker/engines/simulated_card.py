"""``Card`` over the arithmetic of ``sim_card``: measurements, faults, a leak, a driver that can go."""

from __future__ import annotations

import time
from collections.abc import Callable

from ..card.sim_card import BYTES_PER_MB, MIB, Block, OutOfMemoryError, SimCard, SimWorld
from ..engine import OwnMemory, SimChange
from .sim_faults import POISONING, fail_with

LEAK_STEP_BYTES = MIB // 2


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
        fail_with(fault)

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

    def settle(self) -> None:
        return None

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
            fail_with(self._poison)
