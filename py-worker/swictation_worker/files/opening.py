"""Opens what is decoded: a file, a pipe with a name, or stdin."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

STDIN = "-"


@contextmanager
def open_sound(path: str, as_it_comes: bool = False) -> Iterator[BinaryIO]:
    """The file; what comes through a pipe is copied first, unless it is wanted as it comes.

    The copy has no name from the start on: nothing of it is left however this process ends.
    """
    with open(_stdin() if path == STDIN else path, "rb", closefd=path != STDIN) as source:
        if as_it_comes or stat.S_ISREG(os.fstat(source.fileno()).st_mode):
            yield source
            return
        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(source, copy)
            copy.seek(0)
            yield copy


def _stdin() -> int:
    number = sys.stdin.fileno()
    # Whoever started us may have made it return without data.
    os.set_blocking(number, True)
    return number
