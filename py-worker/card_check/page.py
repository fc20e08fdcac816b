"""The measured half of docs/memory-budget.md: computed figures beside those of a card, written by `UPDATE=1`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .check import DICTATION_OUTPUT, OUTPUT
from .shapes import BYTES_OF, FLASH_1B, buffers_mb, weights_mb

PAGE = Path(__file__).resolve().parents[2] / "docs" / "memory-budget.md"
BEGIN, END = "<!-- measured: make gpu-check UPDATE=1 -->", "<!-- end of measured -->"
NOT_YET = "not measured yet"
POSITIONS = 640
LENGTHS_S = (5, 10, 20, 40)
COMPUTED_NEED_MB = {5: 16.9, 10: 33.7, 20: 67.4, 40: 134.7}
"""As the table of one transcription has them, which is computed again by its test."""
WORKSPACE_MB = 8.52
Results = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Measured:
    """One row: what, what was computed, what a card said."""

    what: str
    computed: str
    measured: str | None


def rows_of(steps: Results, stages: Results) -> list[Measured]:
    """`steps` are those of the card by itself, `stages` those of the daemon on it; either may be empty."""
    weights = weights_mb(FLASH_1B, "fp16") + buffers_mb(FLASH_1B, POSITIONS, BYTES_OF["fp16"])
    needs = {round(seconds): need for seconds, need in steps.get("demand", {}).get("points", [])}
    rows = [
        Measured("CUDA context, MB", "287-480", in_mb(steps, "context", "context_mb")),
        Measured("weights and tables on the card, MB", f"{weights:.1f}", in_mb(steps, "load", "weights_mb")),
        Measured("highest while they move, MB", f"{weights:.1f}", in_mb(steps, "load", "load_peak_mb")),
        *(
            Measured(f"one transcription of {seconds} s, MB", f"{COMPUTED_NEED_MB[seconds]}", show(needs.get(seconds)))
            for seconds in LENGTHS_S
        ),
        Measured("for each second, MB", "3.4", show(steps.get("demand", {}).get("line", {}).get("per_s_mb"))),
        Measured("left when the model has gone, MB", "0.0", in_mb(steps, "moves", "left_mb")),
        Measured("voice detection on the card, MB", "2.2", in_mb(steps, "vad", "on_card_mb")),
        Measured("grown in the soak, MB", "0.0", in_mb(steps, "soak", "grown_mb")),
    ]
    return [*rows, *rows_of_words(steps.get("words", {})), *rows_of_stages(stages)]


def rows_of_words(words: Mapping[str, Any]) -> list[Measured]:
    """Whether the known clip gave its known words, and how far the numbers are from where fp16 ends."""
    rows = []
    for number_type in ("fp16", "bf16"):
        found = words.get(number_type)
        told = None
        if isinstance(found, Mapping) and found.get("right") is not None:
            told = f"{'right' if found['right'] else 'WRONG'}, largest number {found['largest_number']:.0f}"
        rows.append(Measured(f"known words at {number_type}", "right, below 65504", told))
    return rows


def rows_of_stages(stages: Results) -> list[Measured]:
    """What the daemon held and how long it took."""
    full, squeeze = stages.get("full-size", {}), stages.get("squeeze", {})
    rest = full.get("at_rest", {})
    return [
        Measured("daemon: context after the warm-up, MB", "287-480", show(rest.get("context_mb"))),
        Measured("daemon: model at rest, MB", "1772.0", show(rest.get("active_mb"))),
        Measured("daemon: back on the card after, s", "30-120", show(squeeze.get("back_after_s"))),
        Measured("daemon: probe passed after a device-side assert, s", "5-60", show_probe(stages)),
    ]


def show_probe(stages: Results) -> str | None:
    return show(stages.get("poison", {}).get("probe_passed_after_s"))


def in_mb(steps: Results, step: str, name: str) -> str | None:
    return show(steps.get(step, {}).get(name))


def show(figure: object) -> str | None:
    return f"{figure:.1f}" if isinstance(figure, int | float) else None


def write_block(rows: list[Measured], about: str) -> str:
    """The lines between the marks."""
    lines = ["| what | computed | measured |", "|---|---|---|"]
    lines += [f"| {row.what} | {row.computed} | {row.measured or NOT_YET} |" for row in rows]
    return "\n".join([BEGIN, "", about, "", *lines, "", END])


def replace_block(page: str, block: str) -> str:
    """Raises ValueError for a page without the marks."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("docs/memory-budget.md has lost the marks around its measured figures")
    return before + block + after


NOTHING = "No card has been measured yet; a figure appears here only when one was."


def update_page(check: Path, dictation: Path, page: Path = PAGE) -> str:
    """Writes what both files of figures say of a real card; what it did, in one line. Nothing else is ever written."""
    steps, about = read_figures(check, "steps")
    stages, also = read_figures(dictation, "stages")
    if not steps and not stages:
        return "gpu-check: nothing was measured on a card, so docs/memory-budget.md stays as it is"
    told = "; ".join(filter(None, [about, also]))
    block = write_block(rows_of(steps, stages), f"Measured: {told}.")
    page.write_text(replace_block(page.read_text(encoding="utf-8"), block), encoding="utf-8")
    return f"gpu-check: measured figures are in {page.name}"


def read_figures(path: Path, name: str) -> tuple[Results, str]:
    """Empty where the file is not there or is not of a card."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, ""
    if not str(told.get("label", "")).startswith("measured on this card"):
        return {}, ""
    found: Results = told.get(name, {})
    context = found.get("context", {})
    card = ", ".join(str(context[key]) for key in ("card", "torch", "torch_cuda") if context.get(key))
    return found, "; ".join(filter(None, [card, str(told.get("subject", ""))]))


def write_measured() -> None:
    """From the figures that both programs have left."""
    print(update_page(OUTPUT, DICTATION_OUTPUT))
