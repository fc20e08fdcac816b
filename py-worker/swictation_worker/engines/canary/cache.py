"""Weights of a `.nemo` as safetensors, one file a number type, mapped at each load instead of read.

`$XDG_CACHE_HOME/swictation/canary/SHA256/`: `parts/` (the archive without its weights: configuration, tokenizers),
`weights-fp16.safetensors`, `weights-fp32.safetensors`. The key is the SHA-256 of the whole archive; it is remembered
by path, size and time of change, since summing 3.5 GB takes seconds. A mapped file costs no memory of its own: its
pages are the system's file cache, shared by all workers, and can be dropped and read again at any time.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ...engine import Report
from ...errors import Refused
from .source import UNAVAILABLE

NumberType = Literal["fp16", "fp32"]
WEIGHTS = "model_weights.ckpt"
CONFIGURATION = "model_config.yaml"
NOTE = "checksums.json"
BLOCK_BYTES = 1 << 22


@dataclass(frozen=True)
class Archive:
    """An unpacked `.nemo`: its own path, its checksum and size, and where its parts are kept."""

    path: Path
    sha256: str
    size_bytes: int
    folder: Path

    @property
    def parts(self) -> Path:
        return self.folder / "parts"

    def weights(self, number_type: NumberType) -> Path:
        return self.folder / f"weights-{number_type}.safetensors"


def cache_folder() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "swictation" / "canary"


def make_cache_folder() -> Path:
    root = cache_folder()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    return root


def open_archive(path: Path, report: Report) -> Archive:
    """Sums the file (once) and unpacks everything but its weights (once)."""
    root = make_cache_folder()
    report("reading")
    sha256 = recall_checksum(root, path)
    archive = Archive(path, sha256, path.stat().st_size, root / sha256)
    if not archive.parts.is_dir():
        unpack_parts(archive)
    return archive


def recall_checksum(root: Path, path: Path) -> str:
    """SHA-256 of the file, from the note of an earlier load where path, size and time still agree."""
    known = read_note(root / NOTE).get(key_of(path))
    return known if known is not None else note_checksum(root, path, sum_file(path))


def note_checksum(root: Path, path: Path, sha256: str) -> str:
    """For whoever has summed the file already; the checksum."""
    note = root / NOTE
    write_atomically(note, json.dumps({**read_note(note), key_of(path): sha256}, indent=1).encode())
    return sha256


def key_of(path: Path) -> str:
    stat = path.stat()
    return f"{path}:{stat.st_size}:{stat.st_mtime_ns}"


def read_note(note: Path) -> dict[str, str]:
    """A note that can't be read is an empty one: it only saves time."""
    try:
        value = json.loads(note.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(one) for key, one in value.items()} if isinstance(value, dict) else {}


def sum_file(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
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


def unpack_parts(archive: Archive) -> None:
    """All members but the weights; two workers doing it at once do no harm."""
    archive.folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=archive.folder, prefix=".parts-"))
    try:
        with tarfile.open(archive.path) as tar:
            members = [member for member in tar if member.isfile()]
            require_members(archive, members)
            tar.extractall(unfinished, [member for member in members if not is_weights(member)], filter="data")
    except BaseException as error:
        shutil.rmtree(unfinished)
        if isinstance(error, UNREADABLE):
            raise refuse_archive(archive, error) from None
        raise
    try:
        unfinished.rename(archive.parts)
    except OSError:
        shutil.rmtree(unfinished)


UNREADABLE = (tarfile.TarError, EOFError, zlib.error)
"""What a file that is no archive, or a part of one, makes tarfile raise. A full disk is another matter."""


def refuse_archive(archive: Archive, error: BaseException) -> Refused:
    """One line with what tells a part of a download from another file: size, checksum, the first reason."""
    size = f"{archive.size_bytes} bytes, sha256 {archive.sha256[:12]}"
    said = " ".join(str(error).split()) or type(error).__name__
    reason = "no tar file" if said.startswith("file could not be opened") else said[:80]
    return Refused(UNAVAILABLE, f"{archive.path} is not a whole .nemo archive ({size}; {reason}): fetch it again")


def require_members(archive: Archive, members: list[tarfile.TarInfo]) -> None:
    """A configuration and weights, without which there is no model."""
    names = {Path(member.name).name for member in members}
    for name in (CONFIGURATION, WEIGHTS):
        if name not in names:
            raise refuse_archive(archive, tarfile.TarError(f"no {name} in it"))


def is_weights(member: tarfile.TarInfo) -> bool:
    return Path(member.name).suffix == ".ckpt"


@contextmanager
def unpacked_weights(archive: Archive) -> Iterator[dict[str, Any]]:
    """The checkpoint's tensors, mapped from a temporary file that is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=archive.folder) as folder:
        yield read_checkpoint(archive, Path(folder))


def read_checkpoint(archive: Archive, folder: Path) -> dict[str, Any]:
    """Raises `Refused` for weights that torch can't read without running code from the file."""
    import torch

    try:
        with tarfile.open(archive.path) as tar:
            member = next(one for one in tar if Path(one.name).name == WEIGHTS)
            member.name = WEIGHTS
            tar.extract(member, folder, filter="data")
        found: dict[str, Any] = torch.load(folder / WEIGHTS, map_location="cpu", mmap=True, weights_only=True)
        return found
    except (*UNREADABLE, RuntimeError, pickle.UnpicklingError) as error:
        raise refuse_archive(archive, error) from None
