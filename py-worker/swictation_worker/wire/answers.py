"""What a worker says, as headers for ``messages.encode``; pure. Field names are those of docs/wire.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from ..engine import Device, OwnMemory, Segment, TimedWord
from ..faults import FaultClass
from .messages import WIRE_VERSION

Answer = dict[str, object]

MAX_MESSAGE_CHARS = 300
MAX_PHASE_CHARS = 100
"""What the daemon takes for a phase; a longer one would be no message at all."""


def hello(role: str, generation: int, pid: int) -> Answer:
    return {"type": "hello", "v": WIRE_VERSION, "role": role, "generation": generation, "pid": pid}


def heartbeat(generation: int, job: int | None, rss_mb: float) -> Answer:
    return {"type": "heartbeat", "generation": generation, "job": job, "rss_mb": rss_mb}


def phase(request_id: int, name: str) -> Answer:
    """``name`` becomes one short line."""
    return {"type": "phase", "id": request_id, "phase": " ".join(name.split())[:MAX_PHASE_CHARS]}


def done(request_id: int, **promised: object) -> Answer:
    return {"type": "done", "id": request_id, **promised}


def error(request_id: int | None, fault: FaultClass | None, code: str, message: str) -> Answer:
    """``message`` becomes one short line; the caller keeps audio and text out of it."""
    line = " ".join(message.split())[:MAX_MESSAGE_CHARS]
    return {"type": "error", "id": request_id, "fault": fault, "code": code, "message": line}


def text(
    request_id: int,
    words: str,
    segments: Sequence[Segment],
    *,
    device: Device,
    engine: str,
    stt_ms: float,
    audio_s: float,
    memory: OwnMemory | None,
    need_mb: float | None,
    sentence_end: bool | None = None,
    covered_until_s: float | None = None,
    written: str | None = None,
    timed: Sequence[TimedWord] | None = None,
) -> Answer:
    answer: Answer = {
        "type": "text",
        "id": request_id,
        "text": words,
        "device": device,
        "engine": engine,
        "stt_ms": stt_ms,
        "audio_s": audio_s,
        "memory": memory_map(memory),
        "need_mb": need_mb,
        "segments": [asdict(segment) for segment in segments],
        "sentence_end": sentence_end,
        "covered_until_s": covered_until_s,
    }
    if timed is not None:
        answer["words"] = [asdict(word) for word in timed]
    return answer if written is None else {**answer, "written": written}


def scores(request_id: int, probabilities: Sequence[float], state: bytes, device: Device) -> Answer:
    return {
        "type": "scores",
        "id": request_id,
        "probabilities": list(probabilities),
        "state": state,
        "device": device,
    }


def memory_map(memory: OwnMemory | None) -> dict[str, object] | None:
    """The ``memory`` map of the wire, or ``None`` on a worker without a card."""
    return None if memory is None else asdict(memory)
