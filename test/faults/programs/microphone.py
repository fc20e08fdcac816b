"""Plays FAULT_DIR/speech.pcm as somebody speaks, silence behind it, and goes on where it was over all starts.

FAULT_DIR/position holds the samples that were handed over so far (8 bytes, little endian). FAULT_DIR/mic may
hold an order, which is taken away when it is obeyed: ``die``, ``garbage``, ``stall``, ``late`` (held up for
1.4 s, then all at once), ``double`` (two channels from now on). MIC_SPEED: 1 is speech.
"""

import os
import struct
import sys
import time
from pathlib import Path

CHUNK_SAMPLES = 160
RATE_HZ = 16_000
GARBAGE = b"Connection failure: connection refused, is the sound server running?\n" * 20

folder = Path(os.environ["FAULT_DIR"])
speed = float(os.environ.get("MIC_SPEED", "1"))
speech = (folder / "speech.pcm").read_bytes()
order_file = folder / "mic"
position_file = os.open(folder / "position", os.O_RDWR | os.O_CREAT, 0o600)


def position() -> int:
    stored = os.pread(position_file, 8, 0)
    return struct.unpack("<q", stored)[0] if len(stored) == 8 else 0


def say(sound: bytes) -> None:
    while sound:
        sound = sound[os.write(sys.stdout.fileno(), sound) :]


def obey(order: str) -> None:
    order_file.unlink()
    if order == "late":
        time.sleep(1.4)
        return
    if order == "die":
        sys.exit(1)
    if order == "garbage":
        time.sleep(0.05)
        say(GARBAGE)
    time.sleep(600)


def on_channels(sound: bytes) -> bytes:
    samples = struct.unpack(f"<{CHUNK_SAMPLES}h", sound)
    return struct.pack(f"<{CHUNK_SAMPLES * channels}h", *(value for value in samples for _ in range(channels)))


channels = 1
at = position()
started_s = time.monotonic()
played = 0
while True:
    if order_file.exists():
        order = order_file.read_text().strip()
        if order == "double":
            order_file.unlink()
            channels = 2
        else:
            obey(order)
    chunk = speech[2 * at : 2 * (at + CHUNK_SAMPLES)]
    say(on_channels(chunk + bytes(2 * CHUNK_SAMPLES - len(chunk))))
    at += CHUNK_SAMPLES
    os.pwrite(position_file, struct.pack("<q", at), 0)
    played += CHUNK_SAMPLES
    time.sleep(max(0.0, started_s + played / RATE_HZ / speed - time.monotonic()))
