"""Notices a closed stdin while the main thread is inside a long import.

A second thread is not allowed in a process that forks, so the kernel tells by SIGIO.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal

from .children import Children

HUNG_UP = select.POLLHUP | getattr(select, "POLLRDHUP", 0x2000)


def end_early_when_closed(fd: int, children: Children) -> None:
    """Until ``end_watching``, the process ends as soon as the other end of ``fd`` is closed."""

    def look(*_: object) -> None:
        poll = select.poll()
        poll.register(fd, HUNG_UP)
        if any(event & HUNG_UP for _, event in poll.poll(0)):
            children.end_all()
            os._exit(0)

    signal.signal(signal.SIGIO, look)
    fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
    _set_async(fd, True)
    look()


def end_watching(fd: int) -> None:
    _set_async(fd, False)
    signal.signal(signal.SIGIO, signal.SIG_IGN)


def _set_async(fd: int, wanted: bool) -> None:
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_ASYNC if wanted else flags & ~os.O_ASYNC)
