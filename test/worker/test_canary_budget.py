"""docs/memory-budget.md against arithmetic, against NeMo's own classes, and against a stand-in on the meta device."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from canary_parts import ROOT, require_nemo
from card_check.page import COMPUTED_NEED_MB, NOT_YET, NOTHING, replace_block, rows_of, update_page, write_block
from card_check.report import budget_rows, fit_demand, write_table
from card_check.shapes import (
    BYTES_OF,
    FLASH_1B,
    FLASH_180M,
    SHAPES,
    Shape,
    buffers_mb,
    count_linear_weights,
    count_parameters,
    count_parts,
    dynamic_int8_mb,
    weights_mb,
)

require_nemo()

import torch  # noqa: E402

from card_check.meter import DryMeter  # noqa: E402
from card_check.stand_in import SAMPLE_RATE_HZ, StandInCanary  # noqa: E402

PAGE = (ROOT / "docs" / "memory-budget.md").read_text(encoding="utf-8")
LENGTHS_S = (5, 10, 20, 40)


def read_rows(name: str) -> list[list[str]]:
    """Cells of every table row whose first cell is `name`."""
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in row] for row in rows]
    return [row[1:] for row in cells if row[0] == name]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_table_of_weights(shape: Shape) -> None:
    figures = [f"{weights_mb(shape, kind):.1f}" for kind in ("fp32", "fp16")]
    assert read_rows(shape.name)[0] == [f"{count_parameters(shape):,}", *figures, f"{dynamic_int8_mb(shape):.1f}"]


@pytest.mark.parametrize("part", count_parts(FLASH_1B))
def test_the_table_of_parts(part: str) -> None:
    assert read_rows(part)[0] == [f"{count_parts(shape)[part]:,}" for shape in (FLASH_1B, FLASH_180M)]


@pytest.mark.parametrize("shape", [FLASH_1B, FLASH_180M], ids=lambda shape: shape.name)
def test_the_table_of_tables(shape: Shape) -> None:
    kept = [f"{buffers_mb(shape, frames, BYTES_OF['fp16']):.1f}" for frames in (5000, 640)]
    assert read_rows(shape.name)[1] == kept


@pytest.mark.parametrize("shape", [FLASH_1B, FLASH_180M], ids=lambda shape: shape.name)
def test_counts_are_those_of_nemo(shape: Shape, tmp_path: Path) -> None:
    from card_check.random_canary import build_random_model
    from swictation_worker.engines.canary.model import parameters_as_placeholders, quieten_nemo, shorten_positions

    quieten_nemo()
    with parameters_as_placeholders(lambda: None):
        model = build_random_model(shape, tmp_path)
    linear = [module.weight.numel() for module in model.modules() if isinstance(module, torch.nn.Linear)]
    assert sum(parameter.numel() for parameter in model.parameters()) == count_parameters(shape)
    assert sum(linear) == count_linear_weights(shape)
    shorten_positions(model)
    halved = sum(buffer.numel() * (2 if buffer.is_floating_point() else 8) for buffer in model.buffers())
    assert halved / 1_000_000 == pytest.approx(buffers_mb(shape, 640, 2), abs=0.001)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_the_stand_in_has_the_same_count(shape: Shape) -> None:
    with torch.device("meta"):
        model = StandInCanary(shape)
    assert sum(parameter.numel() for parameter in model.parameters()) == count_parameters(shape)


def test_the_table_of_one_transcription() -> None:
    with torch.device("meta"):
        model = StandInCanary(FLASH_1B).half().eval()
    model.write = lambda heard, count: [0]  # type: ignore[method-assign] # The decoder asks for values.
    found = [(float(seconds), need_on_meta(model, seconds)) for seconds in LENGTHS_S]
    assert [read_rows(str(seconds))[0] for seconds in LENGTHS_S] == [[f"{need:.1f}"] for _, need in found]
    assert fit_demand(found).per_s_mb == pytest.approx(3.4, abs=0.05)


def need_on_meta(model: torch.nn.Module, seconds: int) -> float:
    sound = torch.empty(1, seconds * SAMPLE_RATE_HZ, device="meta")
    with torch.inference_mode(), DryMeter("meta") as meter:
        model(sound)
    peak: float = meter.peak_mb()
    return peak


def test_sums_in_the_text() -> None:
    weights, tables = weights_mb(FLASH_1B, "fp16"), buffers_mb(FLASH_1B, 640, 2)
    sums = re.search(r"= ([\d.]+) MB, with a context of 480 MB ([\d.]+) MB", PAGE)
    assert sums is not None
    assert float(sums.group(1)) == pytest.approx(weights + tables + 67.4, abs=0.1)
    assert float(sums.group(2)) == pytest.approx(float(sums.group(1)) + 480, abs=0.05)


def test_a_line_through_measured_needs() -> None:
    line = fit_demand([(5.0, 80.0), (10.0, 100.0), (20.0, 140.0)])
    assert (line.base_mb, line.per_s_mb) == pytest.approx((60.0, 4.0))
    with pytest.raises(ValueError, match="two lengths"):
        fit_demand([(5.0, 80.0), (5.0, 81.0)])


def test_the_budget_table_names_what_was_not_measured() -> None:
    rows = budget_rows({"load": {"weights_mb": 1767.1}})
    assert [row.measured_mb for row in rows] == [1767.1, None, None, None, None, None]
    table = write_table({"load": {"weights_mb": 1767.1}}, "a stand-in", "measured on this card")
    assert re.search(r"margin on 4 GB.*1981\.5 +-$", table, re.MULTILINE), table


def test_the_measured_half_claims_nothing_that_was_not_measured() -> None:
    """Until somebody has run `make gpu-check UPDATE=1` on a card. Its computed half is that of the tables."""
    assert {str(seconds): f"{need}" for seconds, need in COMPUTED_NEED_MB.items()} == {
        str(seconds): read_rows(str(seconds))[0][0] for seconds in LENGTHS_S
    }
    if NOT_YET in PAGE and NOTHING in PAGE:
        block = write_block(rows_of({}, {}), NOTHING)
        assert replace_block(PAGE, block) == PAGE


def test_figures_of_a_card_get_into_the_page_and_others_never(tmp_path: Path) -> None:
    check, dictation, page = tmp_path / "a.json", tmp_path / "b.json", tmp_path / "page.md"
    page.write_text(PAGE)
    for label in ("DRY RUN on the CPU", "PRETENDED card"):
        check.write_text(json.dumps({"label": label, "steps": {"context": {"context_mb": 401.25}}}))
        dictation.write_text(json.dumps({"label": label, "stages": {"squeeze": {"back_after_s": 61.0}}}))
        assert "stays as it is" in update_page(check, dictation, page)
        assert page.read_text() == PAGE
    steps = {"context": {"context_mb": 401.25, "card": "a card, 4095 MB", "torch": "2.13.0"}}
    check.write_text(json.dumps({"label": "measured on this card", "subject": "random", "steps": steps}))
    update_page(check, dictation, page)
    assert "| CUDA context, MB | 287-480 | 401.2 |" in page.read_text()
    assert "Measured: a card, 4095 MB, 2.13.0; random." in page.read_text()
    assert f"back on the card after, s | 30-120 | {NOT_YET} |" in page.read_text()
