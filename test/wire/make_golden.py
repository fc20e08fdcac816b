"""Writes golden.json: one message of each kind, as Python packs it. Run from the repository's root:

    PYTHONPATH=py-worker python test/wire/make_golden.py

Whole-numbered floats are avoided: JavaScript has one number type and packs 3.0 as the integer 3.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import msgpack

from swictation_worker.engine import OwnMemory, Segment
from swictation_worker.wire import answers
from swictation_worker.wire.messages import encode

MEMORY = OwnMemory(4294.5, 1893.25, 300.5, 1766.25, 1766.5, 1866.75, 12.5, 1992.25, 3, 1850.125, True)

REQUESTS: list[tuple[str, str, dict[str, Any], bytes | None]] = [
    ("load", "ctl", {"type": "load", "id": 1, "model": "stt", "device": "cpu"}, None),
    ("place", "ctl", {"type": "place", "id": 2, "model": "vad", "device": "cuda"}, None),
    ("drop", "ctl", {"type": "drop", "id": 3, "model": "stt"}, None),
    ("empty_cache", "ctl", {"type": "empty_cache", "id": 4}, None),
    ("memory", "ctl", {"type": "memory", "id": 300}, None),
    ("sim others", "ctl", {"type": "sim", "id": 7, "others_mb": 812.5}, None),
    ("sim fault", "ctl", {"type": "sim", "id": 8, "fault": "sticky"}, None),
    ("sim leak", "ctl", {"type": "sim", "id": 9, "leak_mb_per_min": 40.5}, None),
    ("sim driver", "ctl", {"type": "sim", "id": 10, "driver": "gone"}, None),
    ("probe", "ctl", {"type": "probe", "id": 70_000}, None),
    ("spoken form", "ctl", {"type": "spoken_form", "id": 17, "text": "Nine, please."}, None),
    (
        "transcribe s16le",
        "data",
        {"type": "transcribe", "id": 13, "format": "s16le", "window_s": 20.5},
        struct.pack("<4h", 0, 16384, -32768, 32767),
    ),
    (
        "transcribe f32le",
        "data",
        {"type": "transcribe", "id": 14, "format": "f32le", "window_s": 40.5},
        struct.pack("<3f", 0.0, 0.5, -1.0),
    ),
    (
        "score fresh",
        "data",
        {"type": "score", "id": 15, "format": "s16le", "state": None},
        struct.pack("<512h", *range(512)),
    ),
    (
        "score continued",
        "data",
        {"type": "score", "id": 16, "format": "s16le", "state": bytes(range(256)) * 5},
        struct.pack("<512h", *range(-256, 256)),
    ),
]

ANSWERS: list[tuple[str, str, dict[str, Any]]] = [
    ("hello", "ctl", answers.hello("gpu", 7, 4242)),
    ("heartbeat busy", "ctl", answers.heartbeat(7, 13, 196.25)),
    ("heartbeat idle", "ctl", answers.heartbeat(7, None, 196.25)),
    ("phase", "ctl", answers.phase(13, "decoding")),
    ("done", "ctl", answers.done(6)),
    (
        "done load",
        "ctl",
        answers.done(1, memory=answers.memory_map(MEMORY), load_ms=823.25, engine="tiny.en int8"),
    ),
    ("done load without a card", "ctl", answers.done(1, memory=None, load_ms=15.5, engine="silero")),
    (
        "done empty_cache",
        "ctl",
        answers.done(4, memory_before=answers.memory_map(MEMORY), memory=answers.memory_map(MEMORY)),
    ),
    ("done probe", "ctl", answers.done(11, text="please open the file", memory=answers.memory_map(MEMORY))),
    ("error", "ctl", answers.error(13, "sticky", "cuda_719", "CUDA error: unspecified launch failure")),
    ("error invalid", "data", answers.error(None, None, "invalid_message", "id: expected an unsigned integer")),
    (
        "text",
        "data",
        answers.text(
            13,
            "it isn't over – señor",
            [Segment(0.5, 1.25, "it isn't over"), Segment(1.5, 2.75, "señor")],
            device="cuda",
            engine="tiny.en int8 (simulated card)",
            stt_ms=103.5,
            audio_s=2.99,
            memory=MEMORY,
            need_mb=72.75,
            sentence_end=True,
            covered_until_s=2.75,
        ),
    ),
    (
        "text without a card",
        "data",
        answers.text(
            14,
            "",
            [],
            device="cpu",
            engine="tiny.en int8",
            stt_ms=1.5,
            audio_s=0.25,
            memory=None,
            need_mb=None,
        ),
    ),
    ("scores", "data", answers.scores(15, [0.03125, 0.75], bytes(range(256)) * 5, "cpu")),
]


def shown(value: Any) -> Any:
    """JSON has no bytes: they appear as ``{"hex": "..."}``."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    return [shown(item) for item in value] if isinstance(value, list) else value


def golden() -> dict[str, Any]:
    """The whole file as a value."""
    requests = [
        {
            "name": name,
            "channel": channel,
            "header": shown(header),
            "bytes": encode(header).hex(),
            "audio": None if audio is None else audio.hex(),
        }
        for name, channel, header, audio in REQUESTS
    ]
    told = [
        {
            "name": name,
            "channel": channel,
            "header": shown(msgpack.unpackb(encode(header))),
            "bytes": encode(header).hex(),
        }
        for name, channel, header in ANSWERS
    ]
    return {
        "about": "Golden messages of docs/wire.md; bytes and audio are hex, binary values are {hex}. "
        "Written by test/wire/make_golden.py.",
        "to_worker": requests,
        "from_worker": told,
    }


if __name__ == "__main__":
    text = json.dumps(golden(), indent=1, ensure_ascii=False)
    Path(__file__).with_name("golden.json").write_text(text + "\n")
