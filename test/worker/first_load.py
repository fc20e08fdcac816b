"""First loads of an archive that are killed at random moments: `python test/worker/first_load.py [--kills 20]`.

Two children convert at once, as the workers of CPU and card do; both are killed after a random time. After that one
good load of each number type must find the cache clean. Says how long a child was silent, and what was left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[2] / "py-worker")]

from card_check.shapes import FLASH_180M, Shape  # noqa: E402 - the path is ours

MEDIUM = Shape("medium-canary", 6, 512, 8, 2, 512, 8, 5248)
"""52 million parameters, 209 MB: large enough to be killed in the middle."""
SHAPES = {"medium": MEDIUM, "180m": FLASH_180M}

UNFINISHED = ("tmp*", ".parts-*", ".weights-*", "weights-*.[0-9]*")
TYPES = ("fp32", "fp16")


@dataclass
class Found:
    """What is told at the end. Seconds are those between two reports of one child while it worked."""

    kills: int = 0
    killed_in: dict[str, int] = field(default_factory=dict)
    longest_silence_s: float = 0.0
    silent_after: str = ""
    at_once: int = 0
    left_after_a_kill: int = 0
    left_after_a_good_load: list[str] = field(default_factory=list)
    good_load_s: float = 0.0


def load(archive: Path, number_type: str, tell: int) -> None:
    """In a child: what a worker does with a model, but for the words."""
    from swictation_worker.engines.canary.cache import open_archive
    from swictation_worker.engines.canary.weights import map_weights

    def report(phase: str) -> None:
        os.write(tell, (json.dumps({"at_s": time.monotonic(), "type": number_type, "phase": phase}) + "\n").encode())

    opened = open_archive(archive, report)
    map_weights(opened, number_type, report)  # type: ignore[arg-type]
    report("done")


def start(archive: Path, number_type: str, tell: int) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            load(archive, number_type, tell)
            code = 0
        except Exception as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(code)
    return pid


def run_both(archive: Path, kill_after_s: float | None) -> list[dict[str, object]]:
    """What both children told; killed after so long, or left to end well."""
    reader, writer = os.pipe()
    pids = [start(archive, number_type, writer) for number_type in TYPES]
    os.close(writer)
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
    with os.fdopen(reader) as stream:
        told = [json.loads(line) for line in stream]
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
    if kill_after_s is None:
        assert codes == [0, 0], codes
    return told


def find_unfinished(cache: Path) -> list[str]:
    root = cache / "swictation" / "canary"
    folders = [root, *(one for one in root.glob("*") if one.is_dir())]
    return [path.name for folder in folders for pattern in UNFINISHED for path in folder.glob(pattern)]


def note_silence(found: Found, told: list[dict[str, object]]) -> None:
    for number_type in TYPES:
        lines = [(float(str(line["at_s"])), str(line["phase"])) for line in told if line["type"] == number_type]
        for (before_s, phase), (after_s, _) in pairwise(lines):
            if after_s - before_s > found.longest_silence_s:
                found.longest_silence_s, found.silent_after = after_s - before_s, phase


def last_phases(told: list[dict[str, object]]) -> str:
    """What both were at when they were killed."""
    last = {str(line["type"]): str(line["phase"]).split()[0] for line in told}
    return " and ".join(last.get(number_type, "nothing") for number_type in TYPES)


def converted_at_once(told: list[dict[str, object]]) -> int:
    """Changes of hands while the other one was in the middle of its conversion."""
    converting: dict[str, bool] = {}
    both = 0
    for line in sorted(told, key=lambda line: float(str(line["at_s"]))):
        phase = str(line["phase"])
        inside = phase.startswith("converting ") and not phase.startswith("converting 0 of")
        was = converting.get(str(line["type"]), False)
        converting[str(line["type"])] = inside
        both += inside and not was and sum(converting.values()) > 1
    return both


def kill_first_loads(archive: Path, kills: int, seed: int) -> Found:
    draw, found = random.Random(seed), Found()
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        began_s = time.monotonic()
        note_silence(found, run_both(archive, None))
        found.good_load_s = time.monotonic() - began_s
    for _ in range(kills):
        with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
            os.environ["XDG_CACHE_HOME"] = folder
            told = run_both(archive, draw.uniform(0.0, found.good_load_s))
            found.kills += 1
            found.left_after_a_kill += bool(find_unfinished(Path(folder)))
            found.killed_in[last_phases(told)] = found.killed_in.get(last_phases(told), 0) + 1
            again = run_both(archive, None)
            note_silence(found, told)
            note_silence(found, again)
            found.at_once += converted_at_once(told) + converted_at_once(again)
            found.left_after_a_good_load += find_unfinished(Path(folder))
    return found


def make_archive(shape: Shape, folder: Path) -> Path:
    import torch

    from card_check.random_canary import find_random_archive
    from swictation_worker.engines.canary.model import quieten_nemo

    torch.set_num_threads(1)  # A child of a process that computed in parallel hangs at its first operation.
    quieten_nemo()
    return find_random_archive(shape, folder)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shape", choices=SHAPES, default="180m")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="kept, with the archive in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = make_archive(SHAPES[options.shape], options.folder or Path(folder))
        print(f"{archive.stat().st_size / 1e6:.0f} MB", file=sys.stderr)
        found = kill_first_loads(archive, options.kills, options.seed)
    print(json.dumps(vars(found)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
