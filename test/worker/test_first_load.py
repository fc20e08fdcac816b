"""A killed first load leaves nothing behind after the next good one, is never silent, and has the disk to itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from canary_parts import ROOT, require_nemo
from first_load import find_unfinished

require_nemo()

KILLS = 5
SILENT_S = 30.0
"""On a machine with other work and a slow disk; on a quiet one it is below 2 s."""


def test_killed_first_loads_leave_nothing_behind() -> None:
    """In a process of its own: it forks, and whatever has computed in parallel must not."""
    script = ROOT / "test" / "worker" / "first_load.py"
    command = [sys.executable, str(script), "--shape", "medium", "--kills", str(KILLS), "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=550, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    print(found)
    assert found["kills"] == KILLS
    assert found["left_after_a_good_load"] == []
    assert found["at_once"] == 0
    assert found["longest_silence_s"] < SILENT_S


def test_what_is_unfinished_would_be_seen(tmp_path: Path) -> None:
    folder = tmp_path / "swictation" / "canary" / ("0" * 64)
    folder.mkdir(parents=True)
    assert find_unfinished(tmp_path) == []
    for name in (".parts-x", ".weights-fp16.safetensors.4242", "tmpabc"):
        (folder / name).touch()
    assert len(find_unfinished(tmp_path)) == 3
