"""A safetensors file written tensor by tensor, with a checksum of each, and read back mapped.

The library writes a whole file at once, which needs all tensors in memory and says nothing for as long as it takes.
The format: 8 bytes with the length of a JSON header, the header, the tensors one behind another (README of
huggingface/safetensors). The checksums stand in the header's own map of texts, in the order of the tensors.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open

from ...engine import Report
from .progress import BYTES_PER_MB, Progress

NAME_OF = {torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64", torch.int32: "I32"}
NAME_OF |= {torch.float64: "F64", torch.uint8: "U8", torch.int8: "I8", torch.bool: "BOOL", torch.int16: "I16"}
NO_SUM = "00000000"
SYNC_BYTES = 1 << 25
"""So much is written before the disk must have it: no long wait at the end, and a power cut leaves no empty file."""


@dataclass(frozen=True)
class Plan:
    """What will be written under a name."""

    dtype: torch.dtype
    shape: torch.Size

    @property
    def size_bytes(self) -> int:
        return self.shape.numel() * self.dtype.itemsize


def write_tensors(path: Path, plans: Mapping[str, Plan], make: Callable[[str], torch.Tensor], report: Report) -> None:
    """`make` gives the tensor of a name when its turn comes. Raises OSError for a full disk before it has begun."""
    names = sorted(plans, key=lambda name: (-plans[name].dtype.itemsize, name))  # Keeps each one aligned.
    total_bytes = sum(plan.size_bytes for plan in plans.values())
    require_room(path.parent, total_bytes)
    progress = Progress(report, "converting", total_bytes)
    sums, unsynced = [], 0
    with path.open("wb") as stream:
        stream.write(write_header(names, plans, [NO_SUM] * len(names)))
        for name in names:
            content = bytes_of(make(name))
            stream.write(content)
            sums.append(f"{zlib.crc32(content):08x}")
            unsynced += len(content)
            if unsynced > SYNC_BYTES:
                stream.flush()
                os.fdatasync(stream.fileno())
                unsynced = 0
            progress.add(len(content))
        stream.seek(0)
        stream.write(write_header(names, plans, sums))
        stream.flush()
        os.fdatasync(stream.fileno())


def require_room(folder: Path, needed_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < needed_bytes:
        needed = f"{needed_bytes / BYTES_PER_MB:.0f} MB are needed for the weights"
        free = f"{free_bytes / BYTES_PER_MB:.0f} MB are free"
        raise OSError(errno.ENOSPC, f"{needed}, {free}: make room", str(folder))


def write_header(names: list[str], plans: Mapping[str, Plan], sums: list[str]) -> bytes:
    """As long with the checksums as without."""
    header: dict[str, object] = {"__metadata__": {"crc32": " ".join(sums)}}
    at = 0
    for name in names:
        plan = plans[name]
        end = at + plan.size_bytes
        header[name] = {"dtype": NAME_OF[plan.dtype], "shape": list(plan.shape), "data_offsets": [at, end]}
        at = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def is_whole(path: Path, report: Report) -> bool:
    """Whether every tensor has the checksum that it was written with."""
    try:
        total_bytes = path.stat().st_size
        with path.open("rb") as stream:
            header = json.loads(stream.read(int.from_bytes(stream.read(8), "little")))
        sums = str(header.pop("__metadata__")["crc32"]).split()
        names = sorted(header, key=lambda name: int(header[name]["data_offsets"][0]))
        progress = Progress(report, "checking", total_bytes)
        with safe_open(path, "pt") as tensors:
            for name, expected in zip(names, sums, strict=True):
                content = bytes_of(tensors.get_tensor(name))
                if f"{zlib.crc32(content):08x}" != expected:
                    return False
                progress.add(len(content))
    except Exception:
        return False
    return True


def bytes_of(tensor: torch.Tensor) -> memoryview:
    """Its numbers in order; a copy only where they do not lie so."""
    numbers: Any = tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy()
    return memoryview(numbers)
