"""Small files of the cache of weights: notes of checksums, and how a file takes its place at once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

NOTE = "checksums.json"
BLOCK_BYTES = 1 << 22


def recall_checksum(root: Path, path: Path, add: Callable[[int], None] = lambda _: None) -> str:
    """SHA-256 of the file, from the note of an earlier load where path, size and time still agree. `add` hears of the
    bytes as they are read."""
    known = read_note(root / NOTE).get(key_of(path))
    return known if known is not None else note_checksum(root, path, sum_file(path, add))


def note_checksum(root: Path, path: Path, sha256: str) -> str:
    """For whoever has summed the file already; the checksum. What the same path had before is forgotten."""
    note = root / NOTE
    older = {key: sum_ for key, sum_ in read_note(note).items() if path_of(key) != str(path)}
    write_note(note, {**older, key_of(path): sha256})
    return sha256


def key_of(path: Path) -> str:
    stat = path.stat()
    return f"{path}:{stat.st_size}:{stat.st_mtime_ns}"


def path_of(key: str) -> str:
    return key.rsplit(":", 2)[0]


def read_note(note: Path) -> dict[str, str]:
    """A note that can't be read is an empty one: it only saves time."""
    try:
        value = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}


def write_note(note: Path, content: Mapping[str, str]) -> None:
    write_atomically(note, json.dumps(content, indent=1).encode())


def sum_file(path: Path, add: Callable[[int], None] = lambda _: None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
            add(len(block))
    return digest.hexdigest()


def write_atomically(target: Path, content: bytes) -> None:
    with prepare_file(target) as unfinished:
        unfinished.write_bytes(content)


@contextmanager
def prepare_file(target: Path) -> Iterator[Path]:
    """A path beside `target` to write to; it becomes `target` at the end, so no reader sees half a file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        yield unfinished
        os.replace(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
