"""One file of the hub into huggingface_hub's own cache, continued where an earlier process stopped.

`hf_hub_download` writes to a file with a random name and deletes it at its end, so a fetch that was interrupted
begins anew, and one that was killed leaves its gigabytes behind. Here the unfinished file has a fixed name beside its
place (`blobs/ETAG.swictation`). It is locked while somebody writes to it, and it takes its place in the cache only when
size and checksum are those that the hub announced, so that every program which reads this cache finds a whole file.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from huggingface_hub import constants, get_hf_file_metadata, hf_hub_url
from huggingface_hub.file_download import http_get, repo_folder_name
from huggingface_hub.utils import build_hf_headers

from ..engines.canary.cache import make_cache_folder
from ..engines.canary.notes import note_checksum, prepare_file, sum_file, write_atomically

CHUNK_BYTES = 1 << 18
"""So much is lost when the process is killed. The library's own 10 MB would also be the step of the progress."""
SHA256 = re.compile(r"[0-9a-f]{64}")
NAME = re.compile(r"\w[\w.-]*", re.ASCII)
"""What the hub says becomes the name of a file, so it must not lead out of its folder."""

Progress = Callable[[int, int], None]
"""Bytes that are here, bytes in all."""
Say = Callable[[str], None]
"""The name of the phase that begins: `waiting` for another process, `checking` the sum."""


class Mismatch(Exception):
    """What came is not what the hub announced, or that can't be used; nothing of it is kept."""


class DiskFull(Exception):
    """There is no room for the file; nothing was fetched."""

    def __init__(self, needed_bytes: int, free_bytes: int) -> None:
        super().__init__(f"{needed_bytes / 1e6:.0f} MB are needed, {free_bytes / 1e6:.0f} MB are free")


@dataclass(frozen=True)
class Remote:
    """A file as the hub announced it. `etag` is its SHA-256 where the hub keeps it as a large file."""

    repository: str
    filename: str
    url: str
    etag: str
    commit: str
    size_bytes: int

    @property
    def is_summed(self) -> bool:
        return SHA256.fullmatch(self.etag) is not None

    @property
    def folder(self) -> Path:
        return repository_folder(self.repository)

    @property
    def blob(self) -> Path:
        return self.folder / "blobs" / self.etag


def repository_folder(repository: str) -> Path:
    name: str = repo_folder_name(repo_id=repository, repo_type="model")
    return Path(constants.HF_HUB_CACHE) / name


def ask_hub(repository: str, filename: str) -> Remote:
    """Size, checksum and revision. Raises what huggingface_hub raises; `Mismatch` for an incomplete answer."""
    url = hf_hub_url(repository, filename)
    told = get_hf_file_metadata(url)
    if told.etag is None or told.commit_hash is None or told.size is None:
        raise Mismatch("the answer lacks a checksum, a revision or a size")
    if not (NAME.fullmatch(told.etag) and NAME.fullmatch(told.commit_hash)):
        raise Mismatch("its checksum or its revision is no name for a file")
    return Remote(repository, filename, url, told.etag, told.commit_hash, told.size)


def fetch_file(remote: Remote, progress: Progress, say: Say) -> Path:
    """The file in the cache. Another process that fetches it is waited for. Raises `DiskFull`, `Mismatch`, OSError."""
    remote.blob.parent.mkdir(parents=True, exist_ok=True)
    forget_older(remote.blob)
    with open_unfinished(remote.blob, say) as unfinished:
        if unfinished is not None:
            complete(remote, unfinished, progress, say)
    pointer = point_to_blob(remote)
    if unfinished is not None and remote.is_summed:
        note_checksum(make_cache_folder(), pointer, remote.etag)
    return pointer


@contextmanager
def open_unfinished(blob: Path, say: Say) -> Iterator[BinaryIO | None]:
    """The unfinished file, locked and at its end; None where another process has finished it meanwhile."""
    path = unfinished_path(blob)
    while not blob.exists():
        with path.open("ab+", buffering=0) as stream:
            wait_for_lock(stream, say)
            if not is_same_file(path, stream):
                continue  # Finished or given up by another process while this one waited.
            if blob.exists():
                path.unlink()  # Finished between the look at it and the opening of a new file.
                continue
            yield stream
            return
    yield None


def forget_older(blob: Path) -> None:
    """What is left of a revision that the hub does not have any more would lie there for ever."""
    for path in blob.parent.glob("*.swictation"):
        if path != unfinished_path(blob):
            path.unlink(missing_ok=True)


def unfinished_path(blob: Path) -> Path:
    return blob.with_name(f"{blob.name}.swictation")


def wait_for_lock(stream: BinaryIO, say: Say) -> None:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("waiting")
        fcntl.flock(stream, fcntl.LOCK_EX)


def is_same_file(path: Path, stream: BinaryIO) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except FileNotFoundError:
        return False


def complete(remote: Remote, unfinished: BinaryIO, progress: Progress, say: Say) -> None:
    """Fetches what is missing, compares size and sum, and puts the file in its place."""
    path = unfinished_path(remote.blob)
    have_bytes = unfinished.seek(0, os.SEEK_END)
    if have_bytes > remote.size_bytes:
        have_bytes = unfinished.truncate(0)
    require_room(path.parent, remote.size_bytes - have_bytes)
    progress(have_bytes, remote.size_bytes)
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK_BYTES
    try:
        http_get(
            remote.url,
            unfinished,
            resume_size=have_bytes,
            headers=build_hf_headers(),
            expected_size=remote.size_bytes,
            tqdm_class=counter(progress, remote.size_bytes),
        )
        say("checking")
        if remote.is_summed and sum_file(path) != remote.etag:
            raise Mismatch("its SHA-256 is another one")
    except Mismatch:
        path.unlink()
        raise
    os.fsync(unfinished.fileno())
    path.rename(remote.blob)


def require_room(folder: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        raise DiskFull(needed_bytes, free_bytes)


def counter(progress: Progress, most_bytes: int) -> type[Any]:
    """In place of tqdm's bar, which does not count where progress bars are switched off. It hears of each piece before
    it is written, so a server that sends more than it announced does not fill the disk."""

    class Counter:
        def __init__(self, *_: object, total: int = 0, initial: int = 0, **__: object) -> None:
            self.done_bytes, self.total_bytes = initial, total

        def __enter__(self) -> Counter:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def update(self, received_bytes: int) -> None:
            self.done_bytes += received_bytes
            if self.done_bytes > most_bytes:
                raise Mismatch("more came than was announced")
            progress(self.done_bytes, self.total_bytes)

    return Counter


def point_to_blob(remote: Remote) -> Path:
    """What the cache of the hub has beside the bytes: the revision that `main` stands for, and the name in it. Each
    takes its place at once: another process that waited for the same file does the same now, or reads them."""
    pointer = remote.folder / "snapshots" / remote.commit / remote.filename
    with prepare_file(pointer) as unfinished:
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(os.path.relpath(remote.blob, pointer.parent))
    write_atomically(remote.folder / "refs" / "main", remote.commit.encode())
    return pointer
