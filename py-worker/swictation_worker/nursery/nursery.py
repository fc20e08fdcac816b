"""The fork server: imports the heavy libraries once, forks workers, reaps them.

Driven by JSON lines over stdin and stdout (docs/wire.md). Three rules: one thread only, no parallel
operation before a fork (a child of such a parent hangs at its first one), CUDA is never touched here.
It ends its children and itself when its stdin closes.
"""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..errors import Refused
from ..parent import die_with_starter
from .children import Children, Ended, Stopped
from .choose import Available, choose_engine
from .early_end import end_early_when_closed, end_watching
from .imports import MissingPackage, Stage, find_available, import_stages, prepare_environment, stage_of
from .orders import MAX_LINE_BYTES, Fork, InvalidOrder, Kill, Order, Ping, Quit, parse_order

STDIN_FD = 0


class Nursery:
    """One per process. ``run`` returns when stdin has closed or ``quit`` has come, all children reaped."""

    def __init__(self, available: Available, out_fd: int) -> None:
        self._available = available
        self._out_fd = out_fd
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self.children = Children(self._wait_for_signal)
        self._stages: set[Stage] = set()
        self._deferred: list[Fork] = []
        self._unread = b""
        self._open = True
        self._imported = False

    def install_signals(self) -> None:
        """SIGINT is a person's Ctrl+C for the daemon, which then ends us in order."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: self._close())
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)

    def finish_stage(self, stage: Stage) -> None:
        """From now on forks that need ``stage`` are served; those that waited for it are served here."""
        self._stages.add(stage)
        self._serve_deferred()
        self.turn(0)

    def finish_imports(self, engines: Mapping[str, bool]) -> None:
        """What could not be imported is not there: forks that waited for it are refused or get another engine."""
        self._imported = True
        self._available = replace(self._available, embedded=engines["embedded"], canary=engines["canary"])
        self._serve_deferred()

    def run(self) -> None:
        while self._open:
            self.turn(None)
        self.end()

    def turn(self, timeout_s: float | None) -> None:
        """Waits for a line or a signal, then serves all that is there."""
        if not self._open:
            return
        readable, _, _ = select.select([STDIN_FD, self._wake_read], [], [], timeout_s)
        if self._wake_read in readable:
            self._clear_wake()
            self._announce(self.children.reap())
        if STDIN_FD in readable:
            self._read_lines()

    def end(self) -> None:
        self._announce(self.children.end_all())

    def say(self, **fields: object) -> None:
        """One line to the daemon. A daemon that is gone is noticed as a closed stdin too."""
        try:
            os.write(self._out_fd, (json.dumps(fields) + "\n").encode())
        except BrokenPipeError:
            self._open = False

    def refuse(self, generation: int | None, message: str) -> None:
        self.say(event="refused", generation=generation, message=" ".join(message.split()))

    def _read_lines(self) -> None:
        received = os.read(STDIN_FD, MAX_LINE_BYTES)
        if not received:
            self._open = False
            return
        *lines, self._unread = (self._unread + received).split(b"\n")
        for line in lines:
            self._obey_line(line)
        if len(self._unread) > MAX_LINE_BYTES:
            self.refuse(None, f"line: expected at most {MAX_LINE_BYTES} bytes")
            self._unread = b""

    def _obey_line(self, line: bytes) -> None:
        if not line.strip():
            return
        try:
            order = parse_order(line)
        except InvalidOrder as error:
            self.refuse(error.generation, str(error))
            return
        self._obey(order)

    def _obey(self, order: Order) -> None:
        match order:
            case Quit():
                self._open = False
            case Ping():
                self.say(event="pong")
            case Kill():
                number = signal.SIGKILL if order.signal == "KILL" else signal.SIGTERM
                self._deferred = [fork for fork in self._deferred if fork.generation != order.generation]
                if not self.children.send_signal(order.generation, number):
                    self.refuse(order.generation, f"no worker of generation {order.generation} runs")
            case Fork():
                self._fork(order)

    def _serve_deferred(self) -> None:
        waiting, self._deferred = self._deferred, []
        for order in waiting:
            self._fork(order)

    def _fork(self, order: Fork) -> None:
        try:
            engine = choose_engine(order.options.engine, self._available)
        except Refused as refused:
            if refused.code == "not_installed" and not self._imported:
                # Whoever asked learns with ``ready`` which engines there are, and asks for another one.
                self._deferred.append(order)
            else:
                self.refuse(order.generation, str(refused))
            return
        if stage_of(order.role, engine) not in self._stages:
            self._deferred.append(order)
            return
        self._fork_now(order)

    def _fork_now(self, order: Fork) -> None:
        from ..worker import run_worker

        def run() -> int:
            self._leave_parent()
            return run_worker(order, self._available)

        try:
            pid = self.children.fork(order.generation, run)
        except (ValueError, OSError) as error:
            self.refuse(order.generation, str(error))
            return
        self.say(event="forked", generation=order.generation, pid=pid)

    def _leave_parent(self) -> None:
        """In the child: the nursery's ends of the pipes must not stay open through it."""
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, STDIN_FD)
        for fd in (nothing, self._out_fd, self._wake_read, self._wake_write):
            os.close(fd)

    def _announce(self, news: list[Ended | Stopped]) -> None:
        for one in news:
            if isinstance(one, Stopped):
                self.say(event="stopped", generation=one.generation, pid=one.pid)
            else:
                self.say(event="exited", generation=one.generation, pid=one.pid, code=one.code, signal=one.signal)

    def _wait_for_signal(self, timeout_s: float) -> None:
        select.select([self._wake_read], [], [], timeout_s)
        self._clear_wake()

    def _clear_wake(self) -> None:
        try:
            while os.read(self._wake_read, 512):
                pass
        except BlockingIOError:
            return

    def _close(self) -> None:
        self._open = False


def main(arguments: Sequence[str]) -> int:
    options = _parse_arguments(arguments)
    die_with_starter()
    out_fd = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    prepare_environment()
    nursery = Nursery(find_available(import_canary=options.import_canary), out_fd)
    nursery.install_signals()
    end_early_when_closed(STDIN_FD, nursery.children)
    started_s = time.monotonic()
    try:
        engines = import_stages(options.import_canary, nursery.finish_stage)
    except MissingPackage as missing:
        nursery.refuse(None, str(missing))
        nursery.end()
        return 1
    end_watching(STDIN_FD)
    # First which engines there are: whoever asked for another one then knows why its fork is refused.
    nursery.say(event="ready", engines=engines, import_ms=round((time.monotonic() - started_s) * 1_000))
    nursery.finish_imports(engines)
    nursery.run()
    return 0


def _parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m swictation_worker.nursery",
        description="Fork server of the swictation daemon; speaks JSON lines on stdin and stdout.",
    )
    parser.add_argument(
        "--import-canary", action="store_true", help="import torch and NeMo too, for workers with Canary"
    )
    return parser.parse_args(arguments)
