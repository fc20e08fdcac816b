"""Files of which several were joined into one: Ogg allows it (a recorded web radio), for WAV people do it with `cat`.

libav stops where the second one begins with other channels or another rate, so each is decoded on its own.
"""

from __future__ import annotations

import io
import os
import struct
from typing import BinaryIO

_OGG_HEADER_BYTES = 27
_BEGINS_STREAM = 0x02


class Link(io.RawIOBase):
    """The stretch of a file between two places, as a file of its own."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        super().__init__()
        self._file = file
        self._start = start
        self._end = end
        self._at = 0
        # libav looks at the ending of the name where the content says nothing.
        self.name = file.name

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._end - self._start}[whence]
        self._at = max(0, base + offset)
        return self._at

    def read(self, size: int = -1) -> bytes:
        left = max(0, self._end - self._start - self._at)
        self._file.seek(self._start + self._at)
        sound = self._file.read(left if size < 0 else min(size, left))
        self._at += len(sound)
        return sound


def split_links(file: BinaryIO) -> list[Link]:
    """The files that were joined; most often it is one, the whole."""
    end = file.seek(0, os.SEEK_END)
    file.seek(0)
    magic = file.read(12)
    starts = [0]
    if magic[:4] == b"OggS":
        starts = _ogg_starts(file, end)
    elif magic[:4] == b"RIFF" and magic[8:12] == b"WAVE":
        starts = _wav_starts(file, end)
    return [Link(file, start, stop) for start, stop in zip(starts, [*starts[1:], end], strict=True)]


def _ogg_starts(file: BinaryIO, end: int) -> list[int]:
    """Where a group of first pages follows pages that are none."""
    starts = [0]
    at, began = 0, True
    while at + _OGG_HEADER_BYTES <= end:
        file.seek(at)
        header = file.read(_OGG_HEADER_BYTES)
        if header[:4] != b"OggS":
            break
        first = bool(header[5] & _BEGINS_STREAM)
        if first and not began:
            starts.append(at)
        began = first
        segments = header[26]
        at += _OGG_HEADER_BYTES + segments + sum(file.read(segments))
    return starts


def _wav_starts(file: BinaryIO, end: int) -> list[int]:
    """Where a second WAV header stands behind the last chunk of the first."""
    starts = [0]
    at = 12
    while at + 12 <= end:
        file.seek(at)
        head = file.read(12)
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            starts.append(at)
            at += 12
            continue
        size = struct.unpack_from("<I", head, 4)[0]
        at += 8 + size + size % 2
    return starts
