"""docs/serving.md names every option of the server with its default and its meaning."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

import pytest

from serving.capacity import SENTENCE_S, SHAPE, load_of, table, waits
from serving.options import make_parser
from serving.waiting import EXTRA_S

PAGE = Path(__file__).parents[2] / "docs" / "serving.md"


def test_the_page_has_every_option() -> None:
    rows = re.findall(r"^\| `(--[\w-]+)` \| (\S*) ?\| ?(.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    actions = [one for one in make_parser()._actions if one.dest not in ("help", "sim")]
    shown = [(one.option_strings[0], _default(one), one.help or "") for one in actions]
    assert rows == shown


def _default(action: argparse.Action) -> str:
    return "" if action.default is None else f"`{action.default}`"


def test_the_page_has_the_table_that_the_simulation_computes() -> None:
    shown = re.findall(
        r"^\| \d+ \| [\d.]+ \| \d+ \| \d+ % \| [\d.]+ \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert shown == table()


def test_the_queue_agrees_with_the_formula_for_it() -> None:
    """The mean wait with Poisson arrivals (Pollaczek and Khinchine): load x mean x (1 + cv²) / 2 / (1 - load)."""
    users, speech_s, rtf = 40, 900, 0.05
    load = load_of(users, speech_s, rtf)
    mean_s = (SENTENCE_S + EXTRA_S) * rtf
    deviation_s = SENTENCE_S / SHAPE**0.5 * rtf
    expected_s = load * mean_s * (1 + (deviation_s / mean_s) ** 2) / 2 / (1 - load)
    found = waits(users, speech_s, rtf)
    assert sum(found) / len(found) == pytest.approx(expected_s, rel=0.1)
