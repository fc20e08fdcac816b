"""The whole daemon with the real NeMo worker on the CPU types the phrases of a voice that training never heard."""

from __future__ import annotations

import hashlib
import os
import subprocess
import wave
from pathlib import Path

import numpy as np
import pytest

from canary_parts import ROOT, require_nemo, require_tiny, speak_unseen
from speech import to_pcm
from swictation_worker.engine import SAMPLE_RATE_HZ

require_nemo()

DAEMON = ROOT / "dist" / "bin" / "swictationd.js"
GAP = np.zeros(3 * SAMPLE_RATE_HZ, np.float32)
LIMIT_S = 400
"""As long as two phrases that came out as others."""
MISHEARD_LETTERS = 100


@pytest.fixture(params=["canary-fp32", "canary-int8"])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Folders of a person of their own, and a configuration that asks for Canary on the CPU."""
    if not DAEMON.is_file():
        pytest.skip("the daemon is not built: make setup")
    (tmp_path / "swictation").mkdir()
    (tmp_path / "run").mkdir(mode=0o700)
    (tmp_path / "swictation" / "config.toml").write_text(
        f'[stt]\nmodel = "{require_tiny()}"\ncpu_engine = "{request.param}"\n'
        '[voice]\ncommands = "off"\n'
        f'[control]\nsocket_path = "{tmp_path}/run/a.sock"\nmetrics_socket_path = "{tmp_path}/run/m.sock"\n'
    )
    return tmp_path


def dictate(home: Path, sounds: list[np.ndarray[tuple[int], np.dtype[np.float32]]]) -> str:
    """Plays the sounds as a microphone, with pauses; what was typed."""
    path = home / "spoken.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", ""))
        file.writeframes(to_pcm(np.concatenate([part for sound in sounds for part in (GAP, sound)] + [GAP])))
    options = ["--source", f"wav:{path}", "--fast", "--sink", "stdout", "--start", "--exit-when-done"]
    folders = {f"XDG_{name}_HOME": str(home) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    environment = {**os.environ, **folders, "XDG_RUNTIME_DIR": str(home / "run"), "HOME": str(home)}
    command = ["node", str(DAEMON), *options]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    sha256 = hashlib.sha256(require_tiny().read_bytes()).hexdigest()
    assert f"reading tiny-canary 2 MB sha256 {sha256[:12]}" in done.stderr
    return done.stdout


def count_in_order(phrases: list[str], typed: str) -> int:
    """How many phrases stand in the text, each shortly behind the one before: a misheard one may sound like a later."""
    place, found = 0, 0
    for phrase in phrases:
        at = typed.find(phrase, place, place + len(phrase) + MISHEARD_LETTERS)
        if at >= 0:
            place, found = at + len(phrase), found + 1
    return found


def test_the_daemon_types_what_was_said(home: Path) -> None:
    spoken = speak_unseen()
    typed = " ".join(dictate(home, [audio for _, audio in spoken]).split())
    found = count_in_order([phrase for phrase, _ in spoken], typed)
    print(f"tiny Canary through the daemon: {found} of {len(spoken)} phrases exact")
    assert found >= 0.95 * len(spoken), typed
    assert len(typed.split()) <= 1.05 * sum(len(phrase.split()) for phrase, _ in spoken)
