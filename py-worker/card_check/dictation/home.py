"""A home of its own for a daemon: folders, configuration, programs, the daemon itself."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from threading import Thread
from typing import IO

from .card_folder import FOLDER_VARIABLE, CardFolder

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ROOT / "py-worker"
LEVELS_MB = {"warning": 3_200.0, "critical": 3_500.0, "guard": 3_700.0, "emergency": 3_800.0}
"""Of a card of 4 GB (docs/policy.md)."""


class Home:
    """`cache` is shared by the homes of one check, so that weights are converted once."""

    def __init__(self, folder: Path, card: CardFolder, cache: Path, *, pretended: bool) -> None:
        self.folder = folder
        self.typed = folder / "typed"
        self.programs = folder / "bin"
        self.endpoint = f"ipc://{folder}/run/swictation/events"
        for name in ("swictation", "bin"):
            (folder / name).mkdir(parents=True)
        (folder / "run").mkdir(mode=0o700)
        self._write_program("python", f"{sys.executable} {PACKAGES}/card_check/dictation/door.py", "$@")
        if pretended:
            self._write_program("nvidia-smi", f"{sys.executable} -m card_check.dictation.smi", "$@")
            plant_card(folder / "sys")
        folders = {f"XDG_{name}_HOME": str(folder) for name in ("CONFIG", "DATA", "STATE")}
        self.environment = {
            **os.environ,
            **folders,
            **({"SWICTATION_SYSFS": str(folder / "sys")} if pretended else {}),
            "XDG_CACHE_HOME": str(cache),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "HOME": str(folder),
            "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}",
            "SWICTATION_PYTHON": str(self.programs / "python"),
            FOLDER_VARIABLE: str(card.path),
        }

    def configure(self, model: Path, offset_mb: float, small_model: Path | None = None) -> None:
        """`offset_mb` is added to the levels of a 4 GB card. Words come from Canary on either side."""
        small = "" if small_model is None else f'small_model = "{small_model}"\n'
        levels = "".join(f"{name}_mb = {mb + offset_mb:.0f}\n" for name, mb in LEVELS_MB.items())
        (self.folder / "swictation" / "config.toml").write_text(
            f'[stt]\nmodel = "{model}"\ncpu_engine = "canary-fp32"\n{small}[voice]\ncommands = "off"\n[gpu]\n{levels}'
            f'[control]\nsocket_path = "{self.folder}/run/a.sock"\nmetrics_socket_path = "{self.folder}/run/m.sock"\n'
        )

    def pending(self) -> list[dict[str, object]]:
        """Recordings that wait, as the client lists them."""
        told = self.swictation("pending", "--json")
        return [json.loads(line) for line in told.splitlines() if line.startswith("{")]

    def swictation(self, *arguments: str) -> str:
        command = [node(), str(ROOT / "dist" / "bin" / "swictation.js"), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, check=False)
        return done.stdout

    def _write_program(self, name: str, command: str, arguments: str) -> None:
        """Packages are found as this process finds them, whatever the daemon leaves of the environment."""
        paths = os.pathsep.join([str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH", "")])])
        path = self.programs / name
        path.write_text(f'#!/bin/sh\nexport PYTHONPATH={shlex.quote(paths)}\nexec {command} "{arguments}"\n')
        path.chmod(0o755)


def node() -> str:
    return os.environ.get("SWICTATION_NODE", "node")


def plant_card(sysfs: Path) -> None:
    """What the kernel would show of a card that is awake."""
    device = sysfs / "bus" / "pci" / "devices" / "0000:01:00.0"
    (device / "power").mkdir(parents=True)
    (device / "vendor").write_text("0x10de\n")
    (device / "class").write_text("0x030000\n")
    (device / "power" / "runtime_status").write_text("active\n")
    driver = sysfs / "module" / "nvidia"
    driver.mkdir(parents=True)
    (driver / "version").write_text("999.0\n")


class Daemon:
    """The real one; `said` is its log."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.lines: list[str] = []
        command = [node(), str(ROOT / "dist" / "bin" / "swictationd.js"), "--sink", f"file:{home.typed}", "--start"]
        environment = {**home.environment, "SWICTATION_LOG": "debug"}
        self.process = subprocess.Popen(
            [*command, "--device", "cuda"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        self._reader = Thread(target=self._read, args=(self.process.stderr,), daemon=True)
        self._reader.start()

    @property
    def said(self) -> str:
        return "".join(self.lines)

    @property
    def typed(self) -> str:
        """With single spaces."""
        try:
            return " ".join(self.home.typed.read_text(encoding="utf-8").split())
        except FileNotFoundError:
            return ""

    def close(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reader.join(10)

    def _read(self, stream: IO[str]) -> None:
        self.lines.extend(stream)
