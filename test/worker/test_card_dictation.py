"""The daemon's stage of `make gpu-check` on a pretended card, in a short form: the real daemon, real Canary workers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from canary_parts import ROOT, require_nemo, require_tiny
from card_check.dictation.verdict import compare_words

require_nemo()

SCRIPT = ROOT / "py-worker" / "card_check" / "dictation"
STAGES = ("leave", "poison")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, Any]]:
    if not (ROOT / "dist" / "bin" / "swictationd.js").is_file():
        pytest.skip("the daemon is not built: make setup")
    if shutil.which("espeak-ng") is None:
        pytest.skip("no synthetic voice: install espeak-ng")
    path: Path = tmp_path_factory.mktemp("check") / "figures.json"
    command = [sys.executable, str(SCRIPT), "--pretended", "--only", *STAGES, "--json", str(path)]
    command += ["--model", str(require_tiny())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=590, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-6000:]
    return done.stdout, json.loads(path.read_text(encoding="utf-8"))


def test_every_line_says_that_nothing_was_measured(told: tuple[str, dict[str, Any]]) -> None:
    lines = told[0].splitlines()
    assert lines[0].startswith("PRETENDED card: no figure here is a measurement")
    assert [line.split(":")[0] for line in lines[1:-1]] == [f"PRETENDED {stage}" for stage in STAGES]
    assert told[1]["label"].startswith("PRETENDED")


def test_the_card_is_left_and_no_word_with_it(told: tuple[str, dict[str, Any]]) -> None:
    leave = told[1]["stages"]["leave"]
    assert "the speech model leaves at emergency" in leave["held"]
    assert leave["phrases"] >= 2
    assert leave["read_on_cpu"] >= 1
    assert leave["lost"] == leave["doubled"] == []


def test_a_poisoned_worker_is_replaced(told: tuple[str, dict[str, Any]]) -> None:
    poison = told[1]["stages"]["poison"]
    assert poison["broken"] == []
    assert poison["probe_passed_after_s"] > 3
    assert poison["workers"] >= 1  # Started, and heard of: the first one may have come before anybody listened.
    assert poison["phrases"] == 2
    assert poison["read_on_cpu"] >= 1


def test_words_that_are_missing_or_too_many_are_seen() -> None:
    spoken = ["the weather was warm", "open the door", "the weather was warm"]
    assert compare_words(spoken, "the weather was warm open the door the weather was warm") == ([], [])
    assert compare_words(spoken, "the weather was warm open the door") == (["the weather was warm"], [])
    assert compare_words(spoken, "the weather was warm open the door open the door the weather was warm") == (
        [],
        ["open the door"],
    )
    assert compare_words(spoken[:1], "the weather was cold") == (["the weather was warm"], ["the weather was cold"])


def test_without_the_pretence_and_without_a_card_it_is_skipped() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a card: make gpu-check")
    command = [sys.executable, str(SCRIPT), "--model", str(require_tiny())]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0
    assert done.stdout.startswith("gpu-check: dictation skipped, ")
