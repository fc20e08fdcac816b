"""Bytes of the wire (docs/wire.md) to typed requests, in exactly one place; pure.

A message is one msgpack map and, for ``transcribe`` and ``score``, one raw audio frame.
Whatever can't be read raises ``InvalidMessage`` with path, expectation and value, and changes nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, cast, get_args

import msgpack
import numpy as np

from ..engine import FRAME_SAMPLES, Audio, Device, Model, SimChange, Wishes
from ..faults import FAULT_CLASSES
from .requests import (
    Drop,
    EmptyCache,
    Load,
    Memory,
    Place,
    Probe,
    Request,
    Score,
    Sim,
    SpokenForm,
    Transcribe,
)

WIRE_VERSION = 1
MAX_HEADER_BYTES = 64 * 1024
MAX_AUDIO_BYTES = 8 * 1024 * 1024
MAX_STATE_BYTES = 8 * 1024
MAX_SCORE_FRAMES = 512
MAX_ID = 2**53 - 1
MIN_WINDOW_S, MAX_WINDOW_S = 1.0, 600.0
LANGUAGE = re.compile("[a-z]{2,3}")

Channel = Literal["ctl", "data"]
Header = Mapping[str, object]


class InvalidMessage(Exception):
    """A message that can't be read. ``id`` is the request's where that much was readable."""

    def __init__(self, message: str, request_id: int | None = None) -> None:
        super().__init__(message)
        self.id = request_id


def encode(header: Header) -> bytes:
    """A header as msgpack. Raises ``ValueError`` above the limit: that is our own mistake."""
    packed = cast(bytes, msgpack.packb(dict(header), use_bin_type=True))
    if len(packed) > MAX_HEADER_BYTES:
        raise ValueError(f"header of {len(packed)} bytes is over {MAX_HEADER_BYTES}")
    return packed


def decode(channel: Channel, frames: Sequence[bytes]) -> Request:
    """One received message to a request; raises ``InvalidMessage``."""
    header = decode_header(frames)
    request_id = _request_id(header)
    try:
        return _decode_request(channel, header, request_id, frames[1:])
    except InvalidMessage as error:
        reason = str(error)
    raise InvalidMessage(reason, request_id)


def decode_header(frames: Sequence[bytes]) -> dict[str, object]:
    """The first frame as a map with text keys, sizes of all frames checked."""
    if not 1 <= len(frames) <= 2:
        raise InvalidMessage(f"expected 1 or 2 frames, got {len(frames)}")
    if len(frames[0]) > MAX_HEADER_BYTES:
        raise InvalidMessage(f"header: expected at most {MAX_HEADER_BYTES} bytes, got {len(frames[0])}")
    try:
        header = msgpack.unpackb(frames[0], raw=False, strict_map_key=True, ext_hook=_undefined_is_nil)
    except Exception as error:
        reason = type(error).__name__
    else:
        if isinstance(header, dict) and all(isinstance(key, str) for key in header):
            return header
        reason = f"got {type(header).__name__}"
    raise InvalidMessage(f"header: expected a msgpack map with text keys, {reason}")


def _undefined_is_nil(code: int, _data: bytes) -> None:
    """JavaScript's ``undefined`` travels as extension 0; no other extension belongs to the wire."""
    if code != 0:
        raise ValueError(f"extension {code}")


def _request_id(header: Header) -> int:
    value = header.get("id")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
        raise InvalidMessage(f"id: expected an unsigned integer, got {_shown(value)}")
    return value


def _decode_request(channel: Channel, header: Header, request_id: int, rest: Sequence[bytes]) -> Request:
    kind = header.get("type")
    if channel == "data" and kind in ("transcribe", "score"):
        if not rest:
            raise InvalidMessage(f"{kind}: expected an audio frame, got none")
        samples = decode_audio(header.get("format"), rest[0])
        return _transcribe(header, request_id, samples) if kind == "transcribe" else _score(header, request_id, samples)
    read = _CTL.get(kind) if channel == "ctl" and isinstance(kind, str) else None
    if read is None:
        raise InvalidMessage(f"type: not known on {channel}, got {_shown(kind)}")
    if rest:
        raise InvalidMessage(f"{kind}: expected no second frame, got {len(rest[0])} bytes")
    return read(header, request_id)


def decode_audio(audio_format: object, frame: bytes) -> Audio:
    """Raw PCM to float32 in -1..1."""
    if len(frame) > MAX_AUDIO_BYTES:
        raise InvalidMessage(f"audio: expected at most {MAX_AUDIO_BYTES} bytes, got {len(frame)}")
    if audio_format == "s16le":
        _whole_samples(frame, 2)
        return np.frombuffer(frame, "<i2").astype(np.float32) / np.float32(32768)
    if audio_format == "f32le":
        _whole_samples(frame, 4)
        samples = np.frombuffer(frame, "<f4").astype(np.float32)
        if not np.isfinite(samples).all():
            raise InvalidMessage("audio: expected finite samples")
        return np.clip(samples, -1.0, 1.0)
    raise InvalidMessage(f"format: expected s16le or f32le, got {_shown(audio_format)}")


