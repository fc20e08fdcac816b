"""Properties of the reader: any bytes give a request or a named error, never anything else."""

from __future__ import annotations

from typing import Any, Literal

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from swictation_worker.wire.messages import (
    MAX_AUDIO_BYTES,
    MAX_HEADER_BYTES,
    InvalidMessage,
    decode,
    encode,
)
from swictation_worker.wire.requests import Memory, Score, Transcribe

CHANNELS: st.SearchStrategy[Literal["ctl", "data"]] = st.sampled_from(("ctl", "data"))
ID = st.integers(0, 2**53 - 1)
LEAF = (
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats() | st.text(max_size=8) | st.binary(max_size=8)
)
KINDS = st.sampled_from(("load", "place", "drop", "empty_cache", "memory", "sim", "probe", "transcribe", "score"))
FIELDS = st.dictionaries(
    st.sampled_from(("model", "device", "format", "window_s", "state", "others_mb", "fault", "driver")),
    LEAF | st.sampled_from(("stt", "cpu", "s16le", "oom", "gone")),
)


def read(channel: Literal["ctl", "data"], frames: list[bytes]) -> object:
    try:
        return decode(channel, frames)
    except InvalidMessage as invalid:
        assert "\n" not in str(invalid)
        assert len(str(invalid)) < 250
        return invalid


@given(CHANNELS, st.lists(st.binary(max_size=200), max_size=4))
def test_garbage_is_a_named_error(channel: Literal["ctl", "data"], frames: list[bytes]) -> None:
    read(channel, frames)


@given(CHANNELS, KINDS, LEAF, FIELDS, st.none() | st.binary(max_size=2_048))
def test_any_header_is_a_request_or_a_named_error(
    channel: Literal["ctl", "data"], kind: str, request_id: object, rest: dict[str, Any], audio: bytes | None
) -> None:
    header = encode({"type": kind, "id": request_id, **rest})
    result = read(channel, [header] if audio is None else [header, audio])
    if not isinstance(result, InvalidMessage):
        assert getattr(result, "id") == request_id  # noqa: B009


@given(ID)
def test_an_error_carries_the_id_where_it_was_readable(request_id: int) -> None:
    with pytest.raises(InvalidMessage) as caught:
        decode("ctl", [encode({"type": "nonsense", "id": request_id})])
    assert caught.value.id == request_id


@given(ID)
def test_a_second_frame_is_refused_where_none_belongs(request_id: int) -> None:
    header = encode({"type": "memory", "id": request_id})
    assert decode("ctl", [header]) == Memory(request_id)
    with pytest.raises(InvalidMessage, match="no second frame"):
        decode("ctl", [header, b"x"])


@given(st.binary(max_size=4_096))
def test_s16le_of_any_even_length_is_audio(pcm: bytes) -> None:
    result = read("data", [encode({"type": "transcribe", "id": 1, "format": "s16le", "window_s": 20}), pcm])
    if len(pcm) % 2:
        assert isinstance(result, InvalidMessage)
    else:
        assert isinstance(result, Transcribe)
        assert len(result.audio) == len(pcm) // 2
        assert abs(result.audio).max(initial=0.0) <= 1.0


@pytest.mark.parametrize(("frames", "fine"), [(0, False), (1, True), (512, True), (513, False)])
def test_score_takes_1_to_512_whole_frames(frames: int, fine: bool) -> None:
    header = encode({"type": "score", "id": 1, "format": "s16le", "state": None})
    assert isinstance(read("data", [header, bytes(1_024 * frames)]), Score) == fine
    assert isinstance(read("data", [header, bytes(1_024 * frames + 2)]), InvalidMessage)


def test_sizes_are_limited() -> None:
    too_long = msgpack.packb({"type": "memory", "id": 1, "more": "x" * MAX_HEADER_BYTES})
    with pytest.raises(InvalidMessage, match="at most 65536 bytes"):
        decode("ctl", [too_long])
    header = encode({"type": "transcribe", "id": 1, "format": "s16le", "window_s": 20})
    assert isinstance(decode("data", [header, bytes(MAX_AUDIO_BYTES)]), Transcribe)
    with pytest.raises(InvalidMessage, match="at most 8388608 bytes"):
        decode("data", [header, bytes(MAX_AUDIO_BYTES + 2)])


def test_undefined_of_javascript_is_nil() -> None:
    header = msgpack.packb({"type": "score", "id": 1, "format": "s16le", "state": msgpack.ExtType(0, b"\0")})
    assert isinstance(decode("data", [header, bytes(1_024)]), Score)
    other = msgpack.packb({"type": "score", "id": 1, "format": "s16le", "state": msgpack.ExtType(7, b"\0")})
    with pytest.raises(InvalidMessage):
        decode("data", [other, bytes(1_024)])
