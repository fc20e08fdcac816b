"""A process that ends with the one that started it, also where either of them is stopped."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
PARENT_VARIABLE = "SWICTATION_PARENT"
"""Set by the program that starts a module: its pid, so that its death before the first line here is noticed too."""

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """The kernel kills this process when ``parent`` dies; checked again for the moment before the call."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def die_with_starter() -> None:
    """The same for a module that another program started; somebody's shell is left out."""
    named = os.environ.pop(PARENT_VARIABLE, "")
    if named.isdecimal():
        die_with_parent(int(named))
