"""The rules of the caching allocator, from the file that ts/sim is tested against too (test/sim/allocator.test.ts)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from swictation_worker.card.sim_card import BYTES_PER_MB, MIB, Block, OutOfMemoryError, SimCard, SimWorld

FILE = Path(__file__).parent.parent / "fixtures" / "allocator" / "cases.json"
CASES: list[dict[str, Any]] = json.loads(FILE.read_text())["cases"]


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_the_model_keeps_the_rules_that_both_share(case: dict[str, Any]) -> None:
    card = SimCard(SimWorld(total_mb=case["cardMib"] * MIB / BYTES_PER_MB, context_mb=0))
    held: dict[str, Block] = {}
    for step in case["steps"]:
        if "take" in step:
            name, mib = step["take"]
            held[name] = card.allocate(mib * MIB)
        if "give" in step:
            card.free(held.pop(step["give"]))
        if "refused" in step:
            with pytest.raises(OutOfMemoryError):
                card.allocate(step["refused"] * MIB)
        if "empty" in step:
            card.empty_cache()
        if "start" in step:
            card.reset_peak()
        reserved = step["reserved"]
        expected = reserved if isinstance(reserved, int) else reserved["segments"]
        figures = [card.active() // MIB, card.reserved() // MIB, card.peak // MIB, card.retries]
        assert figures == [step["active"], expected, step["peak"], step["retries"]]