def _whole_samples(frame: bytes, width: int) -> None:
    if len(frame) % width:
        raise InvalidMessage(f"audio: expected a multiple of {width} bytes, got {len(frame)}")


def _transcribe(header: Header, request_id: int, samples: Audio) -> Transcribe:
    window_s = _number(header, "window_s", MIN_WINDOW_S, MAX_WINDOW_S)
    return Transcribe(request_id, samples, window_s, _wishes(header))


def _wishes(header: Header) -> Wishes:
    """Each of them may be left out."""
    vocabulary = header.get("vocabulary") or []
    if not isinstance(vocabulary, list) or not all(isinstance(word, str) for word in vocabulary):
        raise InvalidMessage(f"vocabulary: expected a list of texts, got {_shown(vocabulary)}")
    language = _language(header, "language") or "en"
    translate_to = _language(header, "translate_to")
    return Wishes(_flag(header, "written"), language, translate_to, tuple(vocabulary), _flag(header, "timed"))


def _flag(header: Header, field: str) -> bool:
    value = header.get(field, False)
    if not isinstance(value, bool):
        raise InvalidMessage(f"{field}: expected true or false, got {_shown(value)}")
    return value


def _language(header: Header, field: str) -> str | None:
    value = header.get(field)
    if value is None or (isinstance(value, str) and LANGUAGE.fullmatch(value)):
        return value
    raise InvalidMessage(f"{field}: expected a language as de or pt, got {_shown(value)}")


def _score(header: Header, request_id: int, samples: Audio) -> Score:
    frames, rest = divmod(len(samples), FRAME_SAMPLES)
    if rest or not 1 <= frames <= MAX_SCORE_FRAMES:
        raise InvalidMessage(
            f"audio: expected 1 to {MAX_SCORE_FRAMES} frames of {FRAME_SAMPLES} samples, got {len(samples)} samples"
        )
    state = header.get("state")
    if state is not None and (not isinstance(state, bytes) or len(state) > MAX_STATE_BYTES):
        raise InvalidMessage(f"state: expected nil or at most {MAX_STATE_BYTES} bytes, got {_shown(state)}")
    return Score(request_id, samples.reshape(frames, FRAME_SAMPLES), state)


def _sim(header: Header, request_id: int) -> Sim:
    fault = None if header.get("fault") is None else _choice(header, "fault", FAULT_CLASSES)
    driver = None if header.get("driver") is None else _choice(header, "driver", ("gone", "back"))
    change = SimChange(
        others_mb=_optional_number(header, "others_mb", 0, 1e9),
        fault=fault,
        leak_mb_per_min=_optional_number(header, "leak_mb_per_min", 0, 1e9),
        driver=cast(Literal["gone", "back"] | None, driver),
    )
    return Sim(request_id, change)


def _text(header: Header) -> str:
    text = header.get("text")
    if not isinstance(text, str):
        raise InvalidMessage(f"text: expected text, got {_shown(text)}")
    return text


def _model(header: Header) -> Model:
    return cast(Model, _choice(header, "model", get_args(Model)))


def _device(header: Header) -> Device:
    return cast(Device, _choice(header, "device", get_args(Device)))


def _choice(header: Header, field: str, allowed: Sequence[str]) -> str:
    value = header.get(field)
    if isinstance(value, str) and value in allowed:
        return value
    raise InvalidMessage(f"{field}: expected one of {', '.join(allowed)}, got {_shown(value)}")


def _number(header: Header, field: str, low: float, high: float) -> float:
    value = header.get(field)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        raise InvalidMessage(f"{field}: expected a number from {low:g} to {high:g}, got {_shown(value)}")
    return float(value)


def _optional_number(header: Header, field: str, low: float, high: float) -> float | None:
    return None if header.get(field) is None else _number(header, field, low, high)


def _shown(value: object) -> str:
    """A value for an error line: short, and never bytes, which could be audio."""
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, dict | list):
        return f"a {type(value).__name__} of {len(value)}"
    return repr(value)[:40]


_CTL: Mapping[str, Callable[[Header, int], Request]] = {
    "load": lambda header, request_id: Load(request_id, _model(header), _device(header)),
    "place": lambda header, request_id: Place(request_id, _model(header), _device(header)),
    "drop": lambda header, request_id: Drop(request_id, _model(header)),
    "empty_cache": lambda _, request_id: EmptyCache(request_id),
    "memory": lambda _, request_id: Memory(request_id),
    "sim": _sim,
    "probe": lambda _, request_id: Probe(request_id),
    "spoken_form": lambda header, request_id: SpokenForm(
        request_id, _text(header), _language(header, "language") or "en"
    ),
}
