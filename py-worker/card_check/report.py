"""The figures of a check as a table and as JSON; pure.

Expected values are those of the original's budget for a 4 GB card: Canary 3,370 MB before and 1,700 MB with precision
16, its buffer 20 and 10 MB, voice activity 2.2 MB and none, 8.5 MB for one inference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

CARD_MB = 4_000.0
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of the budget; `measured` is None where it was not measured."""

    what: str
    before_mb: float
    expected_mb: float
    measured_mb: float | None


@dataclass(frozen=True)
class DemandLine:
    """`need(seconds) = base + per_s * seconds`, in MB: the policy's curve for one transcription."""

    base_mb: float
    per_s_mb: float


def fit_demand(points: Sequence[tuple[float, float]]) -> DemandLine:
    """Least squares over (seconds, MB); raises ValueError for fewer than two lengths."""
    if len({seconds for seconds, _ in points}) < 2:
        raise ValueError("a line needs at least two lengths")
    middle_s = sum(seconds for seconds, _ in points) / len(points)
    middle_mb = sum(need for _, need in points) / len(points)
    spread = sum((seconds - middle_s) ** 2 for seconds, _ in points)
    slope = sum((seconds - middle_s) * (need - middle_mb) for seconds, need in points) / spread
    return DemandLine(middle_mb - slope * middle_s, slope)


def budget_rows(results: Mapping[str, Figures]) -> list[Row]:
    """The original's table with what was measured, from the results by step."""
    load, demand, vad = results.get("load", {}), results.get("demand", {}), results.get("vad", {})
    line = demand.get("line")
    buffer_mb = line["per_s_mb"] * 5 if line else None
    shortest = demand["points"][0] if demand.get("points") else None
    fixed_mb = max(0.0, shortest[1] - line["per_s_mb"] * shortest[0]) if line and shortest else None
    rows = [
        Row("Canary, weights on the card", 3370.0, 1700.0, load.get("weights_mb")),
        Row("buffer of 5 s of sound", 20.0, 10.0, buffer_mb),
        Row("voice activity, on the CPU", 2.2, 0.0, vad.get("left_on_card_mb")),
        Row("inference, beyond its sound", 8.5, 8.5, fixed_mb),
    ]
    return [*rows, total_row(rows), context_row(results)]


def write_budget(results: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """The rows of the table and the margin under them, for programs."""
    rows = budget_rows(results)
    return [asdict(row) for row in [*rows, margin_row(rows)]]


def total_row(rows: Sequence[Row]) -> Row:
    measured = [row.measured_mb for row in rows if row.measured_mb is not None]
    total = sum(measured) if len(measured) == len(rows) else None
    return Row("total", sum(row.before_mb for row in rows), sum(row.expected_mb for row in rows), total)


def context_row(results: Mapping[str, Figures]) -> Row:
    """The original did not count it; drivers take 287-480 MB."""
    return Row("CUDA context, not in the total", 0.0, 300.0, results.get("context", {}).get("context_mb"))


def write_table(results: Mapping[str, Figures], subject: str, label: str) -> str:
    """For people: the budget first, then one line a check."""
    rows = budget_rows(results)
    rows = [*rows, margin_row(rows)]
    lines = [
        f"{label}; subject: {subject}",
        "",
        f"{'MB of 10^6 bytes':<34}{'before':>9}{'expected':>10}{'measured':>10}",
    ]
    for row in rows:
        measured = "-" if row.measured_mb is None else f"{row.measured_mb:.1f}"
        lines.append(f"{row.what:<34}{row.before_mb:>9.1f}{row.expected_mb:>10.1f}{measured:>10}")
    lines += ["", *(f"{step}: {write_figures(figures)}" for step, figures in results.items())]
    return "\n".join(lines)


def margin_row(rows: Sequence[Row]) -> Row:
    """What is left of 4 GB for everybody else, context included; `rows` end with the total and the context."""
    total, context = rows[-2], rows[-1]
    measured = None
    if total.measured_mb is not None:
        measured = CARD_MB - total.measured_mb - (context.measured_mb or context.expected_mb)
    expected = CARD_MB - total.expected_mb - context.expected_mb
    return Row("margin on 4 GB, with context", CARD_MB - total.before_mb, expected, measured)


def write_figures(figures: Figures) -> str:
    return json.dumps({key: round_figure(value) for key, value in figures.items()})


def round_figure(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list | tuple):
        return [round_figure(one) for one in value]
    if isinstance(value, dict):
        return {key: round_figure(one) for key, one in value.items()}
    return value
