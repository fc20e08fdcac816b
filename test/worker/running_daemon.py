"""The real daemon in a home of its own: what it says, what it types, and sound for its microphone."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import IO

import numpy as np
import pytest

from canary_parts import ROOT
from speech import to_pcm
from swictation_worker.engine import SAMPLE_RATE_HZ, Audio

BIN = ROOT / "dist" / "bin"
LIMIT_S = 180.0
LOOK_S = 0.05
CHUNK_BYTES = 3_200


class Home:
    """Folders, environment and configuration of a person of their own."""

    def __init__(self, folder: Path, model: str, engine: str = "canary-fp32", **environment: str) -> None:
        if not (BIN / "swictationd.js").is_file():
            pytest.skip("the daemon is not built: make setup")
        self.folder = folder
        self.typed = folder / "typed"
        (folder / "swictation").mkdir()
        (folder / "run").mkdir(mode=0o700)
        (folder / "swictation" / "config.toml").write_text(
            f'[stt]\nmodel = "{model}"\ncpu_engine = "{engine}"\n[voice]\ncommands = "off"\n'
            f'[control]\nsocket_path = "{folder}/run/a.sock"\nmetrics_socket_path = "{folder}/run/m.sock"\n'
        )
        folders = {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
        self.environment = {
            **os.environ,
            **folders,
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "HOME": str(folder),
            "HF_HOME": str(folder / "hub"),
            "HF_HUB_DISABLE_XET": "1",
            "HF_HUB_DOWNLOAD_TIMEOUT": "120",
            **environment,
        }

    def swictation(self, *arguments: str) -> str:
        """What the client prints, errors too."""
        command = ["node", str(BIN / "swictation.js"), *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        return done.stdout + done.stderr


class RunningDaemon:
    """Use as a context manager: no process is left behind. `said` is what it wrote to its log."""

    def __init__(self, home: Home, *options: str, **environment: str) -> None:
        self.home = home
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            ["node", str(BIN / "swictationd.js"), "--sink", f"file:{home.typed}", *options],
            env={**home.environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        self._reader = Thread(target=self._read, args=(self.process.stderr,))
        self._reader.start()

    def __enter__(self) -> RunningDaemon:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reader.join(20)

    @property
    def said(self) -> str:
        return "".join(self.lines)

    def await_said(self, words: str) -> None:
        self.await_fact(lambda: words in self.said, words)

    def await_fact(self, holds: Callable[[], bool], wanted: str) -> None:
        deadline_s = time.monotonic() + LIMIT_S
        while not holds():
            assert time.monotonic() < deadline_s, f"not within {LIMIT_S} s: {wanted}\n{self.said}"
            if self.process.poll() is not None:
                self._reader.join(LIMIT_S)
                assert holds(), f"the daemon ended before: {wanted}\n{self.said}"
            time.sleep(LOOK_S)

    def _read(self, stream: IO[str]) -> None:
        self.lines.extend(stream)


class Microphone:
    """A recording program on PATH that plays what is said here, in real time, and silence in between."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self._fifo = folder / "sound"
        os.mkfifo(self._fifo)
        recorder = self.programs / "pw-record"
        recorder.write_text(f"#!/bin/sh\nexec cat {self._fifo}\n")
        recorder.chmod(0o755)
        self._waiting = bytearray()
        self._ended = False
        self._player = Thread(target=self._play, daemon=True)

    @property
    def path(self) -> str:
        return f"{self.programs}{os.pathsep}{os.environ['PATH']}"

    def __enter__(self) -> Microphone:
        self._player.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended = True
        self._player.join(5)

    def say(self, sound: Audio) -> None:
        """Plays it, and two seconds of silence behind it."""
        self._waiting.extend(to_pcm(np.concatenate([sound, np.zeros(2 * SAMPLE_RATE_HZ, np.float32)])))

    def _play(self) -> None:
        sink = os.open(self._fifo, os.O_RDWR | os.O_NONBLOCK)
        next_s = time.monotonic()
        while not self._ended:
            chunk = bytes(self._waiting[:CHUNK_BYTES]).ljust(CHUNK_BYTES, b"\0")
            try:
                os.write(sink, chunk)
                del self._waiting[:CHUNK_BYTES]
            except BlockingIOError:
                pass  # Nobody records yet.
            next_s += CHUNK_BYTES / 2 / SAMPLE_RATE_HZ
            time.sleep(max(0.0, next_s - time.monotonic()))
        os.close(sink)
