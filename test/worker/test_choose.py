"""Which engine is chosen from what there is."""

from __future__ import annotations

import pytest

from swictation_worker.errors import Refused
from swictation_worker.nursery.choose import Available, choose_engine

EVERYTHING = Available(embedded=True, canary=True, card=True)
NO_CARD = Available(embedded=True, canary=True, card=False)
SMALL = Available(embedded=True, canary=False, card=False)
NOTHING = Available(embedded=False, canary=False, card=False)


@pytest.mark.parametrize(
    ("wish", "role", "available", "engine"),
    [
        (None, "gpu", EVERYTHING, "canary"),
        ("auto", "probe", EVERYTHING, "canary"),
        (None, "cpu", EVERYTHING, "embedded"),
        (None, "gpu", NO_CARD, "embedded"),
        ("canary", "cpu", NO_CARD, "canary"),
        ("sim", "gpu", SMALL, "sim"),
        ("embedded", "cpu", SMALL, "embedded"),
        (None, "cpu", Available(embedded=False, canary=True, card=False), "canary"),
    ],
)
def test_choice(wish: str | None, role: str, available: Available, engine: str) -> None:
    assert choose_engine(wish, role, available) == engine


@pytest.mark.parametrize(
    ("wish", "available"),
    [("canary", SMALL), ("embedded", NOTHING), ("sim", NOTHING), (None, NOTHING), ("whisper", EVERYTHING)],
)
def test_what_is_not_there_is_refused_with_what_to_do(wish: str | None, available: Available) -> None:
    with pytest.raises(Refused, match=r"pip install|expected one of"):
        choose_engine(wish, "cpu", available)
