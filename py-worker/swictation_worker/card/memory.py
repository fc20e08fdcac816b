"""Cards as their allocator and driver report them: none, or an NVIDIA one through torch."""

from __future__ import annotations

import gc
from typing import Any

from ..engine import OwnMemory, SimChange
from ..errors import Refused, WrongResult
from .ability import CardAbility, CardType
from .context import ContextGauge

BYTES_PER_MB = 1_000_000
CUFFT_PLANS = 4


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

    def settle(self) -> None:
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
        self._context = ContextGauge(lambda: int(self._stat("reserved_bytes.all.current")))

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
            context_mb=self._context.bytes_now() / BYTES_PER_MB,
            allocated_mb=stats.get("allocated_bytes.all.current", 0) / BYTES_PER_MB,
            active_mb=active / BYTES_PER_MB,
            reserved_mb=reserved / BYTES_PER_MB,
            inactive_split_mb=split / BYTES_PER_MB,
            largest_free_mb=(free + max(0, reserved - active - split)) / BYTES_PER_MB,
            alloc_retries=stats.get("num_alloc_retries", 0),
            peak_mb=stats.get("active_bytes.all.peak", 0) / BYTES_PER_MB,
            simulated=False,
        )

    def start(self) -> None:
        """Starts the CUDA context, measured from outside: any question to CUDA itself would start it before that.
        What the libraries of the card keep for themselves is bounded before they are used."""
        self._context.begin()
        self._torch.zeros(1, device="cuda")
        self._torch.cuda.synchronize()
        self._context.started()
        keep_libraries_small(self._torch)
        compute_exactly(self._torch)

    def settle(self) -> None:
        """After the warm-up: kernels, cuBLAS, cuDNN and cuFFT have taken their share of the card only now."""
        self._context.measure()

    def ability(self) -> CardAbility:
        """Asked after ``start``. bf16 only where the card computes it itself (compute capability 8.0)."""
        cuda = self._torch.cuda
        types: tuple[CardType, ...] = ("fp16", "bf16") if cuda.get_device_capability() >= (8, 0) else ("fp16",)
        return CardAbility(f"{cuda.get_device_name()}, CUDA {self._torch.version.cuda}", types)

    def empty_cache(self) -> None:
        gc.collect()
        release_workspaces(self._torch)
        self._torch.cuda.empty_cache()
        self._torch.cuda.synchronize()

    def start_request(self) -> None:
        self._torch.cuda.reset_peak_memory_stats()
        self._active_before = self._torch.cuda.memory_stats().get("active_bytes.all.current", 0)

    def need_mb(self) -> float:
        peak = self._torch.cuda.memory_stats().get("active_bytes.all.peak", 0)
        return float(max(0, peak - self._active_before)) / BYTES_PER_MB

    def check(self) -> None:
        """On a card that has room: the failure that made somebody ask may have been the want of it."""
        gc.collect()
        self._torch.cuda.empty_cache()
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

    def _stat(self, name: str) -> float:
        return float(self._torch.cuda.memory_stats().get(name, 0))


def release_workspaces(torch: Any) -> None:
    """cuBLAS keeps 8.5 MB (32 MiB on the largest cards) from its first product on, which count as active memory for
    ever; the next product takes them anew. torch itself frees them by this call where it records graphs."""
    clear = getattr(torch._C, "_cuda_clearCublasWorkspaces", None)
    if clear is not None:
        clear()


def keep_libraries_small(torch: Any) -> None:
    """cuFFT keeps a plan for each length of sound, up to 4,096 of them, each with memory of the card that no allocator
    of ours sees (pytorch issue 94893); a new one costs a millisecond."""
    torch.backends.cuda.cufft_plan_cache[0].max_size = CUFFT_PLANS


def compute_exactly(torch: Any) -> None:
    """Voice activity computes in fp32, which cuDNN shortens to 10 bits (TF32) where nobody forbids it; the recogniser's
    number types are not touched by that."""
    torch.backends.cudnn.allow_tf32 = False
