"""How far a long piece of work has come, said once a second, so that no deadline depends on the speed of a disk."""

from __future__ import annotations

import time

from ...engine import Report

INTERVAL_S = 1.0
BYTES_PER_MB = 1_000_000


class Heartbeat:
    """Reports the same words again, at most once a second, as long as `beat` is called."""

    def __init__(self, report: Report, what: str) -> None:
        self._report = report
        self._what = what
        self._told_s = float("-inf")

    def beat(self) -> None:
        now_s = time.monotonic()
        if now_s - self._told_s >= INTERVAL_S:
            self._told_s = now_s
            self._report(self._what)


class Progress:
    """Reports `WHAT 300 of 1767 MB`. The first piece is always told."""

    def __init__(self, report: Report, what: str, total_bytes: int) -> None:
        self._report = report
        self._what = what
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._told_s = float("-inf")

    def add(self, done_bytes: int) -> None:
        self._done_bytes += done_bytes
        now_s = time.monotonic()
        if now_s - self._told_s < INTERVAL_S:
            return
        self._told_s = now_s
        done_mb, total_mb = self._done_bytes / BYTES_PER_MB, self._total_bytes / BYTES_PER_MB
        self._report(f"{self._what} {done_mb:.0f} of {total_mb:.0f} MB")
