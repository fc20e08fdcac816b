"""What a client sends to s16le, mono, 16 kHz. Any other format than that of a WAV is read by the worker's decoder,
in a process of its own: what is broken, or made to break it, ends there."""

from __future__ import annotations

import asyncio
import io
import os
import struct
import sys
import wave
from pathlib import Path

import numpy as np

from swictation_worker.engine import SAMPLE_RATE_HZ

from .api_error import ApiError, bad_field
from .heard import BYTES_PER_SAMPLE

HEADER = struct.Struct("<2sBxI")
DECODING_S = 30.0
CHUNK_BYTES = 1 << 16
MOST_CHANNELS = 8
ROOT = Path(__file__).parent.parent


async def read_sound(data: bytes, longest_s: float) -> bytes:
    """Raises `ApiError` for what is no sound, holds none, or is longer than allowed."""
    if not data:
        raise bad_field("file", "the file is empty")
    pcm = read_plain_wav(data)
    if pcm is None:
        pcm = await decode(data, longest_s)
    if len(pcm) > longest_s * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE:
        raise too_long(longest_s)
    if not pcm:
        raise bad_field("file", "the file holds no sound")
    return pcm


def read_plain_wav(data: bytes) -> bytes | None:
    """The samples of a WAV that has them as they are wanted; None for everything else."""
    try:
        with wave.open(io.BytesIO(data)) as clip:
            shape = (clip.getframerate(), clip.getnchannels(), clip.getsampwidth())
            frames = clip.readframes(clip.getnframes()) if shape == (SAMPLE_RATE_HZ, 1, BYTES_PER_SAMPLE) else None
    except (wave.Error, EOFError, struct.error, RuntimeError):
        return None
    return frames or None


async def decode(data: bytes, longest_s: float) -> bytes:
    """By libav, for at most as long as sound of that length can take."""
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "swictation_worker.files.decode",
        "-",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SWICTATION_PARENT": str(os.getpid())},
        limit=CHUNK_BYTES,
    )
    try:
        async with asyncio.timeout(DECODING_S):
            feeding = asyncio.create_task(_feed(child, data))
            pcm = await _collect(child, longest_s)
            await feeding
            said = await child.stderr.read() if child.stderr else b""
    except TimeoutError:
        raise bad_field("file", "the file can't be decoded in time") from None
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
    if not pcm:
        raise bad_field("file", _message_of(said))
    return pcm


async def _feed(child: asyncio.subprocess.Process, data: bytes) -> None:
    assert child.stdin is not None
    try:
        child.stdin.write(data)
        await child.stdin.drain()
        child.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return


async def _collect(child: asyncio.subprocess.Process, longest_s: float) -> bytes:
    """All blocks, mixed to one channel."""
    assert child.stdout is not None
    parts: list[bytes] = []
    size = 0
    while True:
        try:
            mark, channels, samples = HEADER.unpack(await child.stdout.readexactly(HEADER.size))
        except asyncio.IncompleteReadError:
            return b"".join(parts)
        if mark != b"SB" or not 0 < channels <= MOST_CHANNELS:
            raise bad_field("file", "the file can't be decoded")
        block = await child.stdout.readexactly(channels * samples * BYTES_PER_SAMPLE)
        parts.append(mix(block, channels))
        size += samples * BYTES_PER_SAMPLE
        if size > longest_s * SAMPLE_RATE_HZ * BYTES_PER_SAMPLE:
            raise too_long(longest_s)


def mix(block: bytes, channels: int) -> bytes:
    """The mean of all channels."""
    if channels == 1:
        return block
    frames = np.frombuffer(block, "<i2").reshape(-1, channels)
    mixed: bytes = frames.mean(axis=1).astype("<i2").tobytes()
    return mixed


def too_long(longest_s: float) -> ApiError:
    return ApiError(413, f"the sound is longer than {longest_s:g} s: send it in parts", "too_long", "file")


def _message_of(said: bytes) -> str:
    """The decoder's own words."""
    import json

    for line in said.decode("utf-8", "replace").splitlines():
        try:
            return str(json.loads(line)["message"]).replace("stdin", "the file")
        except (ValueError, KeyError, TypeError):
            continue
    return "the file is not a sound file that can be read"
