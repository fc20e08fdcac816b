"""Decodes one sound file to 16 kHz, each channel on its own, on stdout.

What is read is in formats.py; any codec, rate and channel count in bounded memory, also where they change midway.
stdout: blocks, each a header of 8 bytes (``SB``, the channels as one byte, a zero, samples per channel as a
little-endian 32 bit number), and behind it the samples of all channels in turn, s16le. Who reads them mixes them.
What is wrong is one line of JSON on stderr, ``{"code", "message"}``; the exit code is 1 where no sound came out.
``--from N`` leaves out the first N samples of each channel: an earlier decoder of the same file gave them already.
``-`` is stdin; what comes through a pipe is kept in a file without a name first, since most containers are read twice.
``--raw`` takes bare samples, s16le, 16 kHz, mono.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
from typing import TYPE_CHECKING, BinaryIO

import av
from av.error import FFmpegError

from swictation_worker.files.formats import WHITELIST, readable_names
from swictation_worker.files.links import Link, split_links
from swictation_worker.files.opening import STDIN, open_sound
from swictation_worker.files.wav_header import missing_bytes
from swictation_worker.parent import die_with_starter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.container import InputContainer

SAMPLE_RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
# Of bare samples: a quarter of a second at once.
RAW_BYTES = 8_192
# More are mixed by libav: nobody's voice is on one of so many channels alone.
MOST_CHANNELS = 8
# Carries no voice, only what shakes the room.
SUBWOOFER = "LFE"


class NoSoundError(Exception):
    """The file can be read and has no sound, or none that libav can decode; the message says which."""


def main() -> int:
    """Decodes the file that the command line names."""
    die_with_starter()
    parser = argparse.ArgumentParser(prog="swictation_worker.files.decode")
    parser.add_argument("file")
    parser.add_argument("--from", dest="skip", type=int, default=0)
    parser.add_argument("--raw", action="store_true")
    wanted = parser.parse_args()
    out = BlockWriter(sys.stdout.buffer, wanted.skip)
    try:
        return copy_raw(wanted.file, out) if wanted.raw else decode_file(wanted.file, out)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def decode_file(path: str, out: BlockWriter) -> int:
    """Writes the sound of one file as blocks and what is wrong to stderr. Returns the exit code."""
    name = _name_of(path)
    try:
        with open_sound(path) as file:
            missing = missing_bytes(file)
            file.seek(0)
            damaged = _write_sound(file, out)
    except BrokenPipeError:
        raise
    except NoSoundError as error:
        return _tell("audio_unreadable", f"{name}: {error}")
    except OSError as error:
        if isinstance(error, FFmpegError) or error.strerror is None:
            return _refuse(name)
        return _tell("audio_unreadable", f"{name}: {error.strerror}")
    except (FFmpegError, ValueError):
        return _refuse(name)
    if out.samples == 0:
        return _tell("audio_empty", f"{name} holds no sound: record it again")
    if missing > 0:
        _tell("audio_truncated", f"{name} is truncated, {missing} bytes are missing: used what is there")
    elif damaged > 0:
        _tell("audio_damaged", f"{name} is damaged in {damaged} places: used what is there")
    return 0


def copy_raw(path: str, out: BlockWriter) -> int:
    """As `decode_file`, of samples that are what is wanted already; they are passed on as they come."""
    name = _name_of(path)
    odd = 0
    try:
        with open_sound(path, as_it_comes=True) as file:
            while chunk := file.read(RAW_BYTES):
                odd = len(chunk) % BYTES_PER_SAMPLE
                out.write_mono(chunk[: len(chunk) - odd])
    except BrokenPipeError:
        raise
    except OSError as error:
        return _tell("audio_unreadable", f"{name}: {error.strerror or error}")
    if out.samples == 0:
        return _tell("audio_empty", f"{name} holds no sound: record it again")
    if odd > 0:
        _tell("audio_truncated", f"{name} ends in the middle of a sample: is it s16le, 16 kHz, mono?")
    return 0


def _name_of(path: str) -> str:
    return "stdin" if path == STDIN else os.path.basename(path)


def _refuse(name: str) -> int:
    return _tell("audio_unreadable", f"{name} is not a sound file that can be read: give {readable_names()}")


def _write_sound(file: BinaryIO, out: BlockWriter) -> int:
    """Writes all of it. Returns how many packets could not be decoded."""
    damaged = 0
    converter = _Converter(out)
    for link in split_links(file):
        with open_container(link) as container:
            for frame in _frames(container):
                if frame is None:
                    damaged += 1
                else:
                    converter.add(frame)
    converter.end()
    return damaged


def open_container(file: BinaryIO | Link) -> InputContainer:
    """Opens the file without ever opening another. Tags in a foreign encoding are no flaw of its sound."""
    options = {"format_whitelist": WHITELIST}
    try:
        return av.open(file, mode="r", metadata_errors="ignore", options=options)
    except TypeError:
        # PyAV 19 has no such argument any more, and forgives by itself.
        return av.open(file, mode="r", options=options)


def _frames(container: InputContainer) -> Iterator[av.AudioFrame | None]:
    """Decoded frames; None stands for a packet that could not be decoded."""
    if not container.streams.audio:
        raise NoSoundError("no sound in it, only pictures or text: give a file with sound")
    stream = container.streams.audio[0]
    if stream.codec_context is None:
        raise NoSoundError("its sound is coded in a way that can't be read: convert it to WAV or FLAC")
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
            yield from (frame for frame in packet.decode() if isinstance(frame, av.AudioFrame))
        except StopIteration:
            return
        except FFmpegError:
            yield None


class _Converter:
    """Frames to 16 kHz; one resampler for each stretch of the same rate, format and channels."""

    def __init__(self, out: BlockWriter) -> None:
        self._out = out
        self._shape: tuple[object, ...] | None = None
        self._resampler: av.AudioResampler | None = None
        self._kept: list[int] = []

    def add(self, frame: av.AudioFrame) -> None:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            self.end()
            self._begin(frame)
            self._shape = shape
        # Time stamps that jump would make the resampler wait or refuse: what is heard is what is there, in order.
        frame.pts = None
        self._write(frame)

    def end(self) -> None:
        if self._resampler is not None:
            self._write(None)
        self._resampler = None
        self._shape = None

    def _begin(self, frame: av.AudioFrame) -> None:
        channels = [channel.name for channel in frame.layout.channels]
        mixed = len(channels) > MOST_CHANNELS
        layout = "mono" if mixed else frame.layout.name
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=SAMPLE_RATE_HZ)
        voices = [at for at, name in enumerate(channels) if name != SUBWOOFER]
        self._kept = [0] if mixed else voices or [0]

    def _write(self, frame: av.AudioFrame | None) -> None:
        assert self._resampler is not None
        for part in self._resampler.resample(frame):
            self._out.write(part, self._kept)


class BlockWriter:
    """Frames to blocks on stdout, without the samples that were given before."""

    def __init__(self, out: BinaryIO, skip: int) -> None:
        self._out = out
        self._skip = skip
        # Samples per channel so far, the left out ones too.
        self.samples = 0

    def write(self, frame: av.AudioFrame, kept: list[int]) -> None:
        channels = len(frame.layout.channels)
        width = channels * BYTES_PER_SAMPLE
        # libav keeps padding behind the samples.
        sound = bytes(frame.planes[0])[: frame.samples * width]
        left_out = min(frame.samples, max(0, self._skip - self.samples))
        self.samples += frame.samples
        sound = sound[left_out * width :]
        if not sound:
            return
        if len(kept) < channels:
            sound = _choose(sound, channels, kept)
        self._write_block(sound, len(kept), frame.samples - left_out)

    def write_mono(self, sound: bytes) -> None:
        """Samples of one channel that are as they should be already."""
        samples = len(sound) // BYTES_PER_SAMPLE
        left_out = min(samples, max(0, self._skip - self.samples))
        self.samples += samples
        if samples > left_out:
            self._write_block(sound[left_out * BYTES_PER_SAMPLE :], 1, samples - left_out)

    def _write_block(self, sound: bytes, channels: int, samples: int) -> None:
        self._out.write(struct.pack("<2sBxI", b"SB", channels, samples))
        self._out.write(sound)
        self._out.flush()


def _choose(sound: bytes, channels: int, kept: list[int]) -> bytes:
    """The samples of these channels only."""
    import numpy as np

    return np.frombuffer(sound, dtype="<i2").reshape(-1, channels)[:, kept].tobytes()


def _tell(code: str, message: str) -> int:
    print(json.dumps({"code": code, "message": message}), file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
