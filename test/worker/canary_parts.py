"""What the tests of Canary share: the tiny model, phrases in voices that it never heard, plain NeMo beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from swictation_worker.engine import Audio

ROOT = Path(__file__).resolve().parents[2]
TRAINING_LIMIT_S = 1_200
TINY_PATH = ROOT / "models" / "tiny-canary.nemo"

Spoken = tuple[str, Audio]


def require_nemo() -> None:
    """Skips where the full worker is not installed."""
    if find_spec("nemo") is None:
        pytest.skip("NeMo is not installed: make setup FULL=1", allow_module_level=True)


def require_tiny() -> Path:
    """The tiny Canary; trained here where it is missing (two minutes on a quiet machine)."""
    require_nemo()
    if not TINY_PATH.is_file():
        train_tiny()
    return TINY_PATH


def train_tiny() -> None:
    script = ROOT / "py-worker" / "tiny_canary"
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=TRAINING_LIMIT_S)
    if done.returncode:
        pytest.skip(f"the tiny Canary could not be trained (make tiny-canary): {done.stderr.splitlines()[-1]}")


@lru_cache
def speak_unseen() -> tuple[Spoken, ...]:
    """Every phrase in each of the three voices that training did not use."""
    from tiny_canary.speech import PHRASES, UNSEEN_VOICES, SpeakerMissing, speak_phrase

    try:
        return tuple((phrase, speak_phrase(phrase, voice)) for voice in UNSEEN_VOICES for phrase in PHRASES)
    except SpeakerMissing as missing:
        pytest.skip(str(missing))


@lru_cache
def plain_nemo() -> Any:
    """The same archive as anyone restores it, without a line of ours."""
    from nemo.collections.asr.models import EncDecMultiTaskModel

    return EncDecMultiTaskModel.restore_from(str(require_tiny()), map_location="cpu").eval()


def ask_plain_nemo(audio: Audio) -> str:
    options = {"source_lang": "en", "target_lang": "en", "pnc": "no"}
    heard = plain_nemo().transcribe([audio], batch_size=1, verbose=False, **options)
    return str(heard[0].text).strip()


def isolate_cache(folder: Path) -> Iterator[None]:
    """Weights are cached below `folder` while it lasts, as `XDG_CACHE_HOME` says; one thread, as a worker has."""
    import torch

    torch.set_num_threads(1)
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    yield
    if before is None:
        del os.environ["XDG_CACHE_HOME"]
    else:
        os.environ["XDG_CACHE_HOME"] = before


def ignore(_: str) -> None:
    """A report to nobody."""
