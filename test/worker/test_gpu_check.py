"""The check of a card: without one it is skipped with success; its dry run goes through every step on the CPU."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from canary_parts import ROOT

pytest.importorskip("torch", reason="torch is not installed: make setup FULL=1")

SCRIPT = ROOT / "py-worker" / "card_check"


def run_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)


def test_without_a_card_it_is_skipped() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a card: make gpu-check")
    done = run_check()
    assert done.returncode == 0
    assert "skipped" in done.stdout
    assert all(f"  {name}: " in done.stdout for name in ("context", "demand", "oom", "sticky", "soak"))


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    path: Path = tmp_path_factory.mktemp("check") / "figures.json"
    done = run_check("--dry-run", "--soak-s", "0.5", "--json", str(path))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout, json.loads(path.read_text(encoding="utf-8"))


def test_a_dry_run_is_labelled_as_one(dry: tuple[str, dict[str, Any]]) -> None:
    text, figures = dry
    assert text.startswith("DRY RUN on the CPU")
    assert figures["label"].startswith("DRY RUN")
    assert "stand-in" in figures["subject"]


def test_every_step_gives_its_figures(dry: tuple[str, dict[str, Any]]) -> None:
    steps = dry[1]["steps"]
    assert not [name for name, figures in steps.items() if "error" in figures]
    assert steps["demand"]["line"]["per_s_mb"] > 0
    assert steps["oom"]["survived"]
    assert steps["sticky"]["class"] == "sticky"
    assert steps["sticky"]["recovered"]
    assert steps["soak"]["transcriptions"] > 0


def test_a_step_that_fails_is_named(tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    done = run_check("--dry-run", "--only", "load", "--model", "/nowhere.nemo", "--json", str(path))
    assert done.returncode == 1
    assert "failed: load" in done.stdout
