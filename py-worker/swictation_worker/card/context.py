"""What the driver holds for this process beside what its allocator has: the CUDA context, kernels, libraries.

The driver's tool says it for each process; it is asked after the warm-up, since most of it is loaded with the first
words, and again now and then, since it may grow. Where the tool does not name this process (a container, WSL), the
difference that the start of the context made to the whole card stands for it.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from threading import Thread

BYTES_PER_MB = 1_000_000
BYTES_PER_MIB = 1 << 20
TYPICAL_BYTES = 300 * BYTES_PER_MB
"""Contexts of current drivers take 287 to 480 MB (docs/memory-budget.md); used where nothing can be measured."""
TOOL_SECONDS = 15
"""Without persistence mode the driver loads itself for each question, which takes 6 to 8 s."""
AGAIN_S = 60.0


def ask_tool(query: str) -> list[str]:
    """The lines of ``nvidia-smi``; none where it does not answer. The exit code says little: 14 is a warning about the
    infoROM, beside figures that are right."""
    command = ["nvidia-smi", query, "--format=csv,noheader,nounits"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECONDS)
    except (OSError, subprocess.SubprocessError, ValueError):
        return []
    return answer.stdout.splitlines()


def driver_used_bytes() -> int | None:
    """Memory of the card that CUDA uses here, by all programs; None where ``nvidia-smi`` can't tell."""
    used = [mib for mib in map(_used_mib, ask_tool("--query-gpu=index,uuid,memory.used")) if mib is not None]
    return used[0] * BYTES_PER_MIB if len(used) == 1 else None


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


def own_bytes(pid: int) -> int | None:
    """What the driver has booked for this process; None where it does not say."""
    for line in ask_tool("--query-compute-apps=pid,used_memory"):
        cells = [cell.strip() for cell in line.split(",")]
        if len(cells) == 2 and cells[0] == str(pid) and cells[1].isdecimal():
            return int(cells[1]) * BYTES_PER_MIB
    return None


class ContextGauge:
    """The last figure, made anew in the background once a minute: the tool takes longer than a word may wait."""

    def __init__(self, reserved_bytes: Callable[[], int]) -> None:
        self._reserved_bytes = reserved_bytes
        self._bytes = 0
        self._before_bytes: int | None = None
        self._measured_s = float("-inf")
        self._asking: Thread | None = None

    def begin(self) -> None:
        """Before the context is started."""
        self._before_bytes = driver_used_bytes()

    def started(self) -> None:
        """The context is there, and nothing else."""
        after = driver_used_bytes()
        taken = 0 if self._before_bytes is None or after is None else after - self._before_bytes
        self._bytes = max(0, taken - self._reserved_bytes()) or TYPICAL_BYTES

    def measure(self) -> None:
        """Keeps the older figure where the driver has none for this process."""
        self._measured_s = time.monotonic()
        booked = own_bytes(os.getpid())
        if booked is not None:
            self._bytes = max(0, booked - self._reserved_bytes())

    def bytes_now(self) -> int:
        """The last figure. 0 before the context was started."""
        asking = self._asking is not None and self._asking.is_alive()
        if self._bytes > 0 and not asking and time.monotonic() - self._measured_s > AGAIN_S:
            self._asking = Thread(target=self.measure, daemon=True)
            self._asking.start()
        return self._bytes
