"""docs/serving.md names every option of the server with its default and its meaning."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from serving.options import make_parser

PAGE = Path(__file__).parents[2] / "docs" / "serving.md"


def test_the_page_has_every_option() -> None:
    rows = re.findall(r"^\| `(--[\w-]+)` \| (\S*) ?\| ?(.*?) ?\|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    actions = [one for one in make_parser()._actions if one.dest not in ("help", "sim")]
    shown = [(one.option_strings[0], _default(one), one.help or "") for one in actions]
    assert rows == shown


def _default(action: argparse.Action) -> str:
    return "" if action.default is None else f"`{action.default}`"
