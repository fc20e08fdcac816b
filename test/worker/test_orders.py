"""Lines of the nursery: typed orders or one named error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from swictation_worker.card.sim_card import SimWorld
from swictation_worker.nursery.orders import Fork, InvalidOrder, Kill, Quit, WorkerOptions, parse_order

FORK = {"op": "fork", "role": "gpu", "generation": 3, "ctl": "ipc:///c", "data": "ipc:///d"}


def parse(**fields: object) -> object:
    return parse_order(json.dumps(fields).encode())


def test_orders() -> None:
    assert parse(op="quit") == Quit()
    assert parse(op="kill", generation=3, signal="KILL") == Kill(3, "KILL")
    options = {"engine": "sim", "device": "cuda", "threads": 2, "model": None, "sim": {"total_mb": 4295}, "new": 1}
    assert parse(**FORK, options=options) == Fork(
        "gpu",
        3,
        "ipc:///c",
        "ipc:///d",
        WorkerOptions("sim", "cuda", 2, None, SimWorld(total_mb=4295)),
    )
    spoken = parse(**FORK, options={"language": "de", "translate_to": "en"})
    assert isinstance(spoken, Fork)
    assert (spoken.options.language, spoken.options.translate_to) == ("de", "en")


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"role": "king"}, "role"),
        ({"generation": -1}, "generation"),
        ({"generation": True}, "generation"),
        ({"ctl": None}, "ctl"),
        ({"options": []}, "options"),
        ({"options": {"threads": 0}}, "threads"),
        ({"options": {"sim": {}}}, "total_mb"),
        ({"options": {"sim": {"total_mb": "4"}}}, "total_mb"),
        ({"op": "dance"}, "op"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, object], names: str) -> None:
    with pytest.raises(InvalidOrder, match=names):
        parse(**{**FORK, **change})


@given(st.binary(max_size=300) | st.text(max_size=50).map(str.encode))
def test_garbage_is_a_named_error(line: bytes) -> None:
    with pytest.raises(InvalidOrder):
        parse_order(line)


def test_deep_nesting_is_a_named_error() -> None:
    with pytest.raises(InvalidOrder):
        parse_order(b"[" * 60_000)
