"""Which engine is chosen from what there is."""

from __future__ import annotations

import pytest

from swictation_worker.errors import Refused
from swictation_worker.nursery.choose import Available, choose_engine

EVERYTHING = Available(embedded=True, canary=True)
SMALL = Available(embedded=True, canary=False)
NOTHING = Available(embedded=False, canary=False)


@pytest.mark.parametrize(
    ("wish", "available", "engine"),
    [
        (None, EVERYTHING, "embedded"),
        ("auto", EVERYTHING, "embedded"),
        ("canary", EVERYTHING, "canary"),
        ("sim", SMALL, "sim"),
        ("embedded", SMALL, "embedded"),
        (None, Available(embedded=False, canary=True), "canary"),
    ],
)
def test_choice(wish: str | None, available: Available, engine: str) -> None:
    assert choose_engine(wish, available) == engine


@pytest.mark.parametrize(
    ("wish", "available"),
    [("canary", SMALL), ("embedded", NOTHING), ("sim", NOTHING), (None, NOTHING), ("whisper", EVERYTHING)],
)
def test_what_is_not_there_is_refused_with_what_to_do(wish: str | None, available: Available) -> None:
    with pytest.raises(Refused, match=r"pip install|expected one of"):
        choose_engine(wish, available)
