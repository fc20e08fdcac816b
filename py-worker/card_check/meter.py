"""What a process holds on the card, or, in a dry run, what it would hold: one interface over both.

The dry meter counts the bytes of live tensors on the CPU or on torch's `meta` device, rounded as the caching
allocator rounds (512 bytes). It knows nothing of fragmentation, workspaces and contexts.
"""

from __future__ import annotations

import gc
import weakref
from typing import Any, Protocol

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

MB = 1_000_000
ROUNDED_BYTES = 512


class Meter(Protocol):
    """Figures in MB of 10^6 bytes."""

    device: str

    def active_mb(self) -> float: ...

    def peak_mb(self) -> float: ...

    def reset_peak(self) -> None: ...

    def figures(self) -> dict[str, float]: ...

    def empty_cache(self) -> None: ...

    def synchronize(self) -> None: ...

    def limit(self, limit_mb: float) -> None: ...


class CudaMeter:
    """Device 0 by torch's caching allocator and the driver."""

    device = "cuda"

    def active_mb(self) -> float:
        return float(torch.cuda.memory_stats().get("active_bytes.all.current", 0)) / MB

    def peak_mb(self) -> float:
        return float(torch.cuda.memory_stats().get("active_bytes.all.peak", 0)) / MB

    def reset_peak(self) -> None:
        torch.cuda.reset_peak_memory_stats()

    def figures(self) -> dict[str, float]:
        stats = torch.cuda.memory_stats()
        free, total = torch.cuda.mem_get_info()
        names = ("allocated", "active", "reserved", "inactive_split")
        found = {f"{name}_mb": stats.get(f"{name}_bytes.all.current", 0) / MB for name in names}
        retries = float(stats.get("num_alloc_retries", 0))
        return {**found, "free_mb": free / MB, "total_mb": total / MB, "alloc_retries": retries}

    def empty_cache(self) -> None:
        gc.collect()
        torch.cuda.empty_cache()
        torch.cuda.synchronize()

    def synchronize(self) -> None:
        torch.cuda.synchronize()

    def limit(self, limit_mb: float) -> None:
        """No more than `limit_mb` for this process; more is an out-of-memory error."""
        total = torch.cuda.mem_get_info()[1] / MB
        torch.cuda.set_per_process_memory_fraction(min(1.0, limit_mb / total))


class DryMeter(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Live tensors that were made while it is entered."""

    def __init__(self, device: str = "cpu") -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.device = device
        self._bytes = 0
        self._peak = 0
        self._limit = float("inf")
        self._seen: weakref.WeakSet[Any] = weakref.WeakSet()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        out = func(*args, **(kwargs or {}))
        for leaf in tree_leaves(out):
            if isinstance(leaf, torch.Tensor):
                self._count(leaf)
        return out

    def _count(self, tensor: torch.Tensor) -> None:
        storage = tensor.untyped_storage()
        if storage in self._seen or storage.device.type != self.device:
            return
        size = -(-storage.nbytes() // ROUNDED_BYTES) * ROUNDED_BYTES
        self._seen.add(storage)
        self._bytes += size
        weakref.finalize(storage, self._forget, size)
        self._peak = max(self._peak, self._bytes)
        if self._bytes > self._limit:
            raise torch.OutOfMemoryError("CUDA out of memory. (dry run on the CPU: the limit was reached)")

    def _forget(self, size: int) -> None:
        self._bytes -= size

    def active_mb(self) -> float:
        return self._bytes / MB

    def peak_mb(self) -> float:
        return self._peak / MB

    def reset_peak(self) -> None:
        self._peak = self._bytes

    def figures(self) -> dict[str, float]:
        return {"active_mb": self.active_mb(), "allocated_mb": self.active_mb(), "reserved_mb": self.active_mb()}

    def empty_cache(self) -> None:
        gc.collect()

    def synchronize(self) -> None:
        return None

    def limit(self, limit_mb: float) -> None:
        self._limit = limit_mb * MB
