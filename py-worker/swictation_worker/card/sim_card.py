"""A card that exists as arithmetic: driver memory, a CUDA context and a caching allocator; pure.

The allocator follows what PyTorch documents of its own ("CUDA semantics: memory management" and
``c10/cuda/CUDACachingAllocator``): sizes are rounded to 512 bytes; requests up to 1 MiB come from 2 MiB
segments, requests below 10 MiB from 20 MiB segments, larger ones get a segment rounded to 2 MiB; a free
block that is larger than asked is split; free neighbours merge; only segments without a live block can go
back to the driver; where the driver is full, such segments are given back and the request is tried again.
Sizes are bytes inside and MB of 10^6 bytes at the edge. What ts/sim sums up of this is held to the same cases
(test/fixtures/allocator/cases.json).
"""

from __future__ import annotations

from dataclasses import dataclass, field

BYTES_PER_MB = 1_000_000
MIB = 1 << 20
ROUND_BYTES = 512
SMALL_BYTES = 1 * MIB
SMALL_SEGMENT_BYTES = 2 * MIB
LARGE_SEGMENT_BYTES = 20 * MIB
MIN_LARGE_BYTES = 10 * MIB
SEGMENT_ROUND_BYTES = 2 * MIB


@dataclass(frozen=True)
class SimWorld:
    """``options.sim`` of a fork; the defaults are those of the world line in docs/policy.md."""

    total_mb: float
    context_mb: float = 300
    stt_mb: float = 1766
    vad_mb: float = 2.2
    activation_base_mb: float = 60
    activation_mb_per_s: float = 4
    others_mb: float = 0


class OutOfMemoryError(RuntimeError):
    """Named and worded as PyTorch's, so that it is classified like the real one."""


@dataclass(eq=False)
class Block:
    """A stretch of a segment; ``live`` while a tensor holds it."""

    segment: Segment
    offset: int
    size: int
    live: bool


@dataclass(eq=False)
class Segment:
    """One allocation of the driver, cut into blocks in order of their offsets."""

    size: int
    small: bool
    blocks: list[Block] = field(default_factory=list)

    def is_unused(self) -> bool:
        return not any(block.live for block in self.blocks)


class SimCard:
    """The memory of one process on the modelled card, and what other programs hold."""

    def __init__(self, world: SimWorld) -> None:
        self._total = _bytes(world.total_mb)
        self._context_size = _bytes(world.context_mb)
        self.others = _bytes(world.others_mb)
        self.context = 0
        self.retries = 0
        self.peak = 0
        self._segments: list[Segment] = []

    def driver_free(self) -> int:
        """Free as the driver sees it: every process and every context counted."""
        return max(0, self._total - self.others - self.context - self.reserved())

    def total(self) -> int:
        return self._total

    def reserved(self) -> int:
        return sum(segment.size for segment in self._segments)

    def active(self) -> int:
        return sum(b.size for segment in self._segments for b in segment.blocks if b.live)

    def inactive_split(self) -> int:
        """Free bytes in segments that also hold live ones: trapped until those are freed."""
        return sum(
            b.size for segment in self._segments if not segment.is_unused() for b in segment.blocks if not b.live
        )

    def largest_free(self) -> int:
        """The largest request that could be met now, from the cache or from the driver."""
        cached = max((b.size for b in self._free_blocks()), default=0)
        unused = sum(segment.size for segment in self._segments if segment.is_unused())
        return max(cached, (self.driver_free() + unused) // SEGMENT_ROUND_BYTES * SEGMENT_ROUND_BYTES)

    def create_context(self) -> None:
        """What the first call of a process does."""
        if self.context:
            return
        if self.driver_free() < self._context_size:
            raise OutOfMemoryError(self._out_of_memory_text(self._context_size))
        self.context = self._context_size

    def allocate(self, size: int) -> Block:
        """A live block of at least ``size`` bytes; raises ``OutOfMemoryError`` where the card is full."""
        self.create_context()
        wanted = max(ROUND_BYTES, _rounded_up(size, ROUND_BYTES))
        block = self._best_free_block(wanted) or self._grow(wanted)
        self._split(block, wanted)
        block.live = True
        self.peak = max(self.peak, self.active())
        return block

    def free(self, block: Block) -> None:
        """Back to the cache, merged with free neighbours."""
        block.live = False
        merged: list[Block] = []
        for current in block.segment.blocks:
            if merged and not merged[-1].live and not current.live:
                merged[-1].size += current.size
            else:
                merged.append(current)
        block.segment.blocks[:] = merged

    def empty_cache(self) -> None:
        """Whole unused segments go back to the driver; splits stay."""
        self._segments = [segment for segment in self._segments if not segment.is_unused()]

    def reset_peak(self) -> None:
        self.peak = self.active()

    def _free_blocks(self) -> list[Block]:
        return [b for segment in self._segments for b in segment.blocks if not b.live]

    def _best_free_block(self, wanted: int) -> Block | None:
        small = wanted <= SMALL_BYTES
        fitting = (b for b in self._free_blocks() if b.size >= wanted and b.segment.small == small)
        return min(fitting, key=lambda b: b.size, default=None)

    def _grow(self, wanted: int) -> Block:
        size = _segment_size(wanted)
        if self.driver_free() < size:
            self.empty_cache()
            if self.driver_free() < size:
                raise OutOfMemoryError(self._out_of_memory_text(wanted))
            self.retries += 1
        segment = Segment(size, small=wanted <= SMALL_BYTES)
        block = Block(segment, 0, size, live=False)
        segment.blocks.append(block)
        self._segments.append(segment)
        return block

    def _split(self, block: Block, wanted: int) -> None:
        remaining = block.size - wanted
        worth_it = remaining >= ROUND_BYTES if block.segment.small else remaining > SMALL_BYTES
        if not worth_it:
            return
        rest = Block(block.segment, block.offset + wanted, remaining, live=False)
        block.size = wanted
        block.segment.blocks.insert(block.segment.blocks.index(block) + 1, rest)

    def _out_of_memory_text(self, wanted: int) -> str:
        return (
            f"CUDA out of memory. Tried to allocate {wanted / MIB:.2f} MiB. GPU 0 has a total capacity of "
            f"{self._total / (1 << 30):.2f} GiB of which {self.driver_free() / MIB:.2f} MiB is free. "
            f"Of the allocated memory {self.active() / MIB:.2f} MiB is allocated by PyTorch, and "
            f"{(self.reserved() - self.active()) / MIB:.2f} MiB is reserved by PyTorch but unallocated."
        )


def _segment_size(wanted: int) -> int:
    if wanted <= SMALL_BYTES:
        return SMALL_SEGMENT_BYTES
    if wanted < MIN_LARGE_BYTES:
        return LARGE_SEGMENT_BYTES
    return _rounded_up(wanted, SEGMENT_ROUND_BYTES)


def _rounded_up(size: int, step: int) -> int:
    return -(-size // step) * step


def _bytes(megabytes: float) -> int:
    return round(megabytes * BYTES_PER_MB)
