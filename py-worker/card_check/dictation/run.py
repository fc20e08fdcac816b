"""The daemon on a card that acts as one of 4 GB: `python3 py-worker/card_check/dictation [--only STAGE...]`.

On a larger card a process of its own holds what is beyond 4,295 MB. Without a card: `--pretended`, on the CPU, with
figures that are arithmetic. Needs Node, the built programs, NeMo and the tiny Canary (`make tiny-canary`).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..check import DICTATION_OUTPUT, TINY_ARCHIVE, find_obstacle
from ..report import write_figures
from .card_folder import LABEL, PretendedWorld
from .home import ROOT
from .phrases import find_phrases
from .scene import Setting, Verdict, open_scene
from .stages import FULL_SIZE, MAY_FIND_FULL, SHORT, STAGES
from .verdict import judge

MEASURED = "measured on this card, of which a process of its own leaves 4,295 MB"
ALL = {**STAGES, **SHORT}


def main(arguments: Sequence[str]) -> int:
    options = parse_arguments(arguments)
    missing = find_missing(options.model)
    if missing is None and not options.pretended:
        missing = find_obstacle()
    if missing is not None:
        print(f"gpu-check: dictation skipped, {missing}")
        return 1 if options.pretended else 0
    return check_dictation(options)


def parse_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="card_check/dictation", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=ALL, help="these stages and no others")
    parser.add_argument("--pretended", action="store_true", help="on the CPU, with a card that is arithmetic")
    parser.add_argument("--model", type=Path, default=TINY_ARCHIVE, help="the archive that hears the words")
    parser.add_argument("--json", type=Path, default=DICTATION_OUTPUT, help="where the figures are written")
    parser.add_argument("--work", type=Path, help="a folder for weights and the model of full size, kept afterwards")
    return parser.parse_args(arguments)


def find_missing(model: Path) -> str | None:
    """What to type before."""
    if not (ROOT / "dist" / "bin" / "swictationd.js").is_file():
        return "the daemon is not built: type make setup"
    if not model.is_file():
        return f"{model} is not there: type make tiny-canary"
    return None


def check_dictation(options: argparse.Namespace) -> int:
    label = LABEL if options.pretended else MEASURED
    print(label)
    found: dict[str, dict[str, Any]] = {}
    names = options.only or list(STAGES)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=options.json.parent, prefix="dictation-") as folder:
        work = options.work or Path(folder)
        world = PretendedWorld() if options.pretended else None
        setting = Setting(world, work / "cache", options.model.resolve(), find_phrases())
        for name in names:
            found[name] = run_stage(name, setting, work)
            print(f"{'PRETENDED ' if options.pretended else ''}{name}: {write_figures(found[name])}", flush=True)
    options.json.write_text(json.dumps({"label": label, "stages": found}, indent=2) + "\n", encoding="utf-8")
    broken = [f"{name} ({promise})" for name in found for promise in found[name]["broken"]]
    print(f"gpu-check: dictation: {'broken: ' + '; '.join(broken) if broken else 'every promise held'}; {options.json}")
    return 1 if broken else 0


def run_stage(name: str, setting: Setting, work: Path) -> dict[str, Any]:
    """The promises that held, those that were broken, the figures."""
    print(f"gpu-check: dictation: {name}: {(ALL[name].__doc__ or '').splitlines()[0]}", file=sys.stderr, flush=True)
    model = setting.tiny if name != FULL_SIZE else make_full_size(work, pretended=setting.world is not None)
    verdict, began_s = Verdict(), time.monotonic()
    with open_scene(setting, model) as scene:
        ALL[name](scene, verdict)
        scene.await_texts()
        judge(scene, verdict, words_known=name != FULL_SIZE, may_find_full=name in MAY_FIND_FULL)
        broken = [promise for promise, held in verdict.promises.items() if not held]
        if broken:
            sys.stderr.write(scene.daemon.said)
    kept = [promise for promise, held in verdict.promises.items() if held]
    return {"held": kept, "broken": broken, "took_s": time.monotonic() - began_s, **verdict.figures}


def make_full_size(work: Path, *, pretended: bool) -> Path:
    """A pretended card takes what its world says, whatever the model's own size."""
    from swictation_worker.engines.canary.model import quieten_nemo

    from ..random_canary import find_random_archive
    from ..shapes import FLASH_1B, TINY

    quieten_nemo()
    return find_random_archive(TINY if pretended else FLASH_1B, work)
