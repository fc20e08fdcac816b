"""One process at a time writes into the cache of weights, and removes what killed ones have left there.

A process can be killed at any moment: by a deadline, a suspend, a logout. The lock goes with it, its unfinished files
stay until the next load.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ...engine import Report
from .notes import NOTE, path_of, read_note

LOCK = ".lock"
POLL_S = 0.2
TELL_EACH = 5
"""Polls between two reports."""
UNFINISHED = (".parts-*", ".weights-*", "tmp*")
"""In the folder of an archive; `tmp*` are of versions that extracted the checkpoint."""
ARCHIVE_FOLDER = re.compile(r"[0-9a-f]{64}")


@contextmanager
def writing_alone(root: Path, report: Report) -> Iterator[None]:
    """Waits for others that convert, saying so, then removes what was left unfinished by whoever was killed."""
    with (root / LOCK).open("ab") as lock:
        polls = 0
        while not try_lock(lock):
            if polls % TELL_EACH == 0:
                report("waiting for another conversion")
            polls += 1
            time.sleep(POLL_S)
        remove_remains(root)
        yield


def clean_if_alone(root: Path) -> None:
    """The same clean-up where nothing has to be written; whoever writes now does it anyway."""
    with (root / LOCK).open("ab") as lock:
        if try_lock(lock):
            remove_remains(root)


def try_lock(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_remains(root: Path) -> None:
    """Only with the lock: whatever is unfinished then belongs to nobody."""
    for path in root.glob(f".{NOTE}.*"):
        if not is_alive(path.suffix[1:]):
            path.unlink(missing_ok=True)
    wanted = wanted_sums(root)
    for folder in root.iterdir():
        if not (ARCHIVE_FOLDER.fullmatch(folder.name) and folder.is_dir()):
            continue
        if folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        for pattern in UNFINISHED:
            for path in folder.glob(pattern):
                remove(path)


def wanted_sums(root: Path) -> set[str]:
    """Checksums of archives that are still there, or whose whole folder is away, as that of another disk may be."""
    note = read_note(root / NOTE)
    return {sha256 for key, sha256 in note.items() if is_wanted(Path(path_of(key)))}


def is_wanted(path: Path) -> bool:
    return path.is_file() or not path.parent.is_dir()


def remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def is_alive(pid: str) -> bool:
    return pid.isdigit() and os.path.exists(f"/proc/{pid}")
