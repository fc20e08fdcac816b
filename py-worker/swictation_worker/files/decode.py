"""Decodes one audio file to the program's own sound: s16le, 16 kHz, mono, on stdout.

Any container and codec that libav knows, any rate and channel count, in bounded memory. What is wrong is one
line of JSON on stderr, ``{"code", "message"}``; the exit code is 1 where no sound came out of the file.
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import TYPE_CHECKING, BinaryIO

import av
from av.error import FFmpegError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
# Sound files only: no playlists, so that no other file and no network address is ever opened.
FORMATS = "wav,w64,aiff,au,caf,flac,ogg,mp3,aac,mov,matroska"
# A program that writes to a pipe can't know the size and writes one of these.
UNKNOWN_SIZES = (0, 0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF)


def main() -> int:
    """Decodes the file that the command line names."""
    if len(sys.argv) != 2:
        return _tell("wrong_usage", "usage: python -m swictation_worker.files.decode FILE") or 2
    try:
        return _decode(sys.argv[1], sys.stdout.buffer)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _decode(path: str, out: BinaryIO) -> int:
    name = os.path.basename(path)
    try:
        with open(path, "rb") as file:
            missing = missing_bytes(file)
            file.seek(0)
            written, damaged = _write_sound(file, out)
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror if not isinstance(error, FFmpegError) else None
        if reason is None:
            return _tell("audio_unreadable", f"{name} is not a sound file: give a WAV, FLAC or Ogg file")
        return _tell("audio_unreadable", f"{name}: {reason}")
    except (FFmpegError, ValueError):
        return _tell("audio_unreadable", f"{name} is not a sound file: give a WAV, FLAC or Ogg file")
    if written == 0:
        return _tell("audio_empty", f"{name} holds no sound: record it again")
    if missing > 0:
        _tell("audio_truncated", f"{name} is truncated, {missing} bytes are missing: used what is there")
    elif damaged > 0:
        _tell("audio_damaged", f"{name} is damaged in {damaged} places: used what is there")
    return 0


def _write_sound(file: BinaryIO, out: BinaryIO) -> tuple[int, int]:
    """Bytes written, and packets that could not be decoded."""
    written = damaged = 0
    with av.open(file, mode="r", metadata_errors="ignore", options={"format_whitelist": FORMATS}) as container:
        if not container.streams.audio:
            raise ValueError("no sound in it")
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE_HZ)
        for frame in _frames(container):
            if frame is None:
                damaged += 1
                continue
            for part in resampler.resample(frame):
                written += out.write(_samples(part))
        for part in resampler.resample(None):
            written += out.write(_samples(part))
    out.flush()
    return written, damaged


def _frames(container: InputContainer) -> Iterator[av.AudioFrame | None]:
    """Decoded frames; None stands for a packet that could not be decoded."""
    stream = container.streams.audio[0]
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            yield from (frame for frame in packet.decode() if isinstance(frame, av.AudioFrame))
        except StopIteration:
            return
        except FFmpegError:
            yield None


def _samples(frame: av.AudioFrame) -> bytes:
    """The samples without the padding that libav keeps behind them."""
    return bytes(frame.planes[0])[: frame.samples * BYTES_PER_SAMPLE]


def missing_bytes(file: BinaryIO) -> int:
    """How many bytes of sound a WAV file promises but does not hold; 0 for every other file."""
    header = file.read(12)
    if header[:4] != b"RIFF" or header[8:12] != b"WAVE":
        return 0
    end = file.seek(0, os.SEEK_END)
    position = 12
    while position + 8 <= end:
        file.seek(position)
        name, size = struct.unpack("<4sI", file.read(8))
        if name == b"data":
            return 0 if size in UNKNOWN_SIZES else max(0, position + 8 + size - end)
        position += 8 + size + size % 2
    return 0


def _tell(code: str, message: str) -> int:
    print(json.dumps({"code": code, "message": message}), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
