"""The other programs of the card: one process that holds what is left of it, and grows and shrinks when it is told.

Run by itself it is that process: a line `MB` on stdin says how much of the device others than us use; answer `held MB`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import IO, Any, Protocol

from .card_folder import CardFolder, PretendedWorld

MB = 1_000_000
CHUNK_BYTES = 32 << 20
"""A segment of its own in torch's allocator, so that each can be given back."""
ANSWER_LIMIT_S = 120


class Others(Protocol):
    """What other programs hold. `total_mb` and the figures of `hold` are those of the small card that is played."""

    total_mb: float
    offset_mb: float
    """What the played card is smaller than the real one; its levels lie so much higher."""

    def hold(self, mb: float) -> None: ...

    def close(self) -> None: ...


class PretendedOthers:
    """A figure in a file."""

    offset_mb = 0.0

    def __init__(self, folder: CardFolder, world: PretendedWorld) -> None:
        self._folder = folder
        self.total_mb = world.total_mb

    def hold(self, mb: float) -> None:
        self._folder.hold_by_others(mb)

    def close(self) -> None:
        self._folder.hold_by_others(0.0)


class HoldingProcess:
    """A real process on a real card, which leaves `total_mb` of it."""

    def __init__(self, total_mb: float) -> None:
        self.total_mb = total_mb
        folder = Path(__file__).resolve().parents[2]
        command = [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(folder)!r}); {START}"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        card_mb = self._read("card")
        if card_mb < total_mb:
            self.close()
            raise RuntimeError(f"the card has {card_mb:.0f} MB, {total_mb:.0f} MB are to be left of it")
        self.offset_mb = card_mb - total_mb

    def hold(self, mb: float) -> None:
        """Returns when it is held, or as much of it as the card gave."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{self.offset_mb + mb}\n")
        self._process.stdin.flush()
        self._read("held")

    def close(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _read(self, word: str) -> float:
        assert self._process.stdout is not None
        told = self._process.stdout.readline().split()
        if len(told) != 2 or told[0] != word:
            raise RuntimeError(f"the program that fills the card ended: {told}")
        return float(told[1])


START = "from card_check.dictation.holder import serve; serve(sys.stdin, sys.stdout)"


def serve(orders: IO[str], answers: IO[str]) -> None:
    """Until stdin is closed. What was in use before it held anything is never below what it is told."""
    import torch

    torch.zeros(1, device="cuda")
    free, total = torch.cuda.mem_get_info()
    before = total - free
    chunks: list[Any] = []
    print(f"card {total / MB}", file=answers, flush=True)
    for line in orders:
        wanted = max(0, int(float(line) * MB) - before)
        adapt(torch, chunks, wanted)
        print(f"held {(before + len(chunks) * CHUNK_BYTES) / MB}", file=answers, flush=True)


def adapt(torch: Any, chunks: list[Any], wanted_bytes: int) -> None:
    """As many chunks as are wanted, or as the card gives."""
    count = wanted_bytes // CHUNK_BYTES
    if len(chunks) > count:
        del chunks[count:]
        torch.cuda.empty_cache()
    try:
        while len(chunks) < count:
            chunks.append(torch.empty(CHUNK_BYTES, dtype=torch.uint8, device="cuda"))
    except torch.OutOfMemoryError:
        torch.cuda.empty_cache()
    torch.cuda.synchronize()
