"""The driver's figure for the card that CUDA uses, from an ``nvidia-smi`` that is a small program."""

from __future__ import annotations

from pathlib import Path

import pytest

from swictation_worker.card.context import driver_used_bytes, is_first_card

FAKES = Path(__file__).parents[1] / "fixtures" / "bin-nvidia"
MIB = 1024 * 1024
FIRST, SECOND = (4096 - 3500) * MIB, 564 * MIB


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setenv("FAKE_CARDS", "2")
    play(monkeypatch, "good")
    return monkeypatch


def play(monkeypatch: pytest.MonkeyPatch, mode: str) -> None:
    monkeypatch.setenv("PATH", f"{FAKES / mode}:/usr/bin:/bin")


@pytest.mark.parametrize(
    ("visible", "used"),
    [
        (None, FIRST),
        ("0", FIRST),
        ("1", SECOND),
        ("1,0", SECOND),
        ("GPU-55555555-6666-7777-8888-999999999999", SECOND),
        ("gpu-5555", SECOND),
        ("2", None),
        ("", None),
        ("-1", None),
        ("GPU-", None),
    ],
)
def test_the_card_that_cuda_uses(tool: pytest.MonkeyPatch, visible: str | None, used: int | None) -> None:
    if visible is not None:
        tool.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert driver_used_bytes() == used


def test_right_figures_beside_a_warning(tool: pytest.MonkeyPatch) -> None:
    play(tool, "warning")
    assert driver_used_bytes() == FIRST


@pytest.mark.parametrize("mode", ["garbage", "driver-gone", "no-devices"])
def test_a_tool_without_figures(tool: pytest.MonkeyPatch, mode: str) -> None:
    play(tool, mode)
    assert driver_used_bytes() is None
    tool.setenv("PATH", "/nonexistent")
    assert driver_used_bytes() is None


def test_a_card_that_tells_no_memory(tool: pytest.MonkeyPatch) -> None:
    tool.setenv("FAKE_MEMORY", "[N/A]")
    assert driver_used_bytes() is None


def test_a_beginning_of_a_name() -> None:
    assert is_first_card("GPU-5", 3, "GPU-55")
    assert not is_first_card("MIG-5", 0, "GPU-55")
