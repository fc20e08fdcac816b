"""What the programs of a check share, as files in one folder: the pretended card, who holds what of it, and triggers.

A figure is a file of its own that is replaced whole, so that any process can read it at any moment.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER_VARIABLE = "SWICTATION_CHECK_FOLDER"
LABEL = "PRETENDED card: no figure here is a measurement of a card"


@dataclass(frozen=True)
class PretendedWorld:
    """A card that exists as arithmetic; the models take on it what is said here. MB of 10^6 bytes."""

    total_mb: float = 4_295.0
    context_mb: float = 300.0
    stt_mb: float = 1_766.0
    vad_mb: float = 2.2
    activation_base_mb: float = 60.0
    activation_mb_per_s: float = 4.0


class CardFolder:
    """Reads and writes the files; owns none of the processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @staticmethod
    def from_environment() -> CardFolder:
        return CardFolder(Path(os.environ[FOLDER_VARIABLE]))

    def create(self, world: PretendedWorld | None) -> None:
        """`world` is None where the card is a real one."""
        for name in ("held", "workers"):
            (self.path / name).mkdir(parents=True, exist_ok=True)
        if world is not None:
            self._write("world", json.dumps(asdict(world)))
            self.hold_by_others(0.0)

    @property
    def world(self) -> PretendedWorld | None:
        try:
            return PretendedWorld(**json.loads((self.path / "world").read_text()))
        except FileNotFoundError:
            return None

    def hold_by_others(self, mb: float) -> None:
        self._write("others", f"{mb:.3f}")

    @property
    def others_mb(self) -> float:
        return float((self.path / "others").read_text())

    def hold(self, mb: float) -> None:
        """What this process takes of the pretended card."""
        self._write(f"held/{os.getpid()}", f"{mb:.3f}")

    def held_mb(self) -> dict[int, float]:
        """By living process; a killed one holds nothing, as with a real driver."""
        found = {}
        for file in (self.path / "held").iterdir():
            if file.name.isdigit() and is_alive(int(file.name)):
                found[int(file.name)] = float(file.read_text() or 0)
        return found

    def enlist_worker(self) -> None:
        """This process computes on the card."""
        self._write(f"workers/{os.getpid()}", "")

    def living_workers(self) -> list[int]:
        pids = [int(file.name) for file in (self.path / "workers").iterdir() if file.name.isdigit()]
        return [pid for pid in pids if is_alive(pid)]

    def order_poison(self) -> None:
        """The next transcription on the card ends in a device-side assert."""
        self._write("poison", "")

    def take_poison(self) -> bool:
        """True once for each order, in one process."""
        try:
            (self.path / "poison").unlink()
        except FileNotFoundError:
            return False
        return True

    def _write(self, name: str, text: str) -> None:
        unfinished = self.path / f".{name.replace('/', '-')}-{os.getpid()}"
        unfinished.write_text(text)
        unfinished.replace(self.path / name)


def is_alive(pid: int) -> bool:
    """Not a zombie either: its memory is free."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError, IndexError):
        return False
    return state not in "ZX"
