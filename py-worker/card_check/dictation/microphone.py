"""A recording program that plays what is said in a check, in real time, and silence in between."""

from __future__ import annotations

import os
import time
from pathlib import Path
from threading import Lock, Thread

import numpy as np

from swictation_worker.engine import SAMPLE_RATE_HZ, Audio

from .phrases import to_pcm

CHUNK_BYTES = 3_200
PAUSE_S = 2.5


class Microphone:
    """`programs` is a folder with a `pw-record` in it."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._fifo = folder / "sound"
        os.mkfifo(self._fifo)
        recorder = programs / "pw-record"
        recorder.write_text(f'#!/bin/sh\nexec cat "{self._fifo}"\n')
        recorder.chmod(0o755)
        self._waiting = bytearray()
        self._lock = Lock()
        self._ended = False
        self._player = Thread(target=self._play, daemon=True)
        self._player.start()

    def say(self, sound: Audio, pause_s: float = PAUSE_S) -> None:
        """Plays it, and silence behind it; returns at once."""
        with self._lock:
            self._waiting.extend(to_pcm(np.concatenate([sound, np.zeros(int(pause_s * SAMPLE_RATE_HZ), np.float32)])))

    @property
    def unsaid_s(self) -> float:
        return len(self._waiting) / 2 / SAMPLE_RATE_HZ

    def close(self) -> None:
        self._ended = True
        self._player.join(5)

    def _play(self) -> None:
        sink = os.open(self._fifo, os.O_RDWR | os.O_NONBLOCK)
        next_s = time.monotonic()
        while not self._ended:
            with self._lock:
                chunk = bytes(self._waiting[:CHUNK_BYTES]).ljust(CHUNK_BYTES, b"\0")
                try:
                    os.write(sink, chunk)
                    del self._waiting[:CHUNK_BYTES]
                except BlockingIOError:
                    pass  # Nobody records yet.
            next_s += CHUNK_BYTES / 2 / SAMPLE_RATE_HZ
            time.sleep(max(0.0, next_s - time.monotonic()))
        os.close(sink)
