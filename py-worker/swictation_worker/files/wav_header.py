"""What a WAV header claims about its length, and whether that is true."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

# A program that writes to a pipe can't know the size. It writes zero, or a number next to the largest that fits 31 or
# 32 bits: ffmpeg 0xFFFFFFFF, sox 0x7FFFF000, arecord 0x80000000, others these minus the size of their header.
_NEAR = 1 << 20
_LIMITS = (1 << 31, 1 << 32)


def is_unknown_size(size: int) -> bool:
    """Whether this size in a header stands for "as much as there is"."""
    return size == 0 or any(limit - _NEAR <= size <= limit + _NEAR for limit in _LIMITS)


def missing_bytes(file: BinaryIO) -> int:
    """How many bytes of sound a WAV file promises but does not hold; 0 for every other file."""
    header = file.read(12)
    order = {b"RIFF": "<", b"RIFX": ">"}.get(header[:4])
    if order is None or header[8:12] != b"WAVE":
        return 0
    end = file.seek(0, os.SEEK_END)
    position = 12
    while position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack(f"{order}4sI", file.read(8))
        if name == b"data":
            return 0 if is_unknown_size(size) else max(0, position + 8 + size - end)
        position += 8 + size + size % 2
    return 0
