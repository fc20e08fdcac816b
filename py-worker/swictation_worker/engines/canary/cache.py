"""What is kept of a `.nemo`: its small parts, and its weights as safetensors, one file a number type.

`$XDG_CACHE_HOME/swictation/canary/SHA256/`: `parts/` (the archive without its weights: configuration, tokenizers),
`weights-fp16.safetensors`, `weights-fp32.safetensors`. The key is the SHA-256 of the whole archive; it is remembered
by path, size and time of change, since summing 3.5 GB takes seconds. A mapped file costs no memory of its own: its
pages are the system's file cache, shared by all workers, and can be dropped and read again at any time.
"""

from __future__ import annotations

import os
import re
import shutil
import tarfile
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ...engine import Report
from ...errors import Refused
from .notes import recall_checksum
from .progress import Progress
from .remains import clean_if_alone, writing_alone
from .source import UNAVAILABLE

NumberType = Literal["fp16", "bf16", "fp32"]
WEIGHTS = "model_weights.ckpt"
CONFIGURATION = "model_config.yaml"
SHA256 = re.compile(r"[0-9a-f]{64}")


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
    """Sums the file (once) and unpacks everything but its weights (once). Removes what killed processes have left."""
    root = make_cache_folder()
    report("reading")
    size_bytes = path.stat().st_size
    sha256 = recall_checksum(root, path, Progress(report, "reading", size_bytes).add)
    archive = Archive(path, sha256, size_bytes, root / sha256)
    require_announced_sum(archive)
    if archive.parts.is_dir():
        clean_if_alone(root)
        return archive
    with writing_alone(root, report):
        if not archive.parts.is_dir():
            unpack_parts(archive)
    return archive


def require_announced_sum(archive: Archive) -> None:
    """In the hub's cache a large file has the name of its SHA-256: one of another sum is damaged."""
    announced = archive.path.resolve().name
    if SHA256.fullmatch(announced) and announced != archive.sha256:
        raise refuse_archive(archive, tarfile.TarError(f"the hub announced sha256 {announced[:12]}"))


def unpack_parts(archive: Archive) -> None:
    """All members but the weights."""
    archive.folder.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=archive.folder, prefix=".parts-"))
    try:
        with tarfile.open(archive.path) as tar:
            members = [member for member in tar if member.isfile()]
            require_members(archive, members)
            tar.extractall(unfinished, [member for member in members if not is_weights(member)], filter="data")
        unfinished.rename(archive.parts)
    except UNREADABLE as error:
        raise refuse_archive(archive, error) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


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
