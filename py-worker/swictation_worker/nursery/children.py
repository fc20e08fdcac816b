"""Forking, signalling and reaping of workers. The caller is the nursery's only thread."""

from __future__ import annotations

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from ..parent import die_with_parent

GRACE_S = 1.0


@dataclass(frozen=True)
class Ended:
    """A reaped child; exactly one of ``code`` and ``signal`` is a number."""

    generation: int
    pid: int
    code: int | None
    signal: int | None


@dataclass(frozen=True)
class Stopped:
    """A child that stands still (SIGSTOP); it may go on at any time."""

    generation: int
    pid: int


class Children:
    """Living children by generation. Owns them until ``end_all``."""

    def __init__(self, wait_for_child: Callable[[float], None]) -> None:
        """``wait_for_child`` returns when a child may have ended, at the latest after the seconds given."""
        self._wait_for_child = wait_for_child
        self._generation_of: dict[int, int] = {}

    def fork(self, generation: int, run: Callable[[], int]) -> int:
        """Forks a child that runs ``run`` and exits with its result; returns the pid in the parent.

        Raises ``ValueError`` where the generation is taken, ``OSError`` where the system refuses.
        """
        if generation in self._generation_of.values():
            raise ValueError(f"generation {generation} already runs")
        parent = os.getpid()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            _run_as_child(parent, run)
        self._generation_of[pid] = generation
        return pid

    def send_signal(self, generation: int, number: int) -> bool:
        """Signals one child; False where there is none of that generation."""
        for pid, known in self._generation_of.items():
            if known == generation:
                os.kill(pid, number)
                return True
        return False

    def reap(self) -> list[Ended | Stopped]:
        """Every child that has ended, or was stopped, since the last call; never waits."""
        news: list[Ended | Stopped] = []
        while self._generation_of:
            pid, status = os.waitpid(-1, os.WNOHANG | os.WUNTRACED)
            if pid == 0:
                break
            if os.WIFSTOPPED(status):
                news.append(Stopped(self._generation_of[pid], pid))
            else:
                news.append(self._ended(pid, status))
        return news

    def end_all(self) -> list[Ended | Stopped]:
        """TERM to all, KILL to those that are there after a second; returns when all are reaped."""
        self._signal_all(signal.SIGTERM)
        ended = self._reap_until(time.monotonic() + GRACE_S)
        self._signal_all(signal.SIGKILL)
        return ended + self._reap_until(time.monotonic() + GRACE_S)

    def _reap_until(self, deadline_s: float) -> list[Ended | Stopped]:
        ended = self.reap()
        while self._generation_of and (left_s := deadline_s - time.monotonic()) > 0:
            self._wait_for_child(left_s)
            ended += self.reap()
        return ended

    def _signal_all(self, number: int) -> None:
        for pid in self._generation_of:
            os.kill(pid, number)

    def _ended(self, pid: int, status: int) -> Ended:
        generation = self._generation_of.pop(pid)
        if os.WIFSIGNALED(status):
            return Ended(generation, pid, None, os.WTERMSIG(status))
        return Ended(generation, pid, os.WEXITSTATUS(status), None)


def _run_as_child(parent: int, run: Callable[[], int]) -> None:
    """Never returns: not a line of the nursery's own loop may run in a child."""
    code = 1
    try:
        die_with_parent(parent)
        signal.set_wakeup_fd(-1)
        signal.pthread_sigmask(signal.SIG_SETMASK, set())
        for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGIO):
            signal.signal(number, signal.SIG_DFL)
        code = run()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)
