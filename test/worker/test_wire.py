"""Golden messages: what is read and written here has the bytes that TypeScript reads and writes."""

from __future__ import annotations

import json
import runpy
from dataclasses import fields
from pathlib import Path
from typing import Any

import msgpack
import numpy as np
import pytest

from swictation_worker.wire import requests
from swictation_worker.wire.messages import decode, encode
from swictation_worker.wire.requests import Score, Transcribe

WIRE = Path(__file__).parents[1] / "wire"
GOLDEN = json.loads((WIRE / "golden.json").read_text())


def unhex(value: Any) -> Any:
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"]) if set(value) == {"hex"} else {k: unhex(v) for k, v in value.items()}
    return [unhex(item) for item in value] if isinstance(value, list) else value


def test_golden_file_is_what_the_generator_writes() -> None:
    assert runpy.run_path(str(WIRE / "make_golden.py"))["golden"]() == GOLDEN


@pytest.mark.parametrize("message", GOLDEN["to_worker"] + GOLDEN["from_worker"], ids=lambda m: m["name"])
def test_bytes_are_the_same(message: dict[str, Any]) -> None:
    header = unhex(message["header"])
    assert encode(header).hex() == message["bytes"]
    assert msgpack.unpackb(bytes.fromhex(message["bytes"])) == header


@pytest.mark.parametrize("message", GOLDEN["to_worker"], ids=lambda m: m["name"])
def test_requests_are_understood(message: dict[str, Any]) -> None:
    frames = [bytes.fromhex(message["bytes"])]
    if message["audio"] is not None:
        frames.append(bytes.fromhex(message["audio"]))
    request = decode(message["channel"], frames)
    header = message["header"]
    assert type(request).__name__.lower() == header["type"].replace("_", "")
    for field in fields(request):
        if field.name in header and field.name != "state":
            assert getattr(request, field.name) == header[field.name]


def test_every_request_has_a_golden_message() -> None:
    kinds = {message["header"]["type"].replace("_", "") for message in GOLDEN["to_worker"]}
    assert kinds == {kind.__name__.lower() for kind in requests.Request.__args__}


def test_audio_becomes_samples() -> None:
    by_name = {message["name"]: message for message in GOLDEN["to_worker"]}
    for name, samples in (
        ("transcribe s16le", [0.0, 0.5, -1.0, 32767 / 32768]),
        ("transcribe f32le", [0.0, 0.5, -1.0]),
    ):
        message = by_name[name]
        request = decode("data", [bytes.fromhex(message["bytes"]), bytes.fromhex(message["audio"])])
        assert isinstance(request, Transcribe)
        np.testing.assert_array_equal(request.audio, np.array(samples, np.float32))
    message = by_name["score continued"]
    request = decode("data", [bytes.fromhex(message["bytes"]), bytes.fromhex(message["audio"])])
    assert isinstance(request, Score)
    assert request.frames.shape == (1, 512)
    assert request.state == bytes(range(256)) * 5
