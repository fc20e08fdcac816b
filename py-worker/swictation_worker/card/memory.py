"""Cards as their allocator and driver report them: none, or an NVIDIA one through torch."""

from __future__ import annotations

import gc
import os
import subprocess
from typing import Any

from ..engine import OwnMemory, SimChange
from ..errors import Refused, WrongResult

BYTES_PER_MB = 1_000_000
# Contexts of current drivers take 287 to 480 MB (docs/memory-budget.md); used where the driver's tool is missing.
TYPICAL_CONTEXT_BYTES = 300 * BYTES_PER_MB
TOOL_SECONDS = 15
"""Without persistence mode the driver loads itself for each question, which takes 6 to 8 s."""


def driver_used_bytes() -> int | None:
    """Memory of the card that CUDA uses here, by all programs; None where ``nvidia-smi`` can't tell."""
    query = ["nvidia-smi", "--query-gpu=index,uuid,memory.used", "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(query, capture_output=True, text=True, timeout=TOOL_SECONDS)
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    # The exit code says little: 14 is a warning about the infoROM, beside figures that are right.
    used = [mib for mib in map(_used_mib, answer.stdout.splitlines()) if mib is not None]
    return used[0] * 1024 * 1024 if len(used) == 1 else None


def _used_mib(line: str) -> int | None:
    """The figure of a line about the card that CUDA uses; None for another line."""
    index, uuid, used, *more = [*(column.strip() for column in line.split(",")), "", "", ""]
    if any(more) or not (index.isdecimal() and used.isdecimal() and uuid.lower().startswith("gpu-")):
        return None
    return int(used) if is_first_card(os.environ.get("CUDA_VISIBLE_DEVICES"), int(index), uuid) else None


def is_first_card(visible: str | None, index: int, uuid: str) -> bool:
    """Whether CUDA's device 0 is this card of ``nvidia-smi``, both counting by PCI bus; ``visible``: what
    ``CUDA_VISIBLE_DEVICES`` says, numbers or (beginnings of) UUIDs."""
    if visible is None:
        return index == 0
    first = visible.split(",")[0].strip().lower()
    if first.isdecimal():
        return int(first) == index
    return len(first) > len("gpu-") and uuid.lower().startswith(first)


class NoCard:
    """A process without a card: nothing to measure, nothing to empty."""

    def memory(self) -> None:
        return None

    def empty_cache(self) -> None:
        gc.collect()

    def start_request(self) -> None:
        return None

    def need_mb(self) -> None:
        return None

    def check(self) -> None:
        return None

    def probe(self, size_mb: float) -> None:
        raise Refused("no_card", "this worker has no card to probe")

    def change(self, change: SimChange) -> None:
        raise Refused("not_simulated", "only an engine on a simulated card can change its world")


class TorchCard:
    """Device 0 through torch's caching allocator. ``torch`` is passed in; nothing here starts a context.

    Figures come from ``torch.cuda.memory_stats`` and ``mem_get_info`` (PyTorch, "CUDA semantics: memory
    management"); the context is what the driver counts for this process beyond the reserved bytes.
    """

    def __init__(self, torch: Any) -> None:
        self._torch = torch
        self._active_before = 0
        self._context_bytes = 0

    def memory(self) -> OwnMemory:
        cuda = self._torch.cuda
        free, total = cuda.mem_get_info()
        stats = cuda.memory_stats()
        reserved = stats.get("reserved_bytes.all.current", 0)
        active = stats.get("active_bytes.all.current", 0)
        split = stats.get("inactive_split_bytes.all.current", 0)
        return OwnMemory(
            total_mb=total / BYTES_PER_MB,
            free_mb=free / BYTES_PER_MB,
            context_mb=self._context_bytes / BYTES_PER_MB,
            allocated_mb=stats.get("allocated_bytes.all.current", 0) / BYTES_PER_MB,
            active_mb=active / BYTES_PER_MB,
            reserved_mb=reserved / BYTES_PER_MB,
            inactive_split_mb=split / BYTES_PER_MB,
            largest_free_mb=(free + max(0, reserved - active - split)) / BYTES_PER_MB,
            alloc_retries=stats.get("num_alloc_retries", 0),
            peak_mb=stats.get("active_bytes.all.peak", 0) / BYTES_PER_MB,
            simulated=False,
        )

    def measure_context(self) -> None:
        """Starts the CUDA context and keeps what it took, as the driver's tool counts it: any question to CUDA
        itself would start the context before it could be measured."""
        before = driver_used_bytes()
        self._torch.zeros(1, device="cuda")
        self._torch.cuda.synchronize()
        after = driver_used_bytes()
        reserved = self._torch.cuda.memory_stats().get("reserved_bytes.all.current", 0)
        taken = 0 if before is None or after is None else after - before - reserved
        self._context_bytes = taken if taken > 0 else TYPICAL_CONTEXT_BYTES

    def empty_cache(self) -> None:
        gc.collect()
        self._torch.cuda.empty_cache()
        self._torch.cuda.synchronize()

    def start_request(self) -> None:
        self._torch.cuda.reset_peak_memory_stats()
        self._active_before = self._torch.cuda.memory_stats().get("active_bytes.all.current", 0)

    def need_mb(self) -> float:
        peak = self._torch.cuda.memory_stats().get("active_bytes.all.peak", 0)
        return float(max(0, peak - self._active_before)) / BYTES_PER_MB

    def check(self) -> None:
        (self._torch.ones(8, device="cuda") * 2).sum()
        self._torch.cuda.synchronize()

    def probe(self, size_mb: float) -> None:
        """The product of two matrices of ones has every element equal to their side."""
        side = int((size_mb * BYTES_PER_MB / 4 / 2) ** 0.5)
        ones = self._torch.ones((side, side), dtype=self._torch.float32, device="cuda")
        product = ones @ ones.T
        self._torch.cuda.synchronize()
        if not bool((product == side).all()):
            raise WrongResult("a matrix product came out wrong")

    def change(self, change: SimChange) -> None:
        raise Refused("not_simulated", "only an engine on a simulated card can change its world")
